"""Entries of people and their sorted search keys; never changed once built."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """n entries, one for each name and date of each person.

    `rows`: int64 (n,), the person of each. `forenames`, `surnames`: int32 (n,), numbers of words,
    0 for none. `surname_sounds`: int32 (n,). `dates`: int32 (n,), YYYYMMDD with 0 for unknown
    parts.
    """

    rows: Int64s
    forenames: Int32s
    surnames: Int32s
    surname_sounds: Int32s
    dates: Int32s

    def take(self, places: npt.NDArray[np.intp] | Places) -> Entries:
        """Return some of the entries, in the order given."""
        return Entries(*(getattr(self, name)[places] for name in Entries.__slots__))


@dataclass(frozen=True, slots=True, eq=False)
class SortedKeys:
    """Keys in rising order and the entry of each: (n,) and int32 (n,)."""

    keys: Int64s | Int32s
    places: Places

    def find(self, lows: npt.NDArray[np.int64], highs: npt.NDArray[np.int64]) -> Places:
        """Return the entries with a key in any range low..high, both inclusive."""
        return self.places[_ranges(self.keys, lows, highs)]


def _ranges(
    keys: Int64s | Int32s, lows: npt.NDArray[np.int64], highs: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Return the positions of sorted keys in any range low..high, both inclusive."""
    # Compared in the type of the keys, since NumPy would otherwise convert all of them first. The
    # largest value of a type is never a key, so bounds that do not fit can be clipped to it.
    most = np.iinfo(keys.dtype).max
    starts = np.searchsorted(keys, np.minimum(lows, most).astype(keys.dtype), side="left")
    stops = np.searchsorted(keys, np.minimum(highs, most).astype(keys.dtype), side="right")
    counts = stops - starts
    first = np.cumsum(counts) - counts
    return np.asarray(np.arange(int(counts.sum())) - np.repeat(first - starts, counts))


@dataclass(frozen=True, slots=True, eq=False)
class Tags:
    """Search texts other than names: (n,) 64-bit keys and int64 (n,) rows."""

    keys: Int64s
    rows: Int64s

    def find(self, keys: npt.NDArray[np.int64], live: npt.NDArray[np.bool_]) -> Int64s:
        """Return the rows that carry any of these keys and are still live, bool (n,)."""
        places = _ranges(self.keys, keys, keys)
        return self.rows[places[live[places]]]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A set of entries with all their search keys; entries are sorted by date."""

    entries: Entries
    by_surname_year: SortedKeys
    by_forename_surname: SortedKeys
    by_sound_day: SortedKeys
    tags: Tags
    live: npt.NDArray[np.bool_]
    """bool (n,): False for entries of people removed since."""
    live_tags: npt.NDArray[np.bool_]

    @property
    def bytes_held(self) -> int:
        """Memory of the arrays, in bytes."""
        arrays = [getattr(self.entries, name) for name in Entries.__slots__]
        for index in (self.by_surname_year, self.by_forename_surname, self.by_sound_day):
            arrays += [index.keys, index.places]
        arrays += [self.tags.keys, self.tags.rows, self.live, self.live_tags]
        return sum(array.nbytes for array in arrays)

    def by_date(self, lows: npt.NDArray[np.int64], highs: npt.NDArray[np.int64]) -> Places:
        """Return the entries with a date in any of these ranges."""
        places = _ranges(self.entries.dates, lows, highs)
        return places.astype(np.int32)

    def without(self, rows: Int64s) -> Block:
        """Return the block with the entries of these people marked as removed."""
        return replace(
            self,
            live=self.live & ~np.isin(self.entries.rows, rows),
            live_tags=self.live_tags & ~np.isin(self.tags.rows, rows),
        )


def surname_year(surnames: Int64s | Int32s, years: Int64s | Int32s) -> Int64s:
    """Return keys that place a surname's years next to each other."""
    return surnames.astype(np.int64) << 12 | years


def forename_surname(forenames: Int64s | Int32s, surnames: Int64s | Int32s) -> Int64s:
    """Return keys that place a forename's surnames next to each other."""
    return forenames.astype(np.int64) << 32 | surnames


def sound_day(sounds: Int64s | Int32s, dates: Int64s | Int32s) -> Int64s:
    """Return keys of a sound with a month and day."""
    return sounds.astype(np.int64) << 12 | dates % 10000


def build_block(entries: Entries, tags: Tags) -> Block:
    """Return the block of these entries and tags, in any order."""
    ordered = entries.take(np.argsort(entries.dates, kind="stable"))
    tag_order = np.argsort(tags.keys, kind="stable")
    return Block(
        entries=ordered,
        by_surname_year=_sorted(surname_year(ordered.surnames, ordered.dates // 10000)),
        by_forename_surname=_sorted(forename_surname(ordered.forenames, ordered.surnames)),
        by_sound_day=_sorted(sound_day(ordered.surname_sounds, ordered.dates)),
        tags=Tags(keys=tags.keys[tag_order], rows=tags.rows[tag_order]),
        live=np.ones(len(ordered.rows), dtype=np.bool_),
        live_tags=np.ones(len(tags.rows), dtype=np.bool_),
    )


def _sorted(keys: Int64s) -> SortedKeys:
    order = np.argsort(keys, kind="stable").astype(np.int32)
    ordered = keys[order]
    # Half the memory where the largest key allows it.
    small = not len(ordered) or int(ordered[-1]) < np.iinfo(np.int32).max
    return SortedKeys(keys=ordered.astype(np.int32) if small else ordered, places=order)


def merge_blocks(blocks: Sequence[Block]) -> Block:
    """Return one block of the live entries of several."""
    entries = [block.entries.take(np.flatnonzero(block.live)) for block in blocks]
    columns = (np.concatenate([getattr(e, name) for e in entries]) for name in Entries.__slots__)
    keys = np.concatenate([block.tags.keys[block.live_tags] for block in blocks])
    rows = np.concatenate([block.tags.rows[block.live_tags] for block in blocks])
    return build_block(Entries(*columns), Tags(keys=keys, rows=rows))
