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

from indexing.assembling import NONE, Compared, best_of
from indexing.candidates import Coarse, Extent

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
        """Return the approximate similarities, float32 (c,), of the places worth comparing.

        One array for each of the queries `rows`; `whole` is the extent of all parts. Places
        compared without a scan have none. The part remembers the places.
        """

    def compare(self, least: Mapping[int, np.float32], k: int) -> list[PartHits]:
        """Compare exactly the places that a scan found at `least` or above, each once.

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


@dataclass(slots=True, eq=False)
class LocalSearch:
    """A search of a part in this process."""

    extent: Extent
    """See `PartSearch.extent`."""
    pools_at: Callable[[Sequence[int], int, Extent], Sequence[Pool]]
    """From queries, depth and whole to the places that a scan finds."""
    _progress: dict[int, _Progress] = field(default_factory=dict)

    def scan(self, rows: Sequence[int], depth: int, whole: Extent) -> list[Similarities]:
        """See `PartSearch.scan`."""
        found = []
        for row, pool in zip(rows, self.pools_at(rows, depth, whole), strict=True):
            self._progress[row] = _Progress(pool, [0] * len(pool.coarse))
            ranked = [c.similarities for c in pool.coarse if c.similarities is not None]
            found.append(ranked[0] if len(ranked) == 1 else np.concatenate([NONE, *ranked]))
        return found

    def compare(self, least: Mapping[int, np.float32], k: int) -> list[PartHits]:
        """See `PartSearch.compare`."""
        found = []
        for row, reached in least.items():
            held = self._progress[row]
            coarse, before = held.pool.coarse, held.ends
            # What was not scanned is not ranked, and counts whole.
            held.ends = [
                len(one.places)
                if one.similarities is None
                else int(np.searchsorted(-one.similarities, -reached, side="right"))
                for one in coarse
            ]
            held.compared += held.pool.compared(before, held.ends)
            is_whole = all(
                one.is_whole and len(one.places) == end
                for one, end in zip(coarse, held.ends, strict=True)
            )
            found.append(PartHits(*best_of(held.compared, k=k), is_whole))
        return found
