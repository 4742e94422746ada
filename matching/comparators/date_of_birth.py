"""Dates of birth, complete or partial."""

from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np

from domain.arrays import Bools
from domain.searches.evidence import EvidenceSource
from matching.comparators.columns import HeldColumns
from matching.comparators.pairs import Compared, best_pairs, empty_table
from matching.forms import Integers, day_number
from matching.levels import Codes, Level, Scale, Weights
from matching.parameters import NEAR_YEARS_DAYS

SCALE = Scale(
    source=EvidenceSource.DATE_OF_BIRTH,
    levels=(
        Level("same", "The dates of birth are the same."),
        Level("swapped", "The date is the same, with day and month swapped."),
        Level(
            "known parts agree", "One date is incomplete; two of its parts are known and agree."
        ),
        Level("anniversary", "The same day and month, one or ten years apart."),
        Level("one slip", "The dates differ by one digit, or by two neighbouring digits swapped."),
        Level("year agrees", "One date is incomplete; the one part that can be compared agrees."),
        Level("within two years", "The dates differ by at most two years."),
        Level("within five years", "The dates differ by two to five years."),
        Level("different", "The dates differ by more than five years."),
    ),
)
_CODES = SCALE.keys
_DIFFERENT = _CODES["different"]
_PLACES = tuple(10**place for place in range(8))
_MOST_YEARS = NEAR_YEARS_DAYS[1] // 365 + 1
"""The largest difference in years between two dates that reach a level defined by days."""

_STATES = np.array(list(product(range(3), repeat=3)))
"""(27, 3): for each state, are year, month and day unknown (0), different (1) or the same (2)."""

_YEAR_KNOWN = 9
"""The number of the first state in which both years are known."""

_IS_WHOLE = (_STATES > 0).all(axis=1)
_MAY_SLIP = _IS_WHOLE & (_STATES == 2).any(axis=1) & (_STATES == 1).any(axis=1)


def _by_parts() -> Codes:
    """Return int8 (27,): the level that follows from the known parts only, if they all agree."""
    compared, conflict = (_STATES > 0).sum(axis=1), (_STATES == 1).any(axis=1)
    agreed = np.array([0, *map(_CODES.get, ("year agrees", "known parts agree", "same"))])
    levels = np.where(conflict, _DIFFERENT, agreed[compared])
    return levels.astype(np.int8)


_BY_PARTS = _by_parts()


def compare_dates_of_birth(said: HeldColumns, held: HeldColumns, weights: Weights) -> Compared:
    """Compares each date of birth given with each date on record, and keeps the best pair."""
    dates = Dates(*held.dates.values.T)
    table = empty_table(len(said.dates.values), len(dates.numbers))
    for number, own in enumerate(said.dates.values[:, 0].tolist()):
        codes = date_codes(own, dates)
        table.codes[number] = codes
        table.bits[number] = weights.bits[codes]
    return best_pairs(table, held.dates.owners, floor_bits=weights.floor_bits)


@dataclass(frozen=True, slots=True, eq=False)
class Dates:
    """n dates as YYYYMMDD, with 0 for an unknown part, and as day numbers, ints (n,) each."""

    numbers: Integers
    days: Integers
    """Arbitrary if a part is unknown."""


def date_codes(own: int, dates: Dates) -> Codes:
    """Return int8 (n,): the level of the date `own`, YYYYMMDD, compared with each of n dates."""
    theirs = dates.numbers
    months = theirs // 100
    year = theirs // 10000
    parts = (year, months - year * 100, theirs - months * 100)
    state = _states(parts, (own // 10000, own // 100 % 100, own % 100))
    codes = _BY_PARTS.take(state)
    years = np.abs(year - own // 10000)
    # Most dates are far from `own` and share no part with it, so they need no further test.
    near = ((years <= _MOST_YEARS) & (codes == _DIFFERENT)).nonzero()[0]
    if near.size:
        codes[near] = _near_codes(own, dates, near, state.take(near), years.take(near))
    alike = _MAY_SLIP.take(state).nonzero()[0]
    if alike.size:
        codes[alike] = _slip_codes(own, theirs.take(alike), codes.take(alike))
    return codes


def _states(parts: tuple[Integers, ...], own: tuple[int, ...]) -> Integers:
    """Return (n,), under 27: the state of year, month and day, as digits to base 3."""
    result = np.zeros(len(parts[0]), dtype=np.intp)
    for part, own_part in zip(parts, own, strict=True):
        result *= 3
        if own_part:
            result += part != 0
            result += part == own_part
    return result


def _near_codes(own: int, dates: Dates, near: Integers, state: Integers, years: Integers) -> Codes:
    """Return int8 (k,): the level of each pair of dates that differ in one part.

    The level depends on the number of years or days between the dates.
    """
    days = np.abs(dates.days.take(near) - day_number(own))
    apart = np.where(_IS_WHOLE.take(state), days, years * 366)
    codes = np.full(len(near), _DIFFERENT, dtype=np.int8)
    codes[apart <= NEAR_YEARS_DAYS[1]] = _CODES["within five years"]
    codes[apart <= NEAR_YEARS_DAYS[0]] = _CODES["within two years"]
    codes[state < _YEAR_KNOWN] = _DIFFERENT
    return codes


def _slip_codes(own: int, theirs: Integers, codes: Codes) -> Codes:
    """Return int8 (k,): the levels of different complete dates that share a part with `own`.

    One changed digit, or two swapped neighbouring digits, leave at least one part unchanged.
    """
    result = codes.copy()
    own_year, own_month, own_day = own // 10000, own // 100 % 100, own % 100
    result[_is_one_of(theirs, slips(own))] = _CODES["one slip"]
    apart = np.abs(theirs - own)
    result[(apart == 10_000) | (apart == 100_000)] = _CODES["anniversary"]
    result[theirs == own_year * 10000 + own_day * 100 + own_month] = _CODES["swapped"]
    return result


def slips(number: int) -> Integers:
    """Return int64 (n,), ascending: dates with one digit wrong or two neighbours swapped."""
    digits = [number // place % 10 for place in _PLACES]
    found = {
        number + (other - digit) * place
        for digit, place in zip(digits, _PLACES, strict=True)
        for other in range(10)
    }
    found |= {
        number + (left - right) * (low - low * 10)
        for (right, left), low in zip(pairwise(digits), _PLACES[:-1], strict=True)
    }
    return np.array(sorted(found), dtype=np.int64)


def _is_one_of(values: Integers, sorted_values: Integers) -> Bools:
    places = np.minimum(np.searchsorted(sorted_values, values), len(sorted_values) - 1)
    return np.asarray(sorted_values.take(places) == values)
