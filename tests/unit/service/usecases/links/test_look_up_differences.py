"""Recorded candidates compared with an exhaustive comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from service.usecases.links.replay_differences import (
    Listed,
    Strongest,
    Weighed,
    look_up_difference,
)

SIMILARITIES = (2.5, 0.9, 0.8, 0.7, 0.6, 0.5)


def _found(persons: Sequence[int] = (1, 2, 3, 4, 5, 6)) -> Strongest:
    rows = np.array(persons, dtype=np.int64)
    return Strongest(rows, rows * 10, np.array(SIMILARITIES[: len(rows)], dtype=np.float32))


def _evidence(bits: Sequence[float] = (90, 5, 4, 3), *shown: int) -> Weighed:
    totals = np.array(bits) * 1000
    return Weighed(totals.astype(np.int64), np.isin(np.arange(len(totals)), (0, *shown)))


def _listed(persons: Sequence[int] = (1, 2, 3), *, linked: int = 0) -> Listed:
    rows = np.array(persons, dtype=np.int64)
    return Listed(
        person_rows=rows,
        encounter_rows=rows * 10,
        similarities=np.array([SIMILARITIES[p - 1] for p in persons], dtype=np.float32),
        strengths=np.array([(90, 5, 4, 3, 2, 1)[p - 1] * 1000 for p in persons]),
        is_for_examiners=rows == 1,
        linked=linked,
    )


def _told(
    listed: Listed, evidence: Weighed, *, found: Strongest | None = None
) -> tuple[str, bool]:
    difference = look_up_difference(listed, found or _found(), evidence, kept=3)
    assert difference is not None
    return difference.words, difference.is_rounding


def test_the_strongest_by_evidence_are_the_ones_kept() -> None:
    assert look_up_difference(_listed(), _found(), _evidence(), kept=3) is None


def test_somebody_an_examiner_would_have_seen_must_not_be_missing() -> None:
    words, is_rounding = _told(_listed((1, 3, 4)), _evidence((90, 40, 4, 3), 1))

    assert (words, is_rounding) == ("look-up: a person was left out who would be at rank 2", False)


def test_somebody_stronger_than_the_one_linked_must_not_be_missing() -> None:
    words, is_rounding = _told(_listed((1, 3, 4), linked=2), _evidence())

    assert (words, is_rounding) == ("look-up: a person was left out who would be at rank 2", False)


def test_weak_people_passed_over_by_the_scan_are_counted_and_no_more() -> None:
    words, is_rounding = _told(_listed((1, 3, 4)), _evidence())

    assert is_rounding
    assert words.startswith("look-up: 1 were passed over that no examiner would have seen")


def test_a_short_list_passes_over_whoever_was_weighed_and_is_not_on_it() -> None:
    words, is_rounding = _told(_listed((1, 2)), _evidence((90, 5, -7, -9)))

    assert is_rounding
    assert words.startswith("look-up: 2 were passed over")


def test_at_the_edge_of_what_is_weighed_rounding_explains_who_is_missing() -> None:
    near = replace(
        _found(), similarities=np.array((2.5, 0.9, 0.8, 0.701, 0.7, 0.5), dtype=np.float32)
    )

    _, is_rounding = _told(_listed(), _evidence((90, 5, 4, 50), 3), found=near)

    assert is_rounding


def test_without_anybody_beyond_those_weighed_there_is_no_edge() -> None:
    _, is_rounding = _told(_listed(), _evidence((90, 5, 4, 50), 3), found=_found((1, 2, 3, 4)))

    assert not is_rounding


@pytest.mark.parametrize(("matters", "is_rounding"), [(True, False), (False, True)])
def test_a_candidate_less_similar_than_many_is_named(matters: bool, is_rounding: bool) -> None:
    listed = replace(_listed(), is_for_examiners=np.array([True, True, matters]))

    told = _told(listed, _evidence(), found=_found((1, 2, 4, 5, 6)))

    assert told == ("rank 3: many others are more similar", is_rounding)


def test_the_capture_that_agrees_most_must_be_the_one_named() -> None:
    listed = replace(
        _listed(),
        encounter_rows=np.array([11, 20, 30]),
        similarities=np.array([2.0, 0.9, 0.8], dtype=np.float32),
    )

    told = _told(listed, _evidence())

    assert told == ("rank 1: another capture of the same person is more similar", False)


def test_a_grave_difference_is_told_before_one_of_rounding() -> None:
    listed = _listed((1, 4, 6))

    words, is_rounding = _told(listed, _evidence((90, 40, 4, 3), 1), found=_found((1, 2, 3, 4, 5)))

    assert not is_rounding
    assert words.startswith("look-up: a person was left out")


def test_near_ties_that_changed_places_are_rounding() -> None:
    listed = replace(_listed(), encounter_rows=np.array([10, 21, 30]))

    words, is_rounding = _told(listed, _evidence())

    assert is_rounding
    assert "swapped places" in words
