"""Drawn film frames: the same for the same seed, with their truth apart."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from data.synthetic.film.drawing import (
    HEIGHT_PX,
    PAPER,
    WIDTH_PX,
    FilmFault,
    Roll,
    draw_form,
    draw_frame,
    filmed,
    spoilt,
    truth_of,
    with_prints,
    write_roll,
)
from domain.conversion.content import is_stated
from domain.conversion.form import REGIONS, Form, FormField, Written

ROLL = Roll(seed=7, frames=40, fingers=())


def test_a_frame_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    one, again = draw_frame(ROLL, 3), draw_frame(ROLL, 3)

    assert np.array_equal(one.image, again.image)
    assert one.truth == again.truth
    assert not np.array_equal(one.image, draw_frame(Roll(8, 40, fingers=()), 3).image)


def test_every_field_is_inked_in_its_region_and_empty_ones_are_not() -> None:
    texts = {field: "Williams" for field in FormField if field is not FormField.ALIAS}
    form = draw_form(texts, np.random.default_rng(1), by_hand=True)

    for field, region in REGIONS.items():
        left, top = int(region.left * WIDTH_PX), int(region.top * HEIGHT_PX)
        # Below its printed label.
        inside = form[top + 26 : top + 80, left + 10 : left + 300]
        assert (inside.min() < 100) == (field is not FormField.ALIAS)


@pytest.mark.parametrize("fault", [one for one in FilmFault if one is not FilmFault.NONE])
def test_every_fault_of_film_changes_the_picture_and_keeps_its_shape(fault: FilmFault) -> None:
    rng = np.random.default_rng(2)
    form = draw_form({FormField.SURNAME: "Grey"}, rng, by_hand=False)

    made = spoilt(form, fault, rng)

    assert made.shape == form.shape
    assert made.dtype == np.uint8
    assert np.array_equal(made, form) == (fault is FilmFault.HANDS_EXCHANGED)
    assert np.array_equal(spoilt(form, FilmFault.NONE, rng), form)


def test_film_is_grainy_and_its_paper_stays_light() -> None:
    form = draw_form({}, np.random.default_rng(3), by_hand=False)

    picture = filmed(form, np.random.default_rng(3))

    assert picture[1200:, 300:900].std() > 3
    assert picture[1200:, 300:900].mean() > 0.85 * PAPER


def test_exchanged_hands_lie_in_each_other_s_rows() -> None:
    blank = np.full((HEIGHT_PX, WIDTH_PX), PAPER, dtype=np.uint8)

    right = with_prints(blank, 7, 1, positions=(1,))
    exchanged = with_prints(blank, 7, 1, positions=(1,), hands_exchanged=True)

    (rows,) = np.nonzero((right < 120).any(axis=1))
    (moved,) = np.nonzero((exchanged < 120).any(axis=1))
    assert moved.min() - rows.min() == pytest.approx(0.20 * HEIGHT_PX, abs=2)


def test_truths_of_a_roll_are_forms_that_can_be_keyed_with_faults_among_them() -> None:
    truths = [truth_of(ROLL, number) for number in range(1, ROLL.frames + 1)]

    for truth in truths:
        texts = (truth.texts.get(field, "") for field in FormField)
        assert is_stated(Form(tuple(map(Written, texts))))
    assert {truth.by_hand for truth in truths} == {True, False}
    assert 4 <= sum(truth.fault is not FilmFault.NONE for truth in truths) <= 20
    assert len({truth.person for truth in truths}) == 20


def test_a_roll_is_written_with_its_truth_elsewhere(tmp_path: Path) -> None:
    roll = Roll(7, 2, fingers=())

    write_roll(roll, tmp_path / "in", tmp_path / "truth.json")

    assert {path.name for path in (tmp_path / "in").iterdir()} == {"00001.png", "00002.png"}
    told = json.loads((tmp_path / "truth.json").read_text("utf-8"))
    assert [one["number"] for one in told] == [1, 2]
    assert told[0]["texts"]["surname"] == truth_of(roll, 1).texts[FormField.SURNAME]
