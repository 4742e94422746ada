"""The coarse stage: the encounters of a source that are worth an exact comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.arrays import Bools, Float32s, Int64s
from indexing.codes.sources import Source
from indexing.codes.vector_index import FastScan
from indexing.parameters import EXACT_FINGER_LIMIT, NARROW_FETCH

_MARGIN = 1.25
"""Safety factor on the first fetch of a filtered scan. The fetch is estimated from the share of
encounters that pass the filter."""
_GROWTH = 4
_SHARE_MARGIN = 60
_TIES = 32
_SPARE_TIES = 16
"""A scan fetches more candidates than it needs: one in `_TIES` more, and this many more.
Approximate similarities tie, and all candidates that tie with the last one are kept, so that the
answer to a query does not depend on the other queries of the batch. Among a million encounters at
most 7 tied with the 200th, 32 with the 1,500th and 87 with the 6,000th (800 tuning queries)."""


@dataclass(frozen=True, slots=True)
class Extent:
    """The number of encounters that a search covers, in a source, in a part, or in all parts."""

    passing: int
    """Number of encounters that pass the filter; in searches of single fingers, of fingers."""
    size: int
    """Number of captures held and not erased, whatever the filter. The depth of a search is
    derived from it, so that the depth does not depend on when files are rewritten."""

    def times(self, fingers: int) -> Extent:
        """Return the extent for a search of this many fingers of each encounter."""
        return Extent(self.passing * fingers, self.size * fingers)

    def is_compared_whole(self, depth: int, fingers: int) -> bool:
        """Return whether comparing every encounter that passes the filter costs no more than
        scanning and then comparing `depth` of them.

        The choice is made once for all parts, so that no result depends on how the gallery is
        divided. `fingers` is the number of fingers in one exact comparison of an encounter.
        """
        if self.passing <= depth:
            return True
        is_narrow = depth * self.size > NARROW_FETCH * self.passing
        return is_narrow and self.passing * fingers <= EXACT_FINGER_LIMIT


@dataclass(frozen=True, slots=True, eq=False)
class Coarse:
    """Places of one source that a coarse search proposes for one query."""

    source: Source
    places: Int64s
    """int64 (c,)."""
    similarities: Float32s | None
    """float32 (c,), approximate, in falling order. None if nothing was scanned."""
    is_whole: bool
    """Whether these are all the places that pass, so that a deeper scan would find no more."""


@dataclass(frozen=True, slots=True, eq=False)
class ScanTask:
    """One scan of one source for q queries that share a filter."""

    source: Source
    scan_name: str
    queries: Float32s
    """float32 (q, code dimension). Any width is allowed for a source without codes."""
    mask: Bools | None
    """bool (n,): the encounters that pass the filter. None if all pass."""
    fingers: int
    """Number of fingers in one exact comparison of an encounter."""
    passing: int
    """Number of encounters of the source that pass the filter."""
    held: int
    """Number of encounters of the source that are not erased."""

    def of(self, rows: Sequence[int], scan_name: str | None = None) -> ScanTask:
        """Return the scan for some of the queries, over the codes of `scan_name` if given."""
        if len(rows) == len(self.queries) and scan_name is None:
            return self
        queries = self.queries if len(rows) == len(self.queries) else self.queries[rows]
        return replace(self, scan_name=scan_name or self.scan_name, queries=queries)


def extent_of(tasks: Sequence[ScanTask]) -> Extent:
    """Return the combined extent of several scans."""
    return Extent(sum(task.passing for task in tasks), sum(task.held for task in tasks))


def scan_task(
    source: Source, scan_name: str, queries: Float32s, mask: Bools | None, fingers: int = 1
) -> ScanTask:
    """Return a scan of one source."""
    passing = len(source) if mask is None else int(np.count_nonzero(mask))
    held = len(source) if source.alive is None else int(np.count_nonzero(source.alive))
    return ScanTask(source, scan_name, queries, mask, fingers, passing, held)


def grown_depth(depth: int, size: int, settled_size: int) -> int:
    """Scale a depth that was tuned at `settled_size` to another size. Above `settled_size` it
    grows with the square root of the size; below, it stays the same.
    """
    return int(depth * max(1.0, (size / settled_size) ** 0.5))


def fitted_depth(depth: int, size: int, settled_size: int) -> int:
    """Scale a depth as `grown_depth` does; below `settled_size` also by the size's fourth root."""
    return int(grown_depth(depth, size, settled_size) * min(1.0, (size / settled_size) ** 0.25))


def share_of_depth(depth: int, part: int, whole: int) -> int:
    """Return how deep to scan `part` of `whole` vectors to find the best `depth` of the whole.

    Impostors spread evenly over the parts. A quarter more than a part's share, plus a constant,
    therefore holds everything of the part that the joint ranking keeps.
    """
    return min(depth, 5 * depth * part // (4 * max(whole, 1)) + _SHARE_MARGIN)


def coarse_places(task: ScanTask, depth: int, whole: Extent) -> list[Coarse]:
    """Return each query's places among the `depth` most promising of the whole gallery.

    If comparing all places that pass is cheaper than scanning, all of them are returned.
    """
    scans, passing = task.source.scans, task.passing
    if scans is None or not passing or whole.is_compared_whole(depth, task.fingers):
        is_among = np.ones(len(task.source), dtype=np.bool_) if task.mask is None else task.mask
        everybody = np.flatnonzero(is_among)
        return [Coarse(task.source, everybody, None, is_whole=True)] * len(task.queries)
    wanted = min(share_of_depth(depth, passing, whole.passing), passing)
    if task.mask is None:
        fetch = wanted + wanted // _TIES + _SPARE_TIES
        found = scans.scan(task.scan_name).search(task.queries, fetch)
        return [
            Coarse(task.source, places, similarities, fetch > passing)
            for places, similarities in zip(found.places, found.similarities, strict=True)
        ]
    return _filtered(task, scans.scan(task.scan_name), task.mask, wanted=wanted, passing=passing)


def threshold(scanned: Sequence[Float32s], depth: int) -> np.float32:
    """Return the lowest of the `depth` highest similarities, or -inf if there are no more."""
    if sum(map(len, scanned)) <= depth:
        return np.float32(-np.inf)
    everything = np.concatenate(scanned)
    return np.float32(np.partition(everything, len(everything) - depth)[len(everything) - depth])


def _filtered(
    task: ScanTask, scan: FastScan, mask: Bools, *, wanted: int, passing: int
) -> list[Coarse]:
    """Fetch more places than wanted, keep those that pass; again for a query with too few."""
    results: list[Coarse | None] = [None] * len(task.queries)
    fetch = int(wanted * len(scan) / passing * _MARGIN) + 1
    while short := [row for row, result in enumerate(results) if result is None]:
        found = scan.search(task.queries[short], fetch)
        for row, places, similarities in zip(short, found.places, found.similarities, strict=True):
            kept = mask[places]
            if np.count_nonzero(kept) >= wanted or fetch >= len(scan):
                results[row] = Coarse(
                    task.source,
                    places[kept][:wanted],
                    similarities[kept][:wanted],
                    wanted == passing,
                )
        fetch *= _GROWTH
    return [result for result in results if result is not None]
