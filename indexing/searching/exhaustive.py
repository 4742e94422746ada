"""The exact comparison of one probe with all captures of a part, except some that are left out.

It uses no codes and never ends early. It is for searches of the past that have to be repeated
completely. The answer consists of captures, not people, and is exact in the arithmetic of the
index; a tally proves which captures were compared. They are compared in blocks, so memory depends
on the size of the answer and not on the size of the part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from domain.arrays import Bools, Float32s, Int64s
from domain.errors import InvalidInputError
from indexing.codes.filters import NO_FILTER
from indexing.codes.sources import Source
from indexing.parameters import CAPTURES_AT_ONCE
from indexing.placing import hashed
from indexing.searching.comparing import cosines_of, finger_cosines, tenprint_likeness
from indexing.searching.ranking import NONE, highest_per_person

_MODULUS = 1 << 64


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """The captures that a comparison leaves out. Raises InvalidInputError for rows out of order.

    Row numbers are assigned in ascending order, so later captures need not be listed.
    """

    above: int
    """Every encounter row above this number is left out."""
    rows: Int64s
    """int64 (m,), ascending: these rows are left out too, whether held or not."""

    def __post_init__(self) -> None:
        if self.rows.dtype != np.int64 or (np.diff(self.rows) <= 0).any():
            raise InvalidInputError(
                "The row numbers to leave out must be int64 in ascending order."
            )

    def keeps(self, encounter_rows: Int64s) -> Bools:
        """Return bool (n,): the captures that are compared; `encounter_rows` int64 (n,)."""
        kept: Bools = encounter_rows <= self.above
        if len(self.rows):
            places = np.searchsorted(self.rows, encounter_rows)
            found = self.rows[np.minimum(places, len(self.rows) - 1)]
            kept &= found != encounter_rows
        return kept


NOTHING = LeftOut((1 << 63) - 1, np.zeros(0, dtype=np.int64))
"""Leaves no capture out."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A checksum of which captures were compared and whose they are, in any order and any parts.

    The tallies are equal for the same captures of the same people. Otherwise they differ, except
    for a chance of one in 2**64. The tally protects against loss and error, not against someone
    who forges hashes.
    """

    count: int = 0
    total: int = 0
    """The sum of a hash of each capture with its person, modulo 2**64."""

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.count + other.count, (self.total + other.total) % _MODULUS)


def tally_of(encounter_rows: Int64s, person_rows: Int64s) -> Tally:
    """Return the tally of captures and their people; both int64 (n,)."""
    owned = encounter_rows.astype(np.uint64) ^ hashed(person_rows)
    total = hashed(owned.view(np.int64)).sum(dtype=np.uint64)
    return Tally(len(encounter_rows), int(total))


_NO_ROWS = np.zeros(0, dtype=np.int64)
_MINUS_INFINITY = np.float32(-np.inf)

Comparer = Callable[[Source, Int64s], Float32s]
"""Function from places, int64 (c,), to similarities, float32 (c,); -inf: not comparable."""
Passing = Callable[[Source], Bools | None]
"""Function that returns the places of a source that are searched, bool (n,), None for all."""


@dataclass(frozen=True, slots=True, eq=False)
class NearestCaptures:
    """The captures nearest to a probe, most similar first; in a tie, the lower row first."""

    encounter_rows: Int64s
    """int64 (h,): distinct."""
    similarities: Float32s
    """float32 (h,), in falling order. Captures without a common finger are left out."""

    def __len__(self) -> int:
        return len(self.encounter_rows)


NO_CAPTURES = NearestCaptures(_NO_ROWS, NONE)


@dataclass(frozen=True, slots=True, eq=False)
class AllCompared:
    """The answer of one part or of all parts: the nearest captures, a tally of those compared."""

    nearest: NearestCaptures
    tally: Tally


@dataclass(frozen=True, slots=True, eq=False)
class ComparedAt:
    """The answer of a whole gallery."""

    nearest: NearestCaptures
    tally: Tally
    cursor: int
    """The number of the last change included in the content that was compared."""


@dataclass(frozen=True, slots=True, eq=False)
class ExhaustiveSearch:
    """The comparison of one probe with everything in one part, as it was after one change."""

    sources: Sequence[Source]
    compare: Comparer
    passing: Passing
    left_out: LeftOut

    def compare_all(self, count: int) -> AllCompared:
        """Compare. Return the `count` nearest captures and the tally of all compared."""
        nearest, tally = NO_CAPTURES, Tally()
        for source in self.sources:
            rows, persons = source.columns.encounter_rows, source.columns.person_rows
            places = self._compared_of(source)
            for start in range(0, len(places), CAPTURES_AT_ONCE):
                some = places[start : start + CAPTURES_AT_ONCE]
                tally += tally_of(rows[some], persons[some])
                found = NearestCaptures(rows[some], self.compare(source, some))
                nearest = nearest_of((nearest, found), count)
        return AllCompared(nearest, tally)

    def _compared_of(self, source: Source) -> Int64s:
        kept = self.left_out.keeps(source.columns.encounter_rows)
        passing = self.passing(source)
        return np.flatnonzero(kept if passing is None else kept & passing)


def nearest_of(found: Sequence[NearestCaptures], count: int) -> NearestCaptures:
    """Return the `count` nearest captures of several answers. No capture may be in two answers."""
    rows = np.concatenate([one.encounter_rows for one in found])
    similarities = np.concatenate([one.similarities for one in found])
    # Each capture is ranked by itself, so its row is also given as the row of its person.
    best = highest_per_person(similarities, lambda at: (rows[at], rows[at]), k=count)
    return NearestCaptures(rows[best], similarities[best])


def whole_of(found: Sequence[AllCompared], count: int, cursor: int) -> ComparedAt:
    """Return the combined answer of all parts."""
    tally = sum((one.tally for one in found), Tally())
    return ComparedAt(nearest_of([one.nearest for one in found], count), tally, cursor)


def in_tenprints(source: Source) -> Bools | None:
    """Return the captures in the tenprint gallery that are not erased, bool (n,)."""
    return source.passing(NO_FILTER, 0)


def in_mark_file(source: Source) -> Bools | None:
    """Return the marks that are not erased, bool (n,)."""
    return source.alive


def with_tenprint(probe: Float32s) -> Comparer:
    """Return a comparer of common fingers. `probe`: float32 (10, d), rotated, whole numbers."""
    return lambda source, places: tenprint_likeness([(source, places)], probe)


def with_mark(positions: Sequence[int], value: Float32s) -> Comparer:
    """Return a comparer for the fingers that a mark may come from; the most similar counts.
    `value`: float32 (d,).
    """
    fingers = np.asarray(positions) - 1
    probes = np.tile(value, (1, len(fingers), 1))

    def compare(source: Source, places: Int64s) -> Float32s:
        (cosines,) = cosines_of([(source, places)], probes, fingers)
        return np.asarray(np.fmax(cosines, _MINUS_INFINITY).max(axis=0))

    return compare


def with_fingers(finger_bits: Sequence[int], values: Float32s) -> Comparer:
    """Return a comparer of marks with the fingers they may come from; the most similar counts.

    `values` is float32 (f, d), and `finger_bits` has the bits of each finger. If the probe is a
    mark, its bits are those of all fingers it may come from.
    """

    def compare(source: Source, places: Int64s) -> Float32s:
        best = np.full(len(places), _MINUS_INFINITY)
        may_be = source.columns.finger_bits[places]
        for bits, value in zip(finger_bits, values, strict=True):
            cosines = finger_cosines(source, places, 0, probe=value)
            cosines[(may_be & np.uint16(bits)) == 0] = _MINUS_INFINITY
            np.fmax(best, cosines, out=best)
        return best

    return compare
