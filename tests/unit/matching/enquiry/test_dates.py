from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.enquiry.lookup import date_ranges


def _holds(number: int, other: int) -> bool:
    ranges = date_ranges(number)
    return bool(((ranges[:, 0] <= other) & (other <= ranges[:, 1])).any())


@pytest.mark.parametrize(
    "other",
    [19800203, 19800302, 19810203, 19700203, 19800213, 19802003 % 10**8, 19800200, 19800000, 203],
)
def test_a_whole_date_stands_for_its_likely_mistakes(other: int) -> None:
    expected = other != 19802003
    assert _holds(19800203, other) == expected


@pytest.mark.parametrize(
    ("number", "inside", "outside"),
    [
        (19800200, 19800229, 19800301),
        (19800000, 19801231, 19810101),
        (203, 19550203, 19550204),
        (200, 19550228, 19550301),
    ],
)
def test_an_unknown_part_is_a_wild_card(number: int, inside: int, outside: int) -> None:
    assert _holds(number, inside)
    assert not _holds(number, outside)


@pytest.mark.parametrize("number", [0, 3])
def test_a_day_alone_picks_nobody(number: int) -> None:
    assert date_ranges(number).shape == (0, 2)


@given(st.dates(date(1900, 1, 1), date(2020, 12, 31)))
def test_every_date_stands_for_itself(day: date) -> None:
    number = int(f"{day:%Y%m%d}")
    assert _holds(number, number)
