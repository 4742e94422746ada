"""The entries of a block that match a query, weighed roughly: by words, by dates, or both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matching.comparators.date_of_birth import SCALE as DATE_SCALE
from matching.comparators.date_of_birth import Dates, date_codes
from matching.enquiry.block import together
from matching.enquiry.dates import date_ranges
from matching.enquiry.leading import (
    Leaders,
    leaders_by_words,
    least_of,
    strongest,
    word_scores,
)
from matching.forms import day_numbers
from matching.name_parameters import (
    ENQUIRY_OTHER_AREA_BITS,
    ENQUIRY_SAME_AREA_BITS,
)
from matching.names.alignment import align
from matching.parameters import STARTING_LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matching.enquiry.block import Block, Entries, Int64s
    from matching.enquiry.query import Query
    from matching.levels import Bits

_NO_BITS, _NO_RANGES = np.zeros(0, dtype=np.float32), np.zeros((0, 2), dtype=np.int64)
_DATE_BITS = np.array(
    [0.0, *(STARTING_LEVELS["date of birth"][level.key][1] for level in DATE_SCALE.levels)]
)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The people of entries: int64 (n,), and the bits of each entry, float64 (n,)."""

    rows: Int64s
    bits: Bits


def look_up(blocks: Sequence[Block], query: Query) -> Found:
    """Return the likeliest live entries of one or more blocks by words and by dates.

    Of all blocks together ENQUIRY_ENTRIES by words, and as many by dates; more of the first blocks
    where later ones hold stronger entries.
    """
    held, by_words, by_dates = [], _NO_BITS, _NO_BITS
    ranges = np.concatenate([_NO_RANGES, *map(date_ranges, query.dates)])
    for block in blocks:
        named = leaders_by_words(block, query, least_of(by_words))
        dated = _leaders_by_dates(block, query, ranges, least_of(by_dates))
        by_words = np.append(by_words, named.bits)
        by_dates = np.append(by_dates, dated.bits)
        held.append(block.entries.take(np.union1d(named.places, dated.places)))
    found = together(held)
    return Found(found.rows.astype(np.int64), _bits(found, query))


def _leaders_by_dates(block: Block, query: Query, ranges: Int64s, least: float) -> Leaders:
    """Return the entries of these dates that words and dates speak for most, of `least` bits."""
    places = block.by_date(ranges[:, 0], ranges[:, 1])
    places = places[block.live[places]]
    by_dates = date_bits(block.entries.dates[places], query.dates)
    bits = (by_dates + word_scores(block.entries, query, places)).astype(np.float32)
    kept = strongest(bits, least)
    return Leaders(places[kept], bits[kept])


def _bits(held: Entries, query: Query) -> Bits:
    bits = date_bits(held.dates, query.dates)
    if query.name.words:
        # Common names repeat, and words that are not like a stated one are all the same to it.
        names, which = held.names(query.met).distinct()
        bits = bits + align(query.name, names).bits[which]
    if len(query.areas):
        same = query.is_in_areas(held.areas)
        other = np.where(held.areas == 0, 0.0, ENQUIRY_OTHER_AREA_BITS)
        bits = bits + np.where(same, ENQUIRY_SAME_AREA_BITS, other)
    return bits


def date_bits(held: npt.NDArray[np.int32], dates: Sequence[int]) -> Bits:
    """Return float64 (n,): approximate bits of held dates, for the best stated date.

    Entries are in the order of their dates, so that equal ones lie side by side.
    """
    if not dates:
        return np.zeros(len(held))
    is_new = np.ones(len(held), dtype=np.bool_)
    np.not_equal(held[1:], held[:-1], out=is_new[1:])
    numbers = held[is_new].astype(np.int64)
    theirs = Dates(numbers, day_numbers(numbers))
    bits = np.max([_DATE_BITS[date_codes(own, theirs)] for own in dates], axis=0)
    return np.asarray(bits[np.cumsum(is_new) - 1])
