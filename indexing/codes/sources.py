"""The input of a search: immutable runs of encounters. Some have codes to scan, others do not."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

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

    def __init__(self, codec: Codec, codes: Mapping[str, npt.NDArray[np.uint8]]) -> None:
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
        """Return the scans of consecutive slices. The same number of slices gives the same
        objects.
        """
        with self._lock:
            if len(bounds) not in self._slices:
                self._slices[len(bounds)] = tuple(
                    CoarseScans(self.codec, {n: c[a:b] for n, c in self.codes.items()})
                    for a, b in bounds
                )
            return self._slices[len(bounds)]

    def _centroids(self, name: str) -> npt.NDArray[np.float32]:
        if name == TENPRINT_CODES:
            return self.codec.tenprint_centroids
        return self.codec.finger_centroids


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """n encounters or marks, some of which may be erased. A place is a position among these n."""

    columns: Columns
    scans: CoarseScans | None = None
    """None for a small run, which is compared exactly."""
    exact: npt.NDArray[np.float32] | None = None
    """float32 (n, f, d): the vectors, ready for comparison. Set if and only if `scans` is None."""
    alive: npt.NDArray[np.bool_] | None = None
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
        """Split a run that has scans into `count` consecutive runs of about equal length. They are
        views of the same arrays.
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

    def passing(self, where: Filter, finger_bits: int) -> npt.NDArray[np.bool_] | None:
        """Return bool (n,): encounters that are not erased, pass the filter and may have such a
        finger.

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

    def passing_marks(
        self, forces: tuple[int, ...], finger_bits: int
    ) -> npt.NDArray[np.bool_] | None:
        """Return bool (n,): the marks that are not erased and may come from one of these fingers.

        None means all of them.
        """
        if not forces and finger_bits == ANY_FINGER:
            return self.alive
        mask: npt.NDArray[np.bool_] = (self.columns.finger_bits & np.uint16(finger_bits)) != 0
        if forces:
            mask &= np.isin(self.columns.forces, forces)
        return mask if self.alive is None else mask & self.alive


def alive_columns(source: Source) -> Columns:
    """Return copies of the encounters that are not erased."""
    return source.columns if source.alive is None else take(source.columns, source.alive)
