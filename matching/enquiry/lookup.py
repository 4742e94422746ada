"""The entries of a block that match a query, weighed roughly: by words, by dates, or both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matching.comparators.date_of_birth import SCALE as DATE_SCALE
from matching.comparators.date_of_birth import Dates, date_codes
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

    from matching.enquiry.block import Block, Entries, Places
    from matching.enquiry.query import Query
    from matching.levels import Bits

_NO_BITS = np.zeros(0, dtype=np.float32)
_DATE_BITS = np.array(
    [0.0, *(STARTING_LEVELS["date of birth"][level.key][1] for level in DATE_SCALE.levels)]
)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Entries of a block: int32 (n,), distinct and live, and their bits, float64 (n,)."""

    places: Places
    bits: Bits


def look_up(blocks: Sequence[Block], query: Query) -> list[Found]:
    """Return the likeliest entries of each block by words and by dates, with the bits of all.

    Of all blocks together ENQUIRY_ENTRIES by words, and as many by dates; more of the first blocks
    where later ones hold stronger entries.
    """
    found, by_words, by_dates = [], _NO_BITS, _NO_BITS
    for block in blocks:
        named = leaders_by_words(block, query, least_of(by_words))
        dated = _leaders_by_dates(block, query, least_of(by_dates))
        by_words = np.append(by_words, named.bits)
        by_dates = np.append(by_dates, dated.bits)
        places = np.unique(np.concatenate([named.places, dated.places]))
        found.append(Found(places, _bits(block.entries, query, places)))
    return found


def _leaders_by_dates(block: Block, query: Query, least: float) -> Leaders:
    """Return the entries of these dates that words and dates speak for most, of `least` bits."""
    found = [np.zeros(0, dtype=np.int32)]
    for number in query.dates:
        ranges = date_ranges(number)
        found.append(block.by_date(ranges[:, 0], ranges[:, 1]))
    places = np.unique(np.concatenate(found))
    places = places[block.live[places]]
    by_dates = date_bits(block.entries.dates[places], query.dates)
    bits = (by_dates + word_scores(block.entries, query, places)).astype(np.float32)
    kept = strongest(bits, least)
    return Leaders(places[kept], bits[kept])


def _bits(entries: Entries, query: Query, places: Places) -> Bits:
    bits = date_bits(entries.dates[places], query.dates)
    if query.name.words:
        bits = bits + align(query.name, entries.names(places)).bits
    if len(query.areas):
        areas = entries.areas[places]
        same = query.is_in_areas(areas)
        other = np.where(areas == 0, 0.0, ENQUIRY_OTHER_AREA_BITS)
        bits = bits + np.where(same, ENQUIRY_SAME_AREA_BITS, other)
    return bits


def date_bits(held: npt.NDArray[np.int32], dates: Sequence[int]) -> Bits:
    """Return float64 (n,): approximate bits of held dates, for the best stated date."""
    if not dates:
        return np.zeros(len(held))
    numbers = held.astype(np.int64)
    theirs = Dates(numbers, day_numbers(numbers))
    return np.asarray(np.max([_DATE_BITS[date_codes(own, theirs)] for own in dates], axis=0))
