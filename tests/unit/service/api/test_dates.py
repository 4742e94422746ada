from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidDateError
from service.api.shapes import read_day, read_moment


@given(st.dates(min_value=date(1900, 1, 1)))
def test_every_day_since_1900_is_read_as_it_is_written(day: date) -> None:
    assert read_day(day.isoformat()) == day


@pytest.mark.parametrize(
    "text",
    ["2023-02-29", "2024-13-01", "2024-00-01", "1899-12-31", "20240101", "2024-W01-1", "",
     "2024-1-1", "2024-01-01T00:00:00Z", "\u0662024-01-01"],
)  # fmt: skip
def test_a_day_that_does_not_exist_or_is_written_otherwise_is_refused(text: str) -> None:
    with pytest.raises(InvalidDateError):
        read_day(text)


def test_a_day_before_1900_is_refused_with_the_bound() -> None:
    with pytest.raises(InvalidDateError, match="in the year 1900 or later"):
        read_day("1899-12-31")


@given(
    st.datetimes(
        min_value=datetime(1900, 1, 2),  # noqa: DTZ001 - the strategy adds the zone
        max_value=datetime(9998, 12, 30),  # noqa: DTZ001
        timezones=st.just(UTC),
    )
)
def test_every_moment_is_read_in_utc(moment: datetime) -> None:
    assert read_moment(moment.isoformat()) == moment


def test_an_offset_is_taken_into_account() -> None:
    moment = read_moment("2024-05-06T01:30:00+02:00")

    assert moment == datetime(2024, 5, 5, 23, 30, tzinfo=UTC)
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    ["2024-02-30T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:00:00", "2024-01-01",
     "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "2024-01-01 00:00:00Z",
     "2024-01-01T00:00:60Z", "2024-01-01T00:00:00+25:00", ""],
)  # fmt: skip
def test_a_moment_that_does_not_exist_or_has_no_offset_is_refused(text: str) -> None:
    with pytest.raises(InvalidDateError):
        read_moment(text)
