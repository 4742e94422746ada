"""The entries of a block that match a query, weighed roughly: by words, by dates, or both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matching.comparators.date_of_birth import SCALE as DATE_SCALE
from matching.comparators.date_of_birth import Dates, date_codes
from matching.enquiry.dates import date_ranges
from matching.forms import day_numbers
from matching.name_parameters import (
    ENQUIRY_AREA_BITS,
    ENQUIRY_ENTRIES,
    ENQUIRY_OTHER_AREA_BITS,
    ENQUIRY_OTHER_YEAR_BITS,
    ENQUIRY_SAME_AREA_BITS,
    ENQUIRY_YEAR_BITS,
)
from matching.names.alignment import align
from matching.parameters import STARTING_LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matching.enquiry.block import Block, Entries, Places
    from matching.enquiry.query import Query
    from matching.levels import Bits

Floats = npt.NDArray[np.float32]
_DATE_BITS = np.array(
    [0.0, *(STARTING_LEVELS["date of birth"][level.key][1] for level in DATE_SCALE.levels)]
)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Entries of a block: int32 (n,), distinct and live, and their bits, float64 (n,)."""

    places: Places
    bits: Bits


def look_up(block: Block, query: Query) -> Found:
    """Return the likeliest entries by words and by dates, with the bits of both and of homes."""
    scores, named = _by_words(block, query)
    places = _first(named, scores[named] + _side_bits(block.entries, query, named))
    dated = _by_dates(block, query)
    dated = _first(dated, scores[dated])
    places = np.unique(np.concatenate([places, dated]))
    return Found(places, _bits(block.entries, query, places))


def _by_words(block: Block, query: Query) -> tuple[Floats, Places]:
    """Return float32 (entries,), the sum of the best bits of each word, and live entries met."""
    size = len(block.entries.rows)
    scores, best = np.zeros(size, dtype=np.float32), np.zeros(size, dtype=np.float32)
    met: list[Places] = []
    words = len(query.name.words)
    for number, one in enumerate(query.lists):
        if one.is_initial and words > 1:
            continue
        places, counts = block.postings.find(one.numbers)
        bits = np.repeat(one.bits, counts).astype(np.float32)
        # Lists come in rising worth, so the best word of an entry is written last.
        best[places] = bits
        met.append(places)
        if number < words:
            # Each entry once: adding to the same places again would add the same sum.
            scores[places] = scores[places] + best[places]
        else:
            scores[places] = np.maximum(scores[places], best[places])
    places = np.concatenate(met) if met else np.zeros(0, dtype=np.int32)
    return scores, places[block.live[places]]


def _by_dates(block: Block, query: Query) -> Places:
    found = [np.zeros(0, dtype=np.int32)]
    for number in query.dates:
        ranges = date_ranges(number)
        found.append(block.by_date(ranges[:, 0], ranges[:, 1]))
    places = np.concatenate(found)
    return places[block.live[places]]


def _first(places: Places, scores: npt.NDArray[np.floating]) -> Places:
    """Return distinct entries with the highest scores, most of them once ENQUIRY_ENTRIES."""
    if len(places) > ENQUIRY_ENTRIES:
        # An entry may be met by several words: twice as many leave enough that are distinct.
        most = min(2 * ENQUIRY_ENTRIES, len(places) - 1)
        places = places[np.argpartition(-scores, most)[:most]]
    return np.unique(places)


def _side_bits(entries: Entries, query: Query, places: Places) -> Floats:
    """Return float32 (n,): what years and homes add before the first cut, cheaply."""
    bits = np.zeros(len(places), dtype=np.float32)
    stated = [number // 10000 for number in query.dates if number // 10000]
    if stated:
        years = entries.dates[places] // 10000
        near = np.logical_or.reduce([np.abs(years - year) <= 1 for year in stated])
        other = np.where(years == 0, 0.0, ENQUIRY_OTHER_YEAR_BITS)
        bits += np.where(near, ENQUIRY_YEAR_BITS, other).astype(np.float32)
    if len(query.areas):
        bits += ENQUIRY_AREA_BITS * np.isin(entries.areas[places], query.areas)
    return bits


def _bits(entries: Entries, query: Query, places: Places) -> Bits:
    bits = date_bits(entries.dates[places], query.dates)
    if query.name.words:
        bits = bits + align(query.name, entries.names(places)).bits
    if len(query.areas):
        areas = entries.areas[places]
        same = np.isin(areas, query.areas)
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
