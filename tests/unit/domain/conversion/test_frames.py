"""Lots, frames and the floor of searches."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from domain.conversion.acceptance import seeded_count, with_error
from domain.conversion.form import Written
from domain.conversion.frames import Capture, CaptureMedium, Lot, LotKind, check_place
from domain.errors import InvalidInputError
from domain.ids import LotId, UserId


@pytest.mark.parametrize(
    ("ppi", "generation", "is_searchable"),
    [(500, 1, True), (600, 1, True), (499, 1, False), (300, 1, False), (600, 2, False)],
)
def test_prints_are_searched_from_500_ppi_of_the_master(
    ppi: int, generation: int, *, is_searchable: bool
) -> None:
    assert Capture(CaptureMedium.FILM, ppi, generation).is_searchable is is_searchable


@pytest.mark.parametrize(("ppi", "generation"), [(0, 1), (49, 1), (5_000, 1), (500, 0), (500, 10)])
def test_an_impossible_capture_is_refused(ppi: int, generation: int) -> None:
    with pytest.raises(InvalidInputError):
        Capture(CaptureMedium.INKED, ppi, generation)


@pytest.mark.parametrize("label", ["", "roll 1", "-1", "R" * 41])
def test_a_malformed_label_is_refused(label: str) -> None:
    with pytest.raises(InvalidInputError):
        Lot(
            LotId("lot"),
            label,
            LotKind.ROLL,
            Capture(CaptureMedium.FILM, 600),
            UserId("a"),
            datetime(2026, 3, 2, tzinfo=UTC),
        )


@pytest.mark.parametrize(("number", "part"), [(0, 0), (100_001, 0), (1, 10), (1, -1)])
def test_an_impossible_place_is_refused(number: int, part: int) -> None:
    with pytest.raises(InvalidInputError):
        check_place(number, part)


@pytest.mark.parametrize("text", ["Grey", "12.3.31", "O", "", "?"])
def test_a_seeded_error_always_differs(text: str) -> None:
    rng = np.random.default_rng(1)

    for _ in range(50):
        assert with_error(Written(text), rng).match_form != Written(text).match_form
    assert with_error(Written(is_illegible=True), rng) != Written(is_illegible=True)


def test_a_sample_has_a_tenth_of_seeded_errors_and_five_at_least() -> None:
    assert [seeded_count(units) for units in (1, 50, 1_125)] == [5, 5, 112]
