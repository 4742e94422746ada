"""Dates of birth, whole or in part."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from domain.evidence import EvidenceSource
from matching.comparators.pairs import Compared, best_pairs, empty_table
from matching.forms import day_number
from matching.levels import Codes, Level, Scale, Weights
from matching.parameters import NEAR_YEARS_DAYS

if TYPE_CHECKING:
    from matching.comparators.columns import HeldColumns, Integers

Mask = npt.NDArray[np.bool_]

SCALE = Scale(
    source=EvidenceSource.DATE_OF_BIRTH,
    levels=(
        Level("same", "The dates of birth are the same."),
        Level("swapped", "The same date with day and month in the other order."),
        Level(
            "known parts agree", "One date is incomplete; two of its parts are known and agree."
        ),
        Level("anniversary", "The same day and month, one or ten years apart."),
        Level("one slip", "The dates differ by one digit, or by two neighbouring digits swapped."),
        Level("year agrees", "One date is incomplete; the one part that can be compared agrees."),
        Level("within two years", "The dates are other dates, at most two years apart."),
        Level("within five years", "The dates are other dates, two to five years apart."),
        Level("different", "The dates are other dates, more than five years apart."),
    ),
)
_CODES = SCALE.keys
_PLACES = tuple(10**place for place in range(8))


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
    """n dates: as YYYYMMDD with 0 for an unknown part, and as day numbers, int64 (n,) each."""

    numbers: Integers
    days: Integers
    """Arbitrary where a part is unknown."""


def date_codes(own: int, dates: Dates) -> Codes:
    """Return int8 (n,): the level of the date `own`, YYYYMMDD, against n dates."""
    theirs = dates.numbers
    months = theirs // 100
    year, month, day = theirs // 10000, months % 100, theirs - months * 100
    own_year, own_month, own_day = own // 10000, own // 100 % 100, own % 100
    pairs = ((year, own_year), (month, own_month), (day, own_day))
    nothing = np.zeros(len(theirs), dtype=np.bool_)
    known = [part != 0 if own_part else nothing for part, own_part in pairs]
    compared = known[0].astype(np.int8) + known[1] + known[2]
    same = [part == own_part for part, own_part in pairs]
    conflict = (known[0] & ~same[0]) | (known[1] & ~same[1]) | (known[2] & ~same[2])
    complete, partly = compared == 3, (compared < 3) & ~conflict
    years = np.abs(year - own_year)
    days = np.where(complete, np.abs(dates.days - day_number(own)), years * 366)
    same_day = same[1] & same[2]
    crossed = theirs == own_year * 10000 + own_day * 100 + own_month
    # One changed digit, or two swapped neighbours, leave at least one part unchanged.
    slipped = complete & (same[0] | same[1] | same[2])
    near = slipped.nonzero()[0]
    if near.size:
        slipped[near] = _is_one_of(theirs.take(near), slips(own))
    conditions = (
        ("different", compared > 0),
        ("within five years", known[0] & (days <= NEAR_YEARS_DAYS[1])),
        ("within two years", known[0] & (days <= NEAR_YEARS_DAYS[0])),
        ("year agrees", partly & (compared == 1)),
        ("one slip", slipped),
        ("anniversary", complete & same_day & ((years == 1) | (years == 10))),
        ("known parts agree", partly & (compared == 2)),
        ("swapped", complete & crossed),
        ("same", complete & (theirs == own)),
    )
    codes = np.zeros(len(theirs), dtype=np.int8)
    # From the weakest to the strongest: the first level that is true, in the order of the scale.
    for key, mask in conditions:
        np.putmask(codes, mask, _CODES[key])
    return codes


def slips(number: int) -> Integers:
    """Return int64 (n,), rising: dates with one digit wrong or two neighbouring digits swapped."""
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


def _is_one_of(values: Integers, sorted_values: Integers) -> Mask:
    places = np.minimum(np.searchsorted(sorted_values, values), len(sorted_values) - 1)
    return np.asarray(sorted_values.take(places) == values)
