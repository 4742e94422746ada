from __future__ import annotations

import numpy as np
import pytest

from domain.prints.captures import CaptureColumns
from matching.training.exact_search import (
    compare_mark,
    compare_tenprint,
    draw_people,
    mark_scores,
    nearest,
    tenprint_scores,
)


@pytest.fixture
def held() -> CaptureColumns:
    rng = np.random.default_rng(6)
    presence = rng.random((40, 10)) < 0.9
    templates = rng.normal(size=(40, 10, 8))
    templates /= np.linalg.norm(templates, axis=2, keepdims=True)
    templates *= presence[..., None]
    return CaptureColumns(
        vectors=templates.astype(np.float32),
        presence=presence,
        qualities=rng.integers(1, 100, (40, 10)).astype(np.uint8),
        impression_codes=np.zeros((40, 10), dtype=np.uint8),
    )


def test_a_tenprint_score_is_the_sum_over_the_root_of_the_fingers_both_have(held) -> None:
    scores = tenprint_scores(held, held, np.arange(10))
    both = held.presence[3] & held.presence[5]
    cosines = (held.vectors[3] * held.vectors[5]).sum(axis=1)[both]
    assert scores[3, 5] == pytest.approx(cosines.sum() / np.sqrt(both.sum()), abs=1e-5)


def test_the_nearest_come_first_and_are_never_more_than_there_are(held) -> None:
    scores = tenprint_scores(held, held, np.arange(10))
    assert nearest(scores, 3)[:, 0].tolist() == list(range(40))
    assert nearest(scores, 500).shape == (40, 40)
    row = scores[7][nearest(scores, 10)[7]]
    assert np.all(np.diff(row) <= 0)


def test_a_mark_is_compared_with_every_finger_there_is(held) -> None:
    vector = held.vectors[4, held.presence[4].argmax()]
    assert nearest(mark_scores(vector[None], held), 1)[0, 0] == 4
    found = compare_mark(vector, held, np.array([4, 9]))
    assert (~np.isnan(found.cosines)).sum(axis=1).tolist() == [1, 1]
    assert np.nanmax(found.cosines[0]) == pytest.approx(1.0, abs=1e-5)


def test_fingers_missing_on_either_side_are_not_compared(held) -> None:
    presence = np.arange(10) < 5
    found = compare_tenprint(held.vectors[0], presence, held, np.arange(40))
    assert np.array_equal(~np.isnan(found.cosines), held.presence & presence)
    assert (found.qualities[np.isnan(found.cosines)] == 0).all()


@pytest.mark.parametrize("mate", [-1, 2, 30])
def test_people_drawn_are_distinct_and_stand_for_the_whole_gallery(mate: int) -> None:
    draw = draw_people(np.array([5, 2]), mate, gallery_size=100, others=10, start=3)
    assert len(set(draw.rows.tolist())) == len(draw.rows)
    assert draw.weights.sum() == pytest.approx(100)
    assert (mate < 0) == (draw.mate < 0)
    assert draw.is_mate_proposed == (mate == 2)
    if mate >= 0:
        assert draw.rows[draw.mate] == mate
        assert draw.weights[draw.mate] == 1.0


def test_the_same_trial_draws_the_same_people() -> None:
    first, second = (
        draw_people(np.array([1]), -1, gallery_size=1000, others=7, start=12) for _ in range(2)
    )
    assert first.rows.tolist() == second.rows.tolist()
