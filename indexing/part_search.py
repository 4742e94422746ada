"""One search of one part of a gallery, on one state of it: scanned first, then compared.

The two are apart because the whole decides between them: how similar a code must be to be
compared, and whether anyone stands out, are questions to all parts at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from indexing.assembling import Compared, best_of
from indexing.candidates import Coarse, Extent, ends_at, ranked

Similarities = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class PartHits:
    """The best persons among all that one part has compared so far for one query."""

    person_rows: npt.NDArray[np.int64]
    """int64 (h,): distinct."""
    encounter_rows: npt.NDArray[np.int64]
    """int64 (h,)."""
    similarities: Similarities
    """float32 (h,), never rising."""
    is_whole: bool
    """Whether all that pass were compared."""


class PartSearch(Protocol):
    """A search of q queries in one part."""

    @property
    def extent(self) -> Extent:
        """How much passes the filter, which depths are shares of."""

    def scan(self, rows: Sequence[int], depth: int, whole: Extent) -> list[Similarities]:
        """Return the approximate similarities, float32 (c,), of what is worth comparing.

        One array for each of the queries `rows`; `whole` is the extent of all parts. What is
        compared without a scan has none. The part remembers the places.
        """

    def compare(self, least: Mapping[int, np.float32], k: int) -> list[PartHits]:
        """Compare exactly what a scan found at `least` or above, each place once.

        Return the best k persons so far for each of the queries `least`.
        """


class Pool(Protocol):
    """The places of one query that a scan found."""

    @property
    def coarse(self) -> Sequence[Coarse]:
        """The places, source by source."""

    def compared(self, starts: Sequence[int], ends: Sequence[int]) -> list[Compared]:
        """Compare places `starts` to `ends` of each source."""


@dataclass(slots=True, eq=False)
class _Progress:
    """How far the places of one query are compared."""

    pool: Pool
    ends: list[int]
    compared: list[Compared] = field(default_factory=list)


class LocalSearch:
    """A search of a part in this process."""

    def __init__(
        self, extent: Extent, pools_at: Callable[[Sequence[int], int, Extent], Sequence[Pool]]
    ) -> None:
        """Take the function from queries, depth and whole to the places that a scan finds."""
        self.extent = extent
        self._pools_at = pools_at
        self._progress: dict[int, _Progress] = {}

    def scan(self, rows: Sequence[int], depth: int, whole: Extent) -> list[Similarities]:
        """See `PartSearch.scan`."""
        pools = self._pools_at(rows, depth, whole)
        for row, pool in zip(rows, pools, strict=True):
            self._progress[row] = _Progress(pool, [0] * len(pool.coarse))
        return [ranked(pool.coarse) for pool in pools]

    def compare(self, least: Mapping[int, np.float32], k: int) -> list[PartHits]:
        """See `PartSearch.compare`."""
        return [self._compared(self._progress[row], each, k) for row, each in least.items()]

    def _compared(self, held: _Progress, least: np.float32, k: int) -> PartHits:
        coarse = held.pool.coarse
        ends = ends_at(coarse, least)
        held.compared += held.pool.compared(held.ends, ends)
        held.ends = ends
        is_whole = all(
            c.is_whole and len(c.places) == e for c, e in zip(coarse, ends, strict=True)
        )
        return PartHits(*best_of(held.compared, k=k), is_whole)
