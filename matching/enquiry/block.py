"""Entries of people and the postings of their words. A block never changes once it is built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from domain.arrays import AnyArray, Bools, Int32s, Int64s, Intps, UInt8s, UInt16s
from matching.names.alignment import HeldNames
from matching.names.text import JOINED_SLOTS, WORD_SLOTS

Areas = Int32s | UInt16s
Places = Int32s
Ranges = Int32s
"""(r, 2), ascending: the first place of each range, and the place after its last."""

_SHORT = 64
"""Entries of a word up to which reading all is faster than searching for those in a range."""


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """n entries, one for each combination of name and date of each person.

    `rows`: (n,), the person of each entry, in four bytes if the largest row fits. `slots`: int32
    (n, 8), numbers of words, 0 for none: the six of `words`, then the two of `joined`; they are
    together in memory because they are read together. `fields`: uint8 (n, 6). `dates`: int32 (n,),
    YYYYMMDD with 0 for unknown parts. `areas`: (n,), the number of the postcode area of the first
    home, 0 for none, in two bytes if the largest number fits: all of them are read when an area is
    stated.
    """

    rows: Int64s | Int32s
    slots: Int32s
    fields: UInt8s
    dates: Int32s
    areas: Areas

    @property
    def words(self) -> Int32s:
        """The words as written, int32 (n, 6)."""
        return self.slots[:, :WORD_SLOTS]

    @property
    def joined(self) -> Int32s:
        """The words written together, int32 (n, 2)."""
        return self.slots[:, WORD_SLOTS:]

    def take(self, places: Intps | Places) -> Entries:
        """Return some of the entries, in the order given."""
        # Many times faster than indexing if an entry has several values.
        return Entries(*(getattr(self, name).take(places, axis=0) for name in Entries.__slots__))

    def names(self, classes: npt.NDArray[np.integer]) -> HeldNames:
        """Return all names with each word replaced by its class. `classes`: (vocabulary,)."""
        slots = classes.take(self.slots)
        return HeldNames(slots[:, :WORD_SLOTS], self.fields, slots[:, WORD_SLOTS:])


def together(entries: Sequence[Entries]) -> Entries:
    """Join the entries of one or more sets, one set after another."""
    columns = (np.concatenate([getattr(e, name) for e in entries]) for name in Entries.__slots__)
    return Entries(*columns)


def entries_of(values: Sequence[tuple[int, ...]]) -> Entries:
    """Return entries from tuples of row, date, area, words, joined words and fields."""
    table = np.array(values, dtype=np.int64).reshape(-1, 3 + 2 * WORD_SLOTS + JOINED_SLOTS)
    fields_start = 3 + WORD_SLOTS + JOINED_SLOTS
    return Entries(
        rows=table[:, 0].copy(),
        slots=table[:, 3:fields_start].astype(np.int32),
        fields=table[:, fields_start:].astype(np.uint8),
        dates=table[:, 1].astype(np.int32),
        areas=table[:, 2].astype(np.int32),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """The entries that contain each word.

    `words`: int32 (w,), ascending. `starts`: int32 (w + 1,). `places`: int32 (n,), ascending
    within a word.
    """

    words: Int32s
    starts: Int32s
    places: Places

    def spans(self, words: Int64s) -> Int64s:
        """Return int64 (2, n): where the entries of each word begin and end in `places`."""
        if not len(self.words):
            return np.zeros((2, len(words)), dtype=np.int64)
        at = np.searchsorted(self.words, words.astype(np.int32))
        at = np.minimum(at, len(self.words) - 1)
        ends = np.stack([self.starts[at], self.starts[at + 1]]).astype(np.int64)
        return np.where(self.words[at] == words, ends, 0)

    def of(self, spans: Int64s) -> Places:
        """Return the entries of the words with these spans, word by word."""
        first, last = spans
        return self.places.take(_runs(first, last - first))

    def within(self, spans: Int64s, ranges: Ranges) -> Places:
        """Return the entries of words with these spans in any of the ranges, unordered."""
        is_long = spans[1] - spans[0] > _SHORT
        short = self.of(spans[:, ~is_long])
        # Each range has two bounds, so a place in a range is after an odd number of bounds.
        bounds = ranges.reshape(-1)
        short = short[np.searchsorted(bounds, short, side="right") % 2 == 1]
        found = [short]
        for first, last in spans[:, is_long].T.tolist():
            places = self.places[first:last]
            at = places.searchsorted(bounds).tolist()
            found += [places[at[n] : at[n + 1]] for n in range(0, len(at), 2)]
        return np.concatenate(found)

    def counts(self, size: int) -> Int64s:
        """Return int64 (size,): how many entries each word has, indexed by the word's number."""
        result = np.zeros(size, dtype=np.int64)
        result[self.words] = np.diff(self.starts)
        return result


def _runs(starts: Int64s, counts: Int64s) -> Int64s:
    """Return the positions start .. start + count - 1 of each run, one run after another."""
    before = np.cumsum(counts) - counts
    return np.asarray(np.arange(int(counts.sum())) - np.repeat(before - starts, counts))


