"""The input of a search: immutable runs of encounters. Some have codes to scan, others do not."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from domain.arrays import AnyArray, Bools, Float32s, Int32s, Int64s, UInt8s
from domain.prints.captures import FINGER_COUNT
from indexing.codes.codec import Codec
from indexing.codes.columns import ANY_FINGER, Columns, take
from indexing.codes.filters import Filter
from indexing.codes.vector_index import FastScan

TENPRINT_CODES = "tenprint_codes"
MARK_CODES = "mark_codes"


def finger_codes_name(column: int) -> str:
    """Return the name of the codes of finger `column` + 1."""
    return f"finger_codes_{column + 1:02}"


FINGER_CODES = tuple(finger_codes_name(column) for column in range(FINGER_COUNT))


class CoarseScans:
    """The scans of one segment. Each is built from its mapped codes on first use.

    Thread-safe. The mapping stays valid after the file is deleted and serves readers of an old
    generation.
    """

    def __init__(self, codec: Codec, codes: Mapping[str, UInt8s]) -> None:
        self.codec = codec
        self.codes = codes
        self._scans: dict[str, FastScan] = {}
        self._slices: dict[int, tuple[CoarseScans, ...]] = {}
        self._lock = threading.Lock()

    def scan(self, name: str) -> FastScan:
        """Return the scan over the codes with this name."""
        if name not in self._scans:
            with self._lock:
                if name not in self._scans:
                    self._scans[name] = FastScan(self._centroids(name), self.codes[name])
        return self._scans[name]

    def slices(self, bounds: Sequence[tuple[int, int]]) -> tuple[CoarseScans, ...]:
        """Return the scans of consecutive slices. The same number gives the same objects."""
        with self._lock:
            if len(bounds) not in self._slices:
                self._slices[len(bounds)] = tuple(
                    CoarseScans(self.codec, {n: c[a:b] for n, c in self.codes.items()})
                    for a, b in bounds
                )
            return self._slices[len(bounds)]

    def _centroids(self, name: str) -> Float32s:
        if name == TENPRINT_CODES:
            return self.codec.tenprint_centroids
        return self.codec.finger_centroids


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """n encounters or marks, some of which may be erased. A place is a position among these n."""

    columns: Columns
    scans: CoarseScans | None = None
    """None for a small run, which is compared exactly."""
    exact: Float32s | None = None
    """float32 (n, f, d): the vectors, ready for comparison. Set if and only if `scans` is None."""
    alive: Bools | None = None
    """bool (n,): False where erased. None if nothing is erased."""
    galleries: frozenset[int] = field(default_factory=frozenset)
    """The galleries that occur in the run. Empty if unknown."""

    def __len__(self) -> int:
        return len(self.columns.encounter_rows)

    @property
    def alive_count(self) -> int:
        """The number of encounters not erased."""
        return len(self) if self.alive is None else int(np.count_nonzero(self.alive))

    def slices(self, count: int) -> tuple[Source, ...]:
        """Return `count` consecutive runs of about equal length, views of the same arrays.

        Raises ValueError for a run without scans.
        """
        if self.scans is None:
            raise ValueError("A small group is compared exactly, so it cannot be split.")
        bounds = list(pairwise(len(self) * piece // count for piece in range(count + 1)))
        return tuple(
            replace(
                self,
                columns=take(self.columns, slice(a, b)),
                scans=scans,
                alive=None if self.alive is None else self.alive[a:b],
            )
            for (a, b), scans in zip(bounds, self.scans.slices(bounds), strict=True)
        )

    def passing(self, where: Filter, finger_bits: int) -> Bools | None:
        """Return bool (n,): encounters not erased that pass the filter and may have such a finger.

        None means all. Restrictions that every encounter meets are not evaluated.
        """
        columns = self.columns
        covers_all = bool(self.galleries) and self.galleries <= set(where.galleries)
        if covers_all and not where.forces and not where.has_years and finger_bits == 0:
            return self.alive
        mask = where.passes(columns.galleries, columns.forces, columns.years_of_birth)
        if finger_bits:
            mask &= (columns.finger_bits & np.uint16(finger_bits)) != 0
        return mask if self.alive is None else mask & self.alive

    def passing_marks(self, forces: tuple[int, ...], finger_bits: int) -> Bools | None:
        """Return bool (n,): the marks that are not erased and may come from one of these fingers.

        None means all of them.
        """
        if not forces and finger_bits == ANY_FINGER:
            return self.alive
        mask: Bools = (self.columns.finger_bits & np.uint16(finger_bits)) != 0
        if forces:
            mask &= np.isin(self.columns.forces, forces)
        return mask if self.alive is None else mask & self.alive


def alive_columns(source: Source) -> Columns:
    """Return copies of the encounters that are not erased."""
    return source.columns if source.alive is None else take(source.columns, source.alive)


_ROWS_AT_ONCE = 2048
"""Encounters copied at a time: 4 MB of stored vectors, and 20 MB of codes of minutiae."""


class MergedRows:
    """A plan that merges the encounters of several sources into one run in ascending order of
    row, leaving out erased ones, without loading them all into memory.
    """

    def __init__(self, source_of: Int32s, place_of: Int64s, source_count: int) -> None:
        self._source_of = source_of
        self._place_of = place_of
        self._source_count = source_count

    def __len__(self) -> int:
        return len(self._place_of)

    def split(self, limit: int) -> tuple[MergedRows, ...]:
        """Return the plan in consecutive pieces of about equal size, at most `limit`."""
        pieces = max(1, -(-len(self) // limit))
        bounds = [len(self) * piece // pieces for piece in range(pieces + 1)]
        return tuple(
            MergedRows(self._source_of[a:b], self._place_of[a:b], self._source_count)
            for a, b in pairwise(bounds)
        )

    def parts(self, arrays: Sequence[AnyArray]) -> Iterator[AnyArray]:
        """Yield one column of the merged run in consecutive parts.

        `arrays` holds that column of each source, in the order of the sources in the plan.
        """
        for start in range(0, len(self), _ROWS_AT_ONCE):
            yield self._gathered(arrays, slice(start, start + _ROWS_AT_ONCE))

    def sampled(self, arrays: Sequence[AnyArray], size: int) -> AnyArray:
        """Return one column at up to `size` evenly spaced encounters."""
        chosen = np.unique(np.linspace(0, len(self) - 1, min(size, len(self))).astype(np.int64))
        return self._gathered(arrays, chosen)

    def _gathered(self, arrays: Sequence[AnyArray], which: slice | Int64s) -> AnyArray:
        sources, places = self._source_of[which], self._place_of[which]
        result = np.empty((len(places), *arrays[0].shape[1:]), dtype=arrays[0].dtype)
        for number in range(self._source_count):
            mine = sources == number
            if mine.any():
                result[mine] = arrays[number][places[mine]]
        return result


def merged_rows(sources: Sequence[Source]) -> MergedRows:
    """Return the plan that merges these sources."""
    if not sources:
        return MergedRows(np.zeros(0, np.int32), np.zeros(0, np.int64), 0)
    places = [
        np.arange(len(source)) if source.alive is None else np.flatnonzero(source.alive)
        for source in sources
    ]
    rows = [
        source.columns.encounter_rows[place] for source, place in zip(sources, places, strict=True)
    ]
    source_of = np.repeat(np.arange(len(sources), dtype=np.int32), [len(p) for p in places])
    order = np.argsort(np.concatenate(rows), kind="stable")
    return MergedRows(source_of[order], np.concatenate(places)[order], len(sources))
