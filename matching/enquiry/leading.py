"""The entries with the highest bits for words, years and areas, found without weighing all.

The result is exact, as in WAND and MaxScore (Turtle and Flood, "Query evaluation: strategies and
optimizations", 1995). The rarest word is looked up first. Once as many entries as wanted are
known, a list is read only as far as an entry that has not been found yet could still be among
them. A common forename is therefore seldom read at all; instead, the entries found by the surname
are checked for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from domain.arrays import Bools, Float32s, Int32s, Intps
from matching.enquiry.block import Block, Entries, Places, Ranges
from matching.enquiry.query import Query, summed
from matching.name_parameters import (
    ENQUIRY_AREA_BITS,
    ENQUIRY_ENTRIES,
    ENQUIRY_OTHER_YEAR_BITS,
    ENQUIRY_READ_FIRST,
    ENQUIRY_YEAR_BITS,
)

_SLACK = 1e-3
"""Bits by which a bound is loosened, because sums of float32 are rounded."""


@dataclass(frozen=True, slots=True, eq=False)
class Leaders:
    """Entries, int32 (n,), distinct and ascending, and the bits that rank them, float32 (n,)."""

    places: Places
    bits: Float32s

    def raised(self, bits: float) -> Leaders:
        """Return the same entries with this many bits added."""
        return Leaders(self.places, self.bits + np.float32(bits))

    def strongest(self, least: float) -> Leaders:
        """Return the ENQUIRY_ENTRIES strongest entries that have at least this many bits."""
        kept = strongest(self.bits, least)
        return Leaders(self.places[kept], self.bits[kept])


def least_of(bits: Float32s) -> float:
    """Return the lowest of the ENQUIRY_ENTRIES highest values; -inf if there are fewer values."""
    if len(bits) < ENQUIRY_ENTRIES:
        return -np.inf
    return float(np.partition(bits, -ENQUIRY_ENTRIES)[-ENQUIRY_ENTRIES])


def leaders_by_words(block: Block, query: Query, least: float = -np.inf) -> Leaders:
    """Return the ENQUIRY_ENTRIES entries that are not removed and have the most bits for words,
    years and areas together.

    Only entries that match a word and have `least` bits or more are returned. In a tie the lower
    places come first.
    """
    words = query.reading
    spans = block.postings.spans(words.numbers)
    lengths = spans[1] - spans[0]
    if lengths.sum() <= 2 * ENQUIRY_READ_FIRST:
        read = distinct(block.postings.of(spans))
        return _weighed(block, query, read).strongest(least)
    # Entries in a stated area come first. Entries read later are in no area, or known already.
    leaders = _weighed(block, query, _in_areas(block.entries, query)).strongest(least)
    least = max(least, least_of(leaders.bits))
    for side_bits, ranges in _sides(block.entries, query):
        share = np.subtract(*ranges.T[::-1]).sum() / len(block.entries.rows)
        entries = np.cumsum(lengths) * share
        start, at_once = 0, ENQUIRY_READ_FIRST
        while start < (stop := words.reaching(least - side_bits - _SLACK)):
            before = entries[start - 1] if start else 0.0
            stop = min(stop, int(np.searchsorted(entries, before + at_once)) + 1)
            read = block.postings.within(spans[:, start:stop], ranges)
            leaders = _with(leaders, _met(block, query, distinct(read)).raised(side_bits), least)
            least = max(least, least_of(leaders.bits))
            start, at_once = stop, 2 * at_once
    return leaders


def word_scores(entries: Entries, query: Query, places: Places) -> Float32s:
    """Return float32 (n,): the sum, in the order stated, of the best bits of each stated word.

    Words written together count instead if they are worth more.
    """
    if not query.lists:
        return np.zeros(len(places), dtype=np.float32)
    # Each slot is contiguous in memory, so that all entries are summed at once.
    met = np.ascontiguousarray(query.met.take(entries.slots.take(places, axis=0)).T)
    first = met.max(axis=0)
    scores: Float32s = query.alone.take(first)
    # Most entries match only one word, and what one word is worth by itself is known.
    several = np.flatnonzero(met.sum(axis=0, dtype=np.int32) != first)
    if len(several):
        scores[several] = summed(query, met[:, several])
    return scores


def strongest(bits: Float32s, least: float = -np.inf) -> Intps:
    """Return the positions, ascending, of the ENQUIRY_ENTRIES highest values from `least` bits on.

    In a tie the first positions are kept.
    """
    least = max(least, least_of(bits))
    above = np.flatnonzero(bits > least)
    equal = np.flatnonzero(bits == least)[: ENQUIRY_ENTRIES - len(above)]
    return np.sort(np.concatenate([above, equal]))


def _weighed(block: Block, query: Query, places: Places) -> Leaders:
    """Return those of `places` (distinct, ascending) that match a word, with all their bits."""
    met = _met(block, query, places)
    return Leaders(met.places, met.bits + _side_bits(block.entries, query, met.places))


def _met(block: Block, query: Query, places: Places) -> Leaders:
    """Return those of `places` that match a word and are not removed, with only bits of words."""
    places = places[block.live.take(places)]
    scores = word_scores(block.entries, query, places)
    met = scores > 0.0
    return Leaders(places[met], scores[met])


def _with(leaders: Leaders, more: Leaders, least: float) -> Leaders:
    """Return the strongest entries of both. If an entry is in both, the first one is kept."""
    kept = more.bits >= np.float32(least)
    places = np.concatenate([leaders.places, more.places[kept]])
    bits = np.concatenate([leaders.bits, more.bits[kept]])
    order = np.argsort(places, kind="stable")
    order = order[_is_new(places[order])]
    return Leaders(places[order], bits[order]).strongest(least)


def distinct(places: Places) -> Places:
    """Return these entries without repeats, in ascending order."""
    ordered = np.sort(places)
    return ordered[_is_new(ordered)]


def _is_new(ordered: Places) -> Bools:
    is_new = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_new[1:])
    return is_new


def _in_areas(entries: Entries, query: Query) -> Places:
    """Return the entries with a home in a stated area, whose extra bits no bound covers."""
    if not len(query.areas):
        return np.zeros(0, dtype=np.int32)
    return np.flatnonzero(query.is_in_areas(entries.areas)).astype(np.int32)


def _sides(entries: Entries, query: Query) -> Iterator[tuple[float, Ranges]]:
    """Yield the bits of years, highest first, and the ranges of entries that have them."""
    dates, years = entries.dates, _years(query)
    cuts = {0, len(dates)}
    for first, last in ((0, 0), *((year - 1, year + 1) for year in years)):
        bounds = np.array([first * 10000, (last + 1) * 10000], dtype=dates.dtype)
        cuts.update(np.searchsorted(dates, bounds).tolist())
    starts = np.array(sorted(cuts - {len(dates)}), dtype=np.int32)
    stops = np.append(starts[1:], np.int32(len(dates)))
    bits = _year_bits(dates[starts], years) if len(dates) else np.zeros(0, dtype=np.float32)
    for one in np.unique(bits)[::-1]:
        yield float(one), np.stack([starts[bits == one], stops[bits == one]], axis=1)


def _years(query: Query) -> list[int]:
    return [number // 10000 for number in query.dates if number // 10000]


def _year_bits(dates: Int32s, years: Sequence[int]) -> Float32s:
    if not years:
        return np.zeros(len(dates), dtype=np.float32)
    held = dates // 10000
    near = np.logical_or.reduce([np.abs(held - year) <= 1 for year in years])
    other = np.where(held == 0, 0.0, ENQUIRY_OTHER_YEAR_BITS)
    return np.where(near, ENQUIRY_YEAR_BITS, other).astype(np.float32)


def _side_bits(entries: Entries, query: Query, places: Places) -> Float32s:
    """Return float32 (n,): what years and homes add before the first cut, computed roughly."""
    bits = _year_bits(entries.dates[places], _years(query))
    if len(query.areas):
        bits += np.where(query.is_in_areas(entries.areas[places]), ENQUIRY_AREA_BITS, 0.0)
    return bits