def _ranges(keys: Int64s | Int32s, lows: Int64s, highs: Int64s) -> Int64s:
    """Return the positions of sorted keys in any range low..high (inclusive), ascending."""
    # Compared in the type of the keys, since NumPy would otherwise convert all of them first. The
    # largest value of a type is never a key, so bounds that do not fit can be clipped to it.
    most = np.iinfo(keys.dtype).max
    starts = np.searchsorted(keys, np.minimum(lows, most).astype(keys.dtype), side="left")
    stops = np.searchsorted(keys, np.minimum(highs, most).astype(keys.dtype), side="right")
    order = np.argsort(starts, kind="stable")
    starts, stops = starts[order], stops[order]
    # If earlier ranges overlap a range, it begins where they end.
    starts[1:] = np.maximum(starts[1:], np.maximum.accumulate(stops)[:-1])
    return _runs(starts, np.maximum(stops - starts, 0))


@dataclass(frozen=True, slots=True, eq=False)
class Tags:
    """Texts to search other than names, as 64-bit keys (n,) and int64 row numbers (n,)."""

    keys: Int64s
    rows: Int64s | Int32s

    def find(self, keys: Int64s, live: Bools) -> Int64s:
        """Return the rows with any of these keys that are `live`: bool (n,), False if removed."""
        places = _ranges(self.keys, keys, keys)
        return self.rows[places[live[places]]].astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A set of entries with all their search keys. The entries are sorted by date."""

    entries: Entries
    postings: Postings
    tags: Tags
    live: Bools
    """bool (n,): False for entries of people who have been removed."""
    live_tags: Bools
    last_row: int
    """The largest row of a person, or 0 in an empty block. Rows to remove that are larger need no
    search, as most people who are added are new."""

    @property
    def bytes_held(self) -> int:
        """Memory of the arrays in bytes."""
        parts = (self.entries, self.postings, self.tags)
        arrays = [getattr(part, name) for part in parts for name in type(part).__slots__]
        return sum(array.nbytes for array in (*arrays, self.live, self.live_tags))

    def by_date(self, lows: Int64s, highs: Int64s) -> Places:
        """Return the entries with a date in any of these ranges, in ascending order of date."""
        places = _ranges(self.entries.dates, lows, highs)
        return places.astype(np.int32)

    def without(self, rows: Int64s) -> tuple[Block, Int64s]:
        """Mark the entries of these people as removed; return the new block and those people.

        The people removed are int64 (n,), distinct: those of the given people who were in the
        block.
        """
        rows = rows[rows <= self.last_row]
        if not len(rows):
            return self, rows
        entries = _live_of(self.entries.rows, self.live, rows)
        tags = _live_of(self.tags.rows, self.live_tags, rows)
        live, live_tags = self.live.copy(), self.live_tags.copy()
        live[entries], live_tags[tags] = False, False
        gone = np.concatenate([self.entries.rows[entries], self.tags.rows[tags]])
        return replace(self, live=live, live_tags=live_tags), np.unique(gone).astype(np.int64)


def _live_of(held: Int64s | Int32s, live: Bools, rows: Int64s) -> Intps:
    """Return the places of these people's rows that are not removed."""
    # Compared in the type of the larger array, so that only the smaller one is converted.
    possible = rows[rows <= np.iinfo(held.dtype).max].astype(held.dtype)
    return np.flatnonzero(np.isin(held, possible) & live)


def _narrow(values: AnyArray, type_: type[np.integer]) -> AnyArray:
    """Return the values in a smaller type if all of them are below its largest value."""
    is_small = not len(values) or int(values.max()) < np.iinfo(type_).max
    return values.astype(type_) if is_small else values


def build_block(entries: Entries, tags: Tags) -> Block:
    """Return the block of these entries and tags, which may be in any order."""
    ordered = entries.take(np.argsort(entries.dates, kind="stable"))
    rows, areas = _narrow(ordered.rows, np.int32), _narrow(ordered.areas, np.uint16)
    ordered = replace(ordered, rows=rows, areas=areas)
    tag_order = np.argsort(tags.keys, kind="stable")
    return Block(
        entries=ordered,
        postings=_postings(ordered),
        tags=Tags(keys=tags.keys[tag_order], rows=_narrow(tags.rows[tag_order], np.int32)),
        live=np.ones(len(ordered.rows), dtype=np.bool_),
        live_tags=np.ones(len(tags.rows), dtype=np.bool_),
        last_row=max(int(part.max(initial=0)) for part in (rows, tags.rows)),
    )


def _postings(entries: Entries) -> Postings:
    places, columns = np.nonzero(entries.slots)
    # A word that occurs twice in one name is one posting.
    pairs = np.unique(entries.slots[places, columns].astype(np.int64) << 32 | places)
    posted = (pairs >> 32).astype(np.int32)
    distinct, starts = np.unique(posted, return_index=True)
    return Postings(
        words=distinct,
        starts=np.append(starts, len(posted)).astype(np.int32),
        places=(pairs & 0xFFFFFFFF).astype(np.int32),
    )


def merge_blocks(blocks: Sequence[Block]) -> Block:
    """Merge several blocks into one, without the entries that were removed."""
    entries = [block.entries.take(np.flatnonzero(block.live)) for block in blocks]
    keys = np.concatenate([block.tags.keys[block.live_tags] for block in blocks])
    rows = np.concatenate([block.tags.rows[block.live_tags] for block in blocks])
    return build_block(together(entries), Tags(keys=keys, rows=rows))
