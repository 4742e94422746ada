"""Dates with unknown parts, names, details."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidDateError
from domain.people.people import Details, PartialDate, PersonName, Sex


@given(day=st.dates(date(1850, 1, 1), date(2150, 12, 31)))
def test_complete_date_survives_the_round_trip(day: date) -> None:
    made = PartialDate(day.year, day.month, day.day)

    assert PartialDate.parse(str(made)) == made
    assert str(made) == day.isoformat()
    assert made.is_complete


@pytest.mark.parametrize("text", ["XXXX-02-29", "1980-XX-XX", "1980-02-XX", "XXXX-XX-31"])
def test_partial_date_is_read_and_written_back(text: str) -> None:
    made = PartialDate.parse(text)

    assert str(made) == text
    assert not made.is_complete
    assert PartialDate.parse(text.lower()) == made


@pytest.mark.parametrize(
    "text",
    [
        "1981-02-29",
        "1980-13-01",
        "1980-04-31",
        "XXXX-02-30",
        "1849-01-01",
        "2151-01-01",
        "1980-00-01",
        "80-01-01",
        "1980/01/01",
        "1980-1-1",
        "19XX-01-01",
        "١٩٨٠-01-01",
        "",
    ],
)
def test_day_that_does_not_exist_is_refused_without_echo(text: str) -> None:
    with pytest.raises(InvalidDateError) as refusal:
        PartialDate.parse(text)

    assert not text or text not in refusal.value.detail


def test_a_year_out_of_bounds_is_refused_with_the_bounds() -> None:
    with pytest.raises(InvalidDateError, match="1850 to 2150"):
        PartialDate.parse("1849-01-01")


def test_dates_are_compared_by_their_parts() -> None:
    assert PartialDate(1980, 1, 2) < PartialDate(1980, 2, 1)
    assert len({PartialDate(1980, 1, None), PartialDate(1980, 1, None)}) == 1


def test_name_is_displayed_in_the_order_it_is_said() -> None:
    assert PersonName("Ann", "Null", "Mary Jane").display == "Ann Mary Jane Null"
    assert PersonName(surname="None").display == "None"


def test_details_are_empty_only_when_nothing_was_given() -> None:
    assert Details().is_empty
    assert not Details(sex=Sex.FEMALE).is_empty
    assert not Details(names=(PersonName(),)).is_empty
