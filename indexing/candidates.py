"""The coarse stage: the encounters of a source that are worth an exact comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from indexing.parameters import EXACT_FINGER_LIMIT, NARROW_FETCH
from indexing.sources import Source
from indexing.vector_index import FastScan

_MARGIN = 1.25
"""Factor on the number that the share passing a filter suggests to fetch at first."""
_GROWTH = 4
_SHARE_MARGIN = 60
_TIES = 32
_SPARE_TIES = 16
"""One in this many more is fetched, and some, because approximate similarities tie: candidates
that tie with the last one are kept, so that an answer does not depend on the queries beside it.
Among a million at most 7 tied with the 200th, 32 with the 1,500th and 87 with the 6,000th (800
tuning queries)."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a search has to do with: in one source, in one part, or in all parts."""

    passing: int
    """Encounters that pass the filter; where single fingers are searched, fingers."""
    size: int
    """Captures held and not erased, whatever the filter: no depth depends on when files are
    rewritten."""

    def times(self, fingers: int) -> Extent:
        """Return the extent when this many fingers of each encounter are searched."""
        return Extent(self.passing * fingers, self.size * fingers)

    def is_compared_whole(self, depth: int, fingers: int) -> bool:
        """Say whether comparing all that pass costs no more than scanning and comparing `depth`.

        Asked of all parts together, so that no answer depends on how a gallery is cut.
        `fingers` is how many an exact comparison of one encounter looks at.
        """
        if self.passing <= depth:
            return True
        is_narrow = depth * self.size > NARROW_FETCH * self.passing
        return is_narrow and self.passing * fingers <= EXACT_FINGER_LIMIT


@dataclass(frozen=True, slots=True, eq=False)
class Coarse:
    """Places of one source for one query."""

    source: Source
    places: npt.NDArray[np.int64]
    """int64 (c,)."""
    similarities: npt.NDArray[np.float32] | None
    """float32 (c,), approximate and never rising; None when nothing was scanned."""
    is_whole: bool
    """Whether these are all that pass, so that a deeper scan finds nothing more."""


@dataclass(frozen=True, slots=True, eq=False)
class ScanTask:
    """One pass over one source for q queries that share a filter."""

    source: Source
    scan_name: str
    queries: npt.NDArray[np.float32]
    """float32 (q, code dimension); any width for a source without codes."""
    mask: npt.NDArray[np.bool_] | None
    """bool (n,): the encounters that pass; None for all."""
    fingers: int
    """Fingers an exact comparison looks at."""
    passing: int
    """The encounters of the source that pass."""
    held: int
    """The encounters of the source that are not erased."""

    def of(self, rows: Sequence[int], scan_name: str | None = None) -> ScanTask:
        """Return the pass with some of the queries, over other codes of the source if named."""
        if len(rows) == len(self.queries) and scan_name is None:
            return self
        queries = self.queries if len(rows) == len(self.queries) else self.queries[rows]
        return replace(self, scan_name=scan_name or self.scan_name, queries=queries)


def extent_of(tasks: Sequence[ScanTask]) -> Extent:
    """Return the extent of several passes together."""
    return Extent(sum(task.passing for task in tasks), sum(task.held for task in tasks))


def scan_task(
    source: Source,
    scan_name: str,
    queries: npt.NDArray[np.float32],
    mask: npt.NDArray[np.bool_] | None,
    fingers: int = 1,
) -> ScanTask:
    """Return a pass over one source."""
    passing = len(source) if mask is None else int(np.count_nonzero(mask))
    held = len(source) if source.alive is None else int(np.count_nonzero(source.alive))
    return ScanTask(source, scan_name, queries, mask, fingers, passing, held)


def grown_depth(depth: int, size: int, settled_size: int) -> int:
    """Return a depth that was settled at one size, for another: it grows with the root beyond."""
    return int(depth * max(1.0, (size / settled_size) ** 0.5))


def fitted_depth(depth: int, size: int, settled_size: int) -> int:
    """Return a depth as `grown_depth` does; for less it also falls with the fourth root."""
    return int(grown_depth(depth, size, settled_size) * min(1.0, (size / settled_size) ** 0.25))


def share_of_depth(depth: int, part: int, whole: int) -> int:
    """Return the depth at which a scan of `part` of `whole` vectors reaches the best of all.

    Impostors spread evenly over the parts, so a quarter more than a part's share, and some, holds
    everything that the joint ranking keeps of it.
    """
    return min(depth, 5 * depth * part // (4 * max(whole, 1)) + _SHARE_MARGIN)


def coarse_places(task: ScanTask, depth: int, whole: Extent) -> list[Coarse]:
    """Return for each query the places that belong to the `depth` most promising of the whole.

    Where comparing all that pass is cheaper than scanning, all of them are returned.
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


def threshold(scanned: Sequence[npt.NDArray[np.float32]], depth: int) -> np.float32:
    """Return the similarity of the last of the `depth` highest, -inf when there are no more."""
    if sum(map(len, scanned)) <= depth:
        return np.float32(-np.inf)
    everything = np.concatenate(scanned)
    return np.float32(np.partition(everything, len(everything) - depth)[len(everything) - depth])


def _filtered(
    task: ScanTask,
    scan: FastScan,
    mask: npt.NDArray[np.bool_],
    *,
    wanted: int,
    passing: int,
) -> list[Coarse]:
    """Fetch more than wanted, keep those that pass, and fetch again for a query left short."""
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
