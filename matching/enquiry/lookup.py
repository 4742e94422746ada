"""The entries of a block that match a query, roughly weighted by words, by dates, or by both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from domain.arrays import Int32s, Int64s
from matching import name_parameters
from matching.comparators.date_of_birth import SCALE as DATE_SCALE
from matching.comparators.date_of_birth import Dates, date_codes
from matching.enquiry.block import Block, Entries, Places, together
from matching.enquiry.leading import distinct, leaders_by_words, least_of, strongest, word_scores
from matching.enquiry.query import Query
from matching.forms import day_numbers
from matching.levels import Bits
from matching.names.alignment import align
from matching.parameters import STARTING_LEVELS

_FIRST_YEAR, _LAST_YEAR = 1850, 2150


def date_ranges(number: int) -> Int64s:
    """Return int64 (n, 2): the ranges, ends included, of dates that YYYYMMDD may be recorded as.

    For a complete date: the date itself, day and month swapped, one digit wrong, two neighbouring
    digits swapped, one or ten years off, or incomplete. An unknown part (0) is a wild card.
    """
    year, month, day = number // 10000, number // 100 % 100, number % 100
    if year and month and day:
        singles = _variants(year, month, day)
        return np.array([(one, one) for one in sorted(singles)], dtype=np.int64)
    if year and month:
        return np.array([(number, number + 99), (year * 10000, year * 10000)], dtype=np.int64)
    if year:
        return np.array([(year * 10000, year * 10000 + 9999)], dtype=np.int64)
    return _any_year(month, day)


def _any_year(month: int, day: int) -> Int64s:
    years = np.arange(_FIRST_YEAR, _LAST_YEAR + 1, dtype=np.int64) * 10000
    if not month:
        # A day without a month is too little to search by, and so is an empty date.
        years = years[:0]
    first = years + month * 100 + day
    return np.stack([first, first if day else first + 99], axis=1)


def _variants(year: int, month: int, day: int) -> set[int]:
    number = year * 10000 + month * 100 + day
    digits = f"{number:08d}"
    found = {number, year * 10000 + day * 100 + month}
    found |= {number + years * 10000 for years in (-10, -1, 1, 10)}
    found |= {
        int(digits[:place] + digit + digits[place + 1 :])
        for place in range(8)
        for digit in "0123456789"
    }
    found |= {
        int(digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :])
        for place in range(7)
    }
    whole = {one for one in found if _is_date(one)}
    return whole | {year * 10000, year * 10000 + month * 100, month * 100 + day}


def _is_date(number: int) -> bool:
    if not _FIRST_YEAR <= number // 10000 <= _LAST_YEAR:
        return False
    try:
        date(number // 10000, number // 100 % 100, number % 100)
    except ValueError:
        return False
    return True


_NO_BITS, _NO_RANGES = np.zeros(0, dtype=np.float32), np.zeros((0, 2), dtype=np.int64)
_DATE_BITS = np.array(
    [0.0, *(STARTING_LEVELS["date of birth"][level.key][1] for level in DATE_SCALE.levels)]
)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The people of the entries found, int64 (n,), and the bits of each entry, float64 (n,)."""

    rows: Int64s
    bits: Bits


def look_up(blocks: Sequence[Block], query: Query) -> Found:
    """Return the most likely entries of one or more blocks, by words and by dates.

    Of all blocks together there are ENQUIRY_ENTRIES by words and as many by dates. There are more
    from earlier blocks if later blocks have stronger entries.
    """
    held, by_words = [], _NO_BITS
    for block, dated in zip(blocks, _leaders_by_dates(blocks, query), strict=True):
        named = leaders_by_words(block, query, least_of(by_words))
        by_words = np.append(by_words, named.bits)
        held.append(block.entries.take(distinct(np.concatenate([named.places, dated]))))
    found = together(held)
    return Found(found.rows.astype(np.int64), _bits(found, query))


def _leaders_by_dates(blocks: Sequence[Block], query: Query) -> list[Places]:
    """Return each block's entries with these dates that have the most bits for words and dates."""
    ranges = np.concatenate([_NO_RANGES, *map(date_ranges, query.dates)])
    near, found, so_far = [_dated(block, ranges) for block in blocks], [], _NO_BITS
    # For all blocks at once, because the number of steps does not depend on the number of dates.
    dates = [block.entries.dates[places] for block, places in zip(blocks, near, strict=True)]
    stops = np.cumsum([len(one) for one in near])[:-1]
    by_dates = np.split(date_bits(np.concatenate(dates), query.dates), stops)
    for block, places, bits in zip(blocks, near, by_dates, strict=True):
        worth = (bits + word_scores(block.entries, query, places)).astype(np.float32)
        kept = strongest(worth, least_of(so_far))
        so_far = np.append(so_far, worth[kept])
        found.append(places[kept])
    return found


def _dated(block: Block, ranges: Int64s) -> Places:
    """Return the entries not removed with dates in these ranges, in ascending order of date."""
    places = block.by_date(ranges[:, 0], ranges[:, 1])
    return places[block.live.take(places)]


def _bits(held: Entries, query: Query) -> Bits:
    bits = date_bits(held.dates, query.dates)
    if query.name.words:
        # Common names repeat, and words that are not like any stated word all have the same class.
        names, which = held.names(query.met).distinct()
        bits = bits + align(query.name, names).bits[which]
    if len(query.areas):
        same = query.is_in_areas(held.areas)
        other = np.where(held.areas == 0, 0.0, name_parameters.ENQUIRY_OTHER_AREA_BITS)
        bits = bits + np.where(same, name_parameters.ENQUIRY_SAME_AREA_BITS, other)
    return bits


def date_bits(held: Int32s, dates: Sequence[int]) -> Bits:
    """Return float64 (n,): the approximate bits of each date on record.

    Each is compared with the stated date that fits it best. Entries are sorted by date, so equal
    dates are adjacent.
    """
    if not dates:
        return np.zeros(len(held))
    is_new = np.ones(len(held), dtype=np.bool_)
    np.not_equal(held[1:], held[:-1], out=is_new[1:])
    distinct = held[is_new]
    theirs = Dates(distinct, day_numbers(distinct))
    bits = np.max([_DATE_BITS[date_codes(own, theirs)] for own in dates], axis=0)
    return np.asarray(bits[np.cumsum(is_new) - 1])
