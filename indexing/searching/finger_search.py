"""Searches with single fingers: marks against tenprints, any probe against unsolved marks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.arrays import Bools, Float32s, Float64s
from domain.prints.captures import FINGER_COUNT, MarkProbe, PrintProbe
from indexing.codes.filters import Filter
from indexing.codes.rotation import probe_values
from indexing.codes.sources import FINGER_CODES, MARK_CODES, Source
from indexing.parameters import MARK_DEPTH, MARK_DEPTH_FINGERS
from indexing.searching.candidates import (
    Coarse,
    Extent,
    ScanTask,
    coarse_places,
    extent_of,
    fitted_depth,
    scan_task,
)
from indexing.searching.comparing import finger_cosines
from indexing.searching.hits import Depth
from indexing.searching.part_search import LocalSearch
from indexing.searching.ranking import Compared

_MINUS_INFINITY = np.float32(-np.inf)


@dataclass(frozen=True, slots=True, eq=False)
class FingerCandidates:
    """The candidates that a scan of one stored finger proposes for one probe finger."""

    coarse: Coarse
    stored_column: int
    """Which stored finger was scanned: 0-9 for tenprints, 0 for marks."""
    value: Float32s
    """float32 (d,): the probe finger, as whole numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class _Pool:
    """The fingers that scans propose for one query."""

    candidates: Sequence[FingerCandidates]

    @property
    def coarse(self) -> Sequence[Coarse]:
        """See `indexing.searching.part_search.Pool`."""
        return [one.coarse for one in self.candidates]

    def compared(self, starts: Sequence[int], ends: Sequence[int]) -> list[Compared]:
        """Compare places of each scan exactly, scans of one source and probe together."""
        groups: dict[tuple[int, int], list[tuple[FingerCandidates, slice]]] = {}
        for one, start, end in zip(self.candidates, starts, ends, strict=True):
            source = one.coarse.source
            # Small runs without scans are compared whole, by finger.
            key = (id(source), id(one if source.scans is None else one.value))
            if end > start:
                groups.setdefault(key, []).append((one, slice(start, end)))
        return [_compared_together(group) for group in groups.values()]


def finger_depth(fingers: int, k: int) -> Depth:
    """Return how many of this many fingers to compare."""
    return Depth(max(fitted_depth(MARK_DEPTH, fingers, MARK_DEPTH_FINGERS), 2 * k))


def open_marks(
    sources: Sequence[Source], positions: Sequence[Sequence[int]], values: Float32s, where: Filter
) -> LocalSearch:
    """Begin a search of tenprints with marks, rotated: float32 (q, d).

    Each of the `positions` that a mark may have is scanned separately. Of all positions together,
    the `MARK_DEPTH` most promising fingers are compared exactly. The fingers of one person merge
    into one hit, which has the similarity of the most similar finger. A tenprint without the
    finger is dropped by the exact comparison.
    """
    singles = list(values)  # one object for each probe, shared by all comparisons with that probe
    tasks = [_task(source, values, source.passing(where, 0)) for source in sources]

    def pools_at(rows: Sequence[int], depth: int, whole: Extent) -> list[_Pool]:
        pools: dict[int, list[FingerCandidates]] = {row: [] for row in rows}
        for column in range(FINGER_COUNT):
            chosen = [row for row in rows if column + 1 in positions[row]]
            fewest = min((len(positions[row]) for row in chosen), default=1)
            for task in tasks if chosen else ():
                one = task.of(chosen, FINGER_CODES[column])
                found = coarse_places(one, depth, whole.times(fewest))
                for row, coarse in zip(chosen, found, strict=True):
                    pools[row].append(FingerCandidates(coarse, column, singles[row]))
        return [_Pool(pools[row]) for row in rows]

    return LocalSearch(extent_of(tasks), pools_at)


def probe_fingers(
    probe: PrintProbe, rotation: Float64s | None, where: Filter
) -> tuple[tuple[int, ...], Float32s]:
    """Return the bits of each finger to search for in the mark file, and float32 (f, d), rotated.

    These are the fingers of a tenprint that the filter allows, or the one finger of a mark.
    """
    if isinstance(probe, MarkProbe):
        bits = sum(1 << (position - 1) for position in probe.searched_positions)
        return (bits,), probe_values(probe.vector, rotation)[None]
    values = probe_values(probe.vectors, rotation)
    columns = np.flatnonzero(probe.presence & where.allowed_fingers()).tolist()
    return tuple(1 << column for column in columns), values[columns]


def open_mark_file(
    sources: Sequence[Source], bits: Sequence[int], values: Float32s, where: Filter
) -> LocalSearch:
    """Begin a search of unsolved marks with the fingers of one probe, as `probe_fingers` has them.

    Marks that can come from no finger with these bits are left out.
    """
    singles = list(values)  # one object for each finger, shared by all comparisons with it
    tasks = [
        (value, _task(source, value[None], source.passing_marks(where.forces, one), MARK_CODES))
        for source in sources
        for one, value in zip(bits, singles, strict=True)
    ]

    def pools_at(rows: Sequence[int], depth: int, whole: Extent) -> list[_Pool]:
        found = [
            FingerCandidates(coarse, 0, value)
            for value, task in tasks
            for coarse in coarse_places(task, depth, whole)
        ]
        return [_Pool(found) for _ in rows]

    return LocalSearch(extent_of([task for _, task in tasks]), pools_at)


def _task(source: Source, values: Float32s, mask: Bools | None, scan_name: str = "") -> ScanTask:
    codec = None if source.scans is None else source.scans.codec
    queries = values[:, :1] if codec is None else codec.finger_queries(values)
    return scan_task(source, scan_name, queries, mask)


def _compared_together(group: Sequence[tuple[FingerCandidates, slice]]) -> Compared:
    first = group[0][0]
    chosen = [one.coarse.places[part] for one, part in group]
    places = np.concatenate(chosen)
    columns = np.repeat([one.stored_column for one, _ in group], [len(part) for part in chosen])
    cosines = finger_cosines(
        first.coarse.source,
        places,
        first.stored_column if len(group) == 1 else columns,
        probe=first.value,
    )
    return Compared(
        first.coarse.source, places, np.where(np.isnan(cosines), _MINUS_INFINITY, cosines)
    )
