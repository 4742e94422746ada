"""The date of birth recorded at a booking."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from data.synthetic.circumstances import Circumstances
from data.synthetic.counters import Draws
from data.synthetic.facts import day_of
from domain.people import PartialDate


def said_dates(birth_day: int, draws: Draws, how: Circumstances) -> tuple[PartialDate, ...]:
    """Return the recorded date of birth: none, or one with at most one slip."""
    fate = draws.uniform() / how.factor
    shares = (
        how.mistakes.date_swapped_share,
        how.mistakes.date_digit_share,
        how.mistakes.date_year_share,
        how.mistakes.date_partial_share,
        how.mistakes.date_placeholder_share,
        how.mistakes.date_missing_share,
    )
    for share, slip in zip(shares, _DATE_SLIPS, strict=True):
        if fate < share:
            return slip(date.fromordinal(birth_day), draws)
        fate -= share
    return (day_of(birth_day),)


def _date_swapped(day: date, draws: Draws) -> tuple[PartialDate, ...]:
    if day.day > 12:
        return _date_digit(day, draws)
    return (PartialDate(day.year, day.day, day.month),)


def _date_digit(day: date, draws: Draws) -> tuple[PartialDate, ...]:
    """Return the date with one wrong digit in day or year, still a valid date."""
    if draws.uniform() < 0.5:
        return (PartialDate(day.year, day.month, _other(day.day, 1 + draws.index(9), 28)),)
    decade, unit = divmod(day.year, 10)
    year = decade * 10 + (unit + 1 + draws.index(9)) % 10
    return (PartialDate(year, day.month, min(day.day, 28)),)


def _other(value: int, step: int, size: int) -> int:
    return (value - 1 + step) % size + 1


def _date_year(day: date, draws: Draws) -> tuple[PartialDate, ...]:
    year = day.year + draws.choice((-10, -1, -1, 1, 1, 10))
    return (PartialDate(year, day.month, min(day.day, 28)),)


def _date_partial(day: date, draws: Draws) -> tuple[PartialDate, ...]:
    is_month_known = draws.uniform() < 0.4
    return (PartialDate(day.year, day.month if is_month_known else None, None),)


def _date_placeholder(day: date, draws: Draws) -> tuple[PartialDate, ...]:
    return (PartialDate(draws.choice((1900, 1970, day.year, day.year)), 1, 1),)


def _date_missing(day: date, draws: Draws) -> tuple[PartialDate, ...]:  # noqa: ARG001 - as its kin
    return ()


_DATE_SLIPS: tuple[Callable[[date, Draws], tuple[PartialDate, ...]], ...] = (
    _date_swapped,
    _date_digit,
    _date_year,
    _date_partial,
    _date_placeholder,
    _date_missing,
)
