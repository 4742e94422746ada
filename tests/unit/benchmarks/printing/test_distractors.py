"""Prints of nobody, rankings and evidence, on minutiae made up for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.printing import distractors
from benchmarks.printing.distractors import real_like
from benchmarks.printing.extracting import Costs, Print, as_print
from benchmarks.printing.measuring import ALL, fit_of, measured, rows_of
from benchmarks.printing.ranking import joined
from prints.features.describing import describe
from prints.features.matching import match
from prints.features.whitening import fitted_whitening, shipped_whitening
from prints.formats.minutiae_192 import FORMAT
from tests.unit.prints.features.builders import random_set, seen_again

WHITENINGS = dict.fromkeys(("one", "other"), shipped_whitening())


@pytest.fixture(scope="module")
def prints() -> list[Print]:
    """Two sets of four fingers, each seen three times."""
    assert FORMAT.features is not None
    vectors, rng, costs = FORMAT.features.vectors(), np.random.default_rng(1), Costs()
    made = []
    for data in ("one", "other"):
        for finger in range(4):
            master = random_set(rng)
            made += [
                as_print((data, finger, number), seen_again(master, rng), vectors, costs)
                for number in (1, 2, 3)
            ]
    return made


@pytest.fixture(scope="module")
def nobody(prints: list[Print]) -> list[Print]:
    assert FORMAT.features is not None
    vectors = FORMAT.features.vectors()
    sets = real_like(prints, 12, np.random.default_rng(2))
    return [as_print(("nobody", n, 1), one, vectors, Costs()) for n, one in enumerate(sets)]


def test_a_distractor_matches_nobody(prints: list[Print], nobody: list[Print]) -> None:
    own = [match(prints[n].description, prints[n + 1].description).match_score for n in (0, 3, 6)]
    foreign = [
        match(one.description, other.description).match_score for one in nobody for other in prints
    ]

    assert len(nobody) == 12
    assert min(own) > 2 * max(foreign)


def test_rows_hold_every_set_and_all_of_them(prints: list[Print], nobody: list[Print]) -> None:
    found = measured(prints, nobody, WHITENINGS, depth=5, costs=Costs())
    rows = rows_of(found, np.random.default_rng(3))

    assert [row["data"] for row in rows] == ["one", "other", ALL]
    assert rows[0]["pairs"] == {"genuine": 12, "impostor": 54}
    assert rows[2]["pairs"] == {"genuine": 24, "impostor": 108}
    assert [row["probes"] for row in rows] == [8, 8, 16]
    assert rows[2]["gallery"] == 8 + 12
    assert rows[2]["eer"] == 0.0
    assert rows[2]["rank1"] == 1.0
    assert (rows[2]["hit20_whitened"], rows[2]["whitening_gain"]) == (1.0, 0.0)
    assert rows[2]["cllr"] < 0.1
    assert rows[2]["eer"] == np.mean([row["eer"] for row in rows[:2]])


def test_a_single_set_has_no_cllr(prints: list[Print], nobody: list[Print]) -> None:
    found = measured(prints[:12], nobody, WHITENINGS, depth=5, costs=Costs())

    assert fit_of(found.pairs) is None


def test_several_fingers_find_their_person(prints: list[Print], nobody: list[Print]) -> None:
    found = joined(prints, nobody, fingers=4, persons=50, rng=np.random.default_rng(4))

    assert found == {"probes": 40, "rank1": 1.0, "worst_place": 1}


def test_a_set_is_whitened_by_the_others(
    prints: list[Print], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distractors, "_EACH", 10)

    made = distractors.vectors_by_set(prints, seed=1)
    by_set = distractors.left_out(prints, seed=1)

    for name, other in (("one", "other"), ("other", "one")):
        assert made[name].shape == (20, 192)
        expected = fitted_whitening(made[other])
        assert np.array_equal(by_set[name].inverse, expected.inverse)
        assert np.array_equal(by_set[name].mean, expected.mean)


def test_prints_that_are_not_mirrored_match_their_fingers(prints: list[Print]) -> None:
    finger = [prints[0], replace(prints[1], finger=9)]

    def best(*, is_mirrored: bool) -> float:
        made = real_like(finger, 6, np.random.default_rng(5), is_mirrored=is_mirrored)
        return min(match(describe(one), finger[0].description).match_score for one in made)

    assert best(is_mirrored=False) > 5 * best(is_mirrored=True)
