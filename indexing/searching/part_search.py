"""One search of one part of a gallery, on one state: a scan, then a comparison.

The two steps are separate because all parts together decide between them: how similar a code must
be to be compared, and whether anyone stands out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from domain.arrays import AnyArray, Float32s, Int64s
from indexing.searching.candidates import Coarse, Extent, threshold
from indexing.searching.ranking import NONE, Compared, best_of, highest_per_person


@dataclass(frozen=True, slots=True, eq=False)
class PartHits:
    """The best persons among all that one part has compared so far for one query."""

    person_rows: Int64s
    """int64 (h,): distinct."""
    encounter_rows: Int64s
    """int64 (h,)."""
    similarities: Float32s
    """float32 (h,), in falling order."""
    is_whole: bool
    """Whether everything that passes was compared."""


@dataclass(frozen=True, slots=True, eq=False)
class Ahead:
    """What a part has compared for a query before it knows the depth.

    It has, one by one, all places with an approximate similarity of `least` or above, so that
    places below a higher threshold can be removed. It also has the best of the places that were
    not scanned, which count for every threshold.
    """

    least: np.float32
    coarse: Float32s
    """float32 (c,): approximate similarities of the places compared."""
    person_rows: Int64s
    """int64 (c,)."""
    encounter_rows: Int64s
    """int64 (c,)."""
    similarities: Float32s
    """float32 (c,): exact."""
    unscanned: PartHits
    is_whole: bool
    """Whether these are all the places that pass."""

    def at(self, least: np.float32, k: int) -> PartHits:
        """Return what `PartSearch.compare` returns for a threshold not below `self.least`."""
        chosen = self.coarse >= least
        rest = self.unscanned
        persons = np.concatenate([rest.person_rows, self.person_rows[chosen]])
        encounters = np.concatenate([rest.encounter_rows, self.encounter_rows[chosen]])
        similarities = np.concatenate([rest.similarities, self.similarities[chosen]])
        best = highest_per_person(similarities, lambda at: (persons[at], encounters[at]), k=k)
        is_whole = self.is_whole and bool(chosen.all())
        return PartHits(persons[best], encounters[best], similarities[best], is_whole)


class PartSearch(Protocol):
    """A search of q queries in one part."""

    @property
    def extent(self) -> Extent:
        """How much passes the filter. Depths are divided among the parts by it."""

    def scan(self, rows: Sequence[int], depth: int, whole: Extent) -> list[Float32s]:
        """Return the approximate similarities, float32 (c,), of the places worth comparing.

        There is one array for each of the queries `rows`; `whole` is the extent of all parts.
        Places that are compared without a scan have no similarity here. The part remembers the
        places.
        """

    def compare(self, least: Mapping[int, np.float32], k: int) -> list[PartHits]:
        """Compare exactly the places that a scan found at `least` or above, each place once.

        Return the best k persons so far for each query in `least`.
        """


class Pool(Protocol):
    """The places that a scan found for one query."""

    @property
    def coarse(self) -> Sequence[Coarse]:
        """The places, source by source."""

    def compared(self, starts: Sequence[int], ends: Sequence[int]) -> list[Compared]:
        """Compare places `starts` to `ends` of each source."""


@dataclass(slots=True, eq=False)
class _Progress:
    """How many of the places that a scan found for one query have been compared."""

    pool: Pool
    ends: list[int]
    compared: list[Compared] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class LocalSearch:
    """A search of a part in this process."""

    extent: Extent
    """See `PartSearch.extent`."""
    pools_at: Callable[[Sequence[int], int, Extent], Sequence[Pool]]
    """Function from queries, depth and the extent of the whole to the places that a scan finds."""
    _progress: dict[int, _Progress] = field(default_factory=dict)

    def scan(self, rows: Sequence[int], depth: int, whole: Extent) -> list[Float32s]:
        """See `PartSearch.scan`."""
        found = []
        for row, pool in zip(rows, self.pools_at(rows, depth, whole), strict=True):
            self._progress[row] = _Progress(pool, [0] * len(pool.coarse))
            ranked = [c.similarities for c in pool.coarse if c.similarities is not None]
            found.append(ranked[0] if len(ranked) == 1 else np.concatenate([NONE, *ranked]))
        return found

    def ahead(self, rows: Sequence[int], count: int, k: int) -> list[Ahead]:
        """Compare the `count` most promising places of each query, after a scan.

        This does not change what `compare` returns afterwards.
        """
        return [_ahead(self._progress[row], count, k) for row in rows]

    def compare(self, least: Mapping[int, np.float32], k: int) -> list[PartHits]:
        """See `PartSearch.compare`."""
        found = []
        for row, reached in least.items():
            held = self._progress[row]
            coarse, before = held.pool.coarse, held.ends
            # Places that were not scanned have no rank: all of them are compared.
            held.ends = _ends(coarse, reached)
            held.compared += held.pool.compared(before, held.ends)
            is_whole = all(
                one.is_whole and len(one.places) == end
                for one, end in zip(coarse, held.ends, strict=True)
            )
            found.append(PartHits(*best_of(held.compared, k=k), is_whole))
        return found


def _ends(coarse: Sequence[Coarse], reached: np.float32) -> list[int]:
    """Return, for each source, how many of its places have at least this similarity."""
    return [
        len(one.places)
        if one.similarities is None
        else int(np.searchsorted(-one.similarities, -reached, side="right"))
        for one in coarse
    ]


def _ahead(held: _Progress, count: int, k: int) -> Ahead:
    coarse, pool = held.pool.coarse, held.pool
    least = threshold([c.similarities for c in coarse if c.similarities is not None], count)
    unscanned = [len(one.places) if one.similarities is None else 0 for one in coarse]
    # These comparisons are kept: they count for every threshold.
    held.compared += pool.compared(held.ends, unscanned)
    held.ends = unscanned
    fixed = PartHits(*best_of(held.compared, k=k), is_whole=True)
    ends = _ends(coarse, least)
    found = [
        _one_by_one(pool, place, end) for place, end in enumerate(ends) if not unscanned[place]
    ]
    similar, persons, encounters, exact = (
        np.concatenate(parts) for parts in zip(_NOTHING, *found, strict=True)
    )
    is_whole = all(
        one.is_whole and len(one.places) == end for one, end in zip(coarse, ends, strict=True)
    )
    return Ahead(least, similar, persons, encounters, exact, fixed, is_whole)


_NO_ROWS = np.zeros(0, dtype=np.int64)
_NOTHING = (NONE, _NO_ROWS, _NO_ROWS, NONE)


def _one_by_one(pool: Pool, place: int, end: int) -> tuple[AnyArray, ...]:
    """Return the coarse similarities, person rows, encounter rows and exact similarities of the
    first `end` places of one source.
    """
    coarse = pool.coarse[place]
    if not end or coarse.similarities is None:
        return _NOTHING
    size = len(pool.coarse)
    upto = [end if other == place else 0 for other in range(size)]
    (compared,) = pool.compared([0] * size, upto)
    columns = compared.source.columns
    return (
        coarse.similarities[:end],
        columns.person_rows[compared.places],
        columns.encounter_rows[compared.places],
        compared.similarities,
    )
