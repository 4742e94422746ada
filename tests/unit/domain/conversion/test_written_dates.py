"""Dates as old forms write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.conversion.content import complete_day, read_written_date


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("12.3.62", "1962-03-12"),
        ("12/3/1962", "1962-03-12"),
        ("12 Mar 1962", "1962-03-12"),
        ("12th March 62", "1962-03-12"),
        ("1962-03-XX", "1962-03-XX"),
        ("3/1962", "1962-03-XX"),
        ("?/3/62", "1962-03-XX"),
        ("xx.xx.1962", "1962-XX-XX"),
        ("1962", "1962-XX-XX"),
        ("12/3/?", "XXXX-03-12"),
    ],
)
def test_a_date_is_read_with_its_missing_parts_missing(text: str, stated: str) -> None:
    assert str(read_written_date(text)) == stated


@pytest.mark.parametrize(
    "text", ["", "?", "abc", "31.2.62", "12.13.62", "1.2.3.4", "0.3.62", "162"]
)
def test_what_states_no_date_is_none(text: str) -> None:
    assert read_written_date(text) is None


def test_only_a_whole_date_is_a_day() -> None:
    assert complete_day("29.2.1960") == date(1960, 2, 29)
    assert complete_day("2.1960") is None


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)))
def test_every_day_of_the_century_is_read_back(day: date) -> None:
    assert complete_day(f"{day.day}.{day.month}.{day.year % 100:02d}") == day
    assert complete_day(day.isoformat()) == day


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    read_written_date(text)
