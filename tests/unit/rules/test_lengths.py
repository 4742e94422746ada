"""Lengths and the last day of a period: vectors of retention and subject access, and laws."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInputError
from domain.people.convictions import SentenceKind
from rules.clocks import Length, corresponding_day, last_day
from rules.rehabilitation.facts import Conviction, Sentence
from rules.rehabilitation.periods import Reading
from rules.rehabilitation.record import answers

DAYS = st.dates(date(1950, 1, 1), date(2100, 1, 1))
LENGTHS = st.builds(Length, st.integers(0, 240), st.integers(1, 400))


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        ("2026-08-15", "P1M", "2026-09-14"),
        ("2026-01-31", "P1M", "2026-02-28"),
        ("2026-02-28", "P1M", "2026-03-27"),
        ("2026-12-31", "P1M", "2027-01-30"),
        ("2024-05-10", "P3Y", "2027-05-09"),
        ("2024-02-29", "P3Y", "2027-02-28"),
        ("2023-12-31", "P3Y", "2026-12-30"),
        ("2025-01-01", "P2Y", "2026-12-31"),
        ("2027-05-10", "P2Y", "2029-05-09"),
        ("2026-03-02", "P28D", "2026-03-29"),
        ("2026-12-24", "P4W", "2027-01-20"),
    ],
)
def test_a_period_that_begins_with_a_day(start: str, length: str, expected: str) -> None:
    assert str(last_day(date.fromisoformat(start), Length.parse(length))) == expected


@given(DAYS, LENGTHS)
def test_the_day_after_the_last_is_at_most_the_corresponding_day_later(
    start: date, length: Length
) -> None:
    end = last_day(start, length)
    assert start <= end <= corresponding_day(start, length) <= end + timedelta(days=1)


@given(DAYS, DAYS, LENGTHS)
def test_a_later_start_never_ends_earlier(one: date, other: date, length: Length) -> None:
    first, second = sorted((one, other))
    assert last_day(first, length) <= last_day(second, length)


@given(DAYS, LENGTHS, LENGTHS)
def test_a_longer_length_never_ends_earlier(start: date, one: Length, other: Length) -> None:
    assert last_day(start, one) < last_day(start, one + other)


@given(LENGTHS)
def test_a_length_is_read_as_it_is_written(length: Length) -> None:
    assert Length.parse(str(length)) == length


@pytest.mark.parametrize("text", ["", "P", "P0D", "1Y", "PT5H", "P1.5Y", "P-1M", "P٣M", "P1M "])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="P1Y6M"):
        Length.parse(text)


@given(
    st.dates(date(9000, 1, 1), date.max),
    st.builds(Length, st.integers(0, 12_000), st.integers(0, 99_999)),
)
def test_a_period_beyond_the_last_day_that_can_be_written_ends_with_it(
    start: date, length: Length
) -> None:
    for end in (last_day(start, length), corresponding_day(start, length)):
        assert start - timedelta(days=1) <= end <= date.max
    assert last_day(start, length + Length(months=12_000)) == date.max


def test_a_sentence_until_the_last_day_that_can_be_written_has_an_end() -> None:
    convicted_on = date(2020, 1, 1)
    lengths = (None, Length(months=6), Length(months=30))
    for sentence in (
        Sentence(kind, one, ends_on=date.max) for kind in SentenceKind for one in lengths
    ):
        record = [Conviction("1", convicted_on, (sentence,), was_under_18=False)]
        for reading in Reading:
            (answer,) = answers(record, date(2026, 12, 2), reading)
            assert answer.end.day is None or answer.end.day > convicted_on
