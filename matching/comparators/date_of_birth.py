"""Dates of birth, whole or in part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from domain.evidence import EvidenceSource
from matching.comparators.pairs import Compared, best_pairs, empty_table
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
_DIGITS = 10 ** np.arange(8, dtype=np.int64)


def compare_dates_of_birth(said: HeldColumns, held: HeldColumns, weights: Weights) -> Compared:
    """Compares each date of birth given with each date on record, and keeps the best pair."""
    theirs = held.dates.values[:, 0]
    table = empty_table(len(said.dates.values), len(theirs))
    for number, own in enumerate(said.dates.values[:, 0].tolist()):
        codes = date_codes(own, theirs)
        table.codes[number] = codes
        table.bits[number] = weights.bits[codes]
    return best_pairs(table, held.dates.counts, floor_bits=weights.floor_bits)


def date_codes(own: int, theirs: Integers) -> Codes:
    """Return int8 (n,): the level of the date `own` against n dates.

    Dates are YYYYMMDD with 0 for an unknown part; int64 (n,).
    """
    parts, own_parts = _parts(theirs), _parts(np.array([own]))
    known = [
        (part != 0) & (own_part != 0) for part, own_part in zip(parts, own_parts, strict=True)
    ]
    equal = [part == own_part for part, own_part in zip(parts, own_parts, strict=True)]
    compared = sum(mask.astype(np.int8) for mask in known)
    complete = compared == 3
    conflict = np.logical_or.reduce([k & ~e for k, e in zip(known, equal, strict=True)])
    codes = np.zeros(len(theirs), dtype=np.int8)
    codes[compared > 0] = _CODES["different"]
    _mark_near(codes, own, theirs, complete=complete, years_known=known[0])
    codes[~complete & ~conflict & (compared == 1)] = _CODES["year agrees"]
    _mark_slips(codes, own, theirs, complete=complete)
    codes[~complete & ~conflict & (compared == 2)] = _CODES["known parts agree"]
    codes[complete & (theirs == own)] = _CODES["same"]
    return codes


def _parts(dates: Integers) -> tuple[Integers, Integers, Integers]:
    return dates // 10000, dates // 100 % 100, dates % 100


def _mark_near(
    codes: Codes, own: int, theirs: Integers, *, complete: Mask, years_known: Mask
) -> None:
    """Mark dates within two and five years, by days where whole and by years where not."""
    whole = np.abs(day_numbers(theirs) - day_numbers(np.array([own])))
    by_year = np.abs(theirs // 10000 - own // 10000) * 366
    days = np.where(complete, whole, by_year)
    codes[years_known & (days <= NEAR_YEARS_DAYS[1])] = _CODES["within five years"]
    codes[years_known & (days <= NEAR_YEARS_DAYS[0])] = _CODES["within two years"]


def day_numbers(dates: Integers) -> Integers:
    """Return days since 1970 of whole dates; any number where a part is unknown."""
    year, month, day = _parts(dates)
    months = (year - 1970) * 12 + np.maximum(month, 1) - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return first + day - 1


def _mark_slips(codes: Codes, own: int, theirs: Integers, *, complete: Mask) -> None:
    year, month, day = _parts(theirs)
    own_year, own_month, own_day = own // 10000, own // 100 % 100, own % 100
    codes[complete & _is_one_slip(own, theirs)] = _CODES["one slip"]
    years = np.abs(year - own_year)
    anniversary = (month == own_month) & (day == own_day) & ((years == 1) | (years == 10))
    codes[complete & anniversary] = _CODES["anniversary"]
    swapped = (year == own_year) & (month == own_day) & (day == own_month)
    codes[complete & swapped] = _CODES["swapped"]


def _is_one_slip(own: int, theirs: Integers) -> Mask:
    own_digits = own // _DIGITS % 10
    digits = theirs[:, None] // _DIGITS % 10
    differs = digits != own_digits
    count = differs.sum(axis=1)
    crossed = (digits[:, :-1] == own_digits[1:]) & (digits[:, 1:] == own_digits[:-1])
    neighbours = (crossed & differs[:, :-1] & differs[:, 1:]).any(axis=1)
    return np.asarray((count == 1) | ((count == 2) & neighbours))
