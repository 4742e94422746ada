"""The office's days are those of the clock on its wall, whatever the clock of the store says."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.office_days import beginning_of, days_after, office_day
from service.public import rendering as public_pages
from service.web import rendering as pages

ROOT = Path(__file__).parents[3]

IN_UTC = {
    "domain/office_days.py": 1,
    "service/usecases/disclosure/finding.py": 1,
    "service/usecases/models/watching.py": 1,
    "service/usecases/requests/own_data.py": 1,
}
"""Modules that take the day of a time by themselves, and how often: the function for all; days
that somebody typed (2); weeks of the model's watch, which no law knows; and a day beside an
hour that says UTC. It only shrinks."""


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-03-28T23:30+00:00", "2026-03-28"),
        ("2026-03-29T00:59+00:00", "2026-03-29"),
        ("2026-03-29T22:59+00:00", "2026-03-29"),
        ("2026-03-29T23:00+00:00", "2026-03-30"),
        ("2026-06-30T23:30+00:00", "2026-07-01"),
        ("2026-07-01T01:30+02:00", "2026-07-01"),
        ("2026-10-24T23:30+00:00", "2026-10-25"),
        ("2026-10-25T00:30+00:00", "2026-10-25"),
        ("2026-10-25T23:30+00:00", "2026-10-25"),
        ("2026-12-31T23:59+00:00", "2026-12-31"),
    ],
)
def test_the_day_of_an_instant_around_the_changes_of_the_clock(at: str, day: str) -> None:
    assert office_day(instant(at)) == date.fromisoformat(day)


@given(st.dates(date(1996, 1, 1), date(2100, 1, 1)))
def test_a_day_begins_where_the_day_before_ends(day: date) -> None:
    beginning = beginning_of(day).astimezone(UTC)

    assert office_day(beginning) == day
    assert office_day(beginning - timedelta(microseconds=1)) == day - timedelta(days=1)


@given(st.datetimes(datetime(1972, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_day_is_never_before_that_of_utc(at: datetime) -> None:
    """So no stored day that was checked by the clock of UTC becomes impossible."""
    assert office_day(at) - at.date() in {timedelta(0), timedelta(days=1)}


@pytest.mark.parametrize(
    ("at", "words"), [("2026-06-30T23:30:00Z", "1 July 2026"), ("2026-06-30", "30 June 2026")]
)
def test_pages_tell_the_day_of_an_instant_in_the_office(at: str, words: str) -> None:
    told = instant(at) if "T" in at else date.fromisoformat(at)

    assert pages._day(told) == words
    assert public_pages._day(public_pages.english(), at) == words


def test_no_module_takes_the_day_of_a_time_in_another_way() -> None:
    paths = (one for room in ("domain", "rules", "service") for one in (ROOT / room).rglob("*.py"))
    found = {str(path.relative_to(ROOT)): len(list(_days_taken(path))) for path in paths}

    assert {name: count for name, count in found.items() if count} == IN_UTC


def _days_taken(path: Path) -> Iterator[ast.Call]:
    """Yield the calls of `.date()` and `.today()` without arguments, of classes of times."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        called, of = node.func.attr, node.func.value
        is_class = isinstance(of, ast.Name) and of.id in {"date", "datetime"}
        if not node.args and (called == "date" or (called == "today" and is_class)):
            yield node


@given(st.dates(), st.integers(-4_000_000, 4_000_000))
def test_no_day_lies_beyond_the_calendar(day: date, days: int) -> None:
    wanted = day.toordinal() + days

    assert days_after(day, days).toordinal() == min(max(wanted, 1), date.max.toordinal())
