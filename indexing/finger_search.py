"""Single fingers: a mark against tenprints, and anything against the unsolved mark file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.captures import FINGER_COUNT
from domain.probes import MarkProbe, PrintProbe
from indexing.assembling import Compared, hits_of
from indexing.candidates import (
    Coarse,
    ScanTask,
    coarse_places,
    cut,
    fitted_depth,
    share_of_depth,
)
from indexing.comparing import finger_cosines
from indexing.filters import Filter
from indexing.hits import Hits
from indexing.manifests import Kind
from indexing.parameters import MARK_DEPTH, MARK_DEPTH_FINGERS
from indexing.quantisation import probe_values
from indexing.snapshots import Snapshot
from indexing.sources import FINGER_CODES, MARK_CODES, Source

_DEEPENING = 4
_MINUS_INFINITY = np.float32(-np.inf)


@dataclass(frozen=True, slots=True, eq=False)
class FingerCandidates:
    """The candidates that a scan of one stored finger proposes for one probe finger."""

    coarse: Coarse
    stored_column: int
    """Which stored finger: 0-9 of tenprints, 0 of marks."""
    value: npt.NDArray[np.float32]
    """float32 (d,): the probe finger as whole numbers."""


_Pool = list[FingerCandidates]


def search_marks(
    snapshot: Snapshot, probes: Sequence[MarkProbe], *, k: int, where: Filter
) -> tuple[Hits, ...]:
    """Return the hits of each mark in the tenprints, all from the one snapshot.

    Every position a mark may have is scanned by itself; of all positions together the
    `MARK_DEPTH` most promising fingers are compared exactly. The fingers of one person merge into
    one hit, that of the finger that agrees most.
    """
    values = probe_values(np.stack([probe.vector for probe in probes]), snapshot.rotation)
    size = snapshot.shelves[Kind.TENPRINTS].size
    depths = [_depth(k, size * len(probe.searched_positions)) for probe in probes]
    pools = _mark_pools(snapshot, probes, values, where=where, depth=max(depths))

    def deeper(row: int) -> Callable[[int], _Pool]:
        alone = slice(row, row + 1)
        return lambda depth: _mark_pools(
            snapshot, probes[alone], values[alone], where=where, depth=depth
        )[0]

    return tuple(
        _answer(snapshot, pool, deeper(row), k=k, depth=depths[row])
        for row, pool in enumerate(pools)
    )


def search_mark_file(snapshot: Snapshot, probe: PrintProbe, *, k: int, where: Filter) -> Hits:
    """Return the unsolved marks most similar to a finger of a tenprint, or to another mark.

    A mark whose finger is known is compared with that finger alone.
    """
    fingers = _probe_fingers(probe, snapshot.rotation, where)

    def pool(depth: int) -> _Pool:
        return _mark_file_pool(snapshot, fingers, where, depth=depth)

    depth = _depth(k, snapshot.shelves[Kind.MARKS].size * len(fingers))
    return _answer(snapshot, pool(depth), pool, k=k, depth=depth)


def _depth(k: int, fingers: int) -> int:
    return max(fitted_depth(MARK_DEPTH, fingers, MARK_DEPTH_FINGERS), 2 * k)


def _mark_pools(
    snapshot: Snapshot,
    probes: Sequence[MarkProbe],
    values: npt.NDArray[np.float32],
    *,
    where: Filter,
    depth: int,
) -> list[_Pool]:
    """Return the candidates of every source and position for each mark.

    A tenprint without the finger drops out in the exact comparison.
    """
    pools: list[_Pool] = [[] for _ in probes]
    positions = [probe.searched_positions for probe in probes]
    singles = list(values)  # one object a probe, shared by all comparisons with it
    sources = snapshot.shelves[Kind.TENPRINTS].sources
    tasks = [_task(source, "", values, source.passing(where, 0)) for source in sources]
    whole = sum(task.passing for task in tasks)
    for column in range(FINGER_COUNT):
        chosen = [row for row, one in enumerate(positions) if column + 1 in one]
        fewest = min((len(positions[row]) for row in chosen), default=1)
        for task in tasks if chosen else ():
            share = share_of_depth(depth, task.passing, whole * fewest)
            one = task.at(FINGER_CODES[column], chosen)
            for row, coarse in zip(chosen, coarse_places(one, share), strict=True):
                pools[row].append(FingerCandidates(coarse, column, singles[row]))
    return pools


@dataclass(frozen=True, slots=True, eq=False)
class _ProbeFinger:
    """One finger to look for in the mark file."""

    finger_bits: int
    """Marks that are of none of these fingers are left out."""
    value: npt.NDArray[np.float32]


def _probe_fingers(
    probe: PrintProbe, rotation: npt.NDArray[np.float64] | None, where: Filter
) -> list[_ProbeFinger]:
    if isinstance(probe, MarkProbe):
        bits = sum(1 << (position - 1) for position in probe.searched_positions)
        return [_ProbeFinger(bits, probe_values(probe.vector, rotation))]
    values = probe_values(probe.vectors, rotation)
    columns = np.flatnonzero(probe.presence & where.allowed_fingers()).tolist()
    return [_ProbeFinger(1 << column, values[column]) for column in columns]


def _mark_file_pool(
    snapshot: Snapshot, fingers: Sequence[_ProbeFinger], where: Filter, *, depth: int
) -> _Pool:
    """Return the candidates of the mark file for each probe finger."""
    tasks = [
        (finger, _task(source, MARK_CODES, finger.value[None, :], mask))
        for source in snapshot.shelves[Kind.MARKS].sources
        for finger in fingers
        for mask in [source.passing_marks(where.forces, finger.finger_bits)]
    ]
    whole = sum(task.passing for _, task in tasks)
    return [
        FingerCandidates(coarse, 0, finger.value)
        for finger, task in tasks
        for coarse in coarse_places(task, share_of_depth(depth, task.passing, whole))
    ]


def _task(
    source: Source,
    scan_name: str,
    values: npt.NDArray[np.float32],
    mask: npt.NDArray[np.bool_] | None,
) -> ScanTask:
    codec = None if source.scans is None else source.scans.codec
    queries = values[:, :1] if codec is None else codec.finger_queries(values)
    return ScanTask(source, scan_name, queries, mask, fingers=1)


def _answer(
    snapshot: Snapshot, pool: _Pool, deeper: Callable[[int], _Pool], *, k: int, depth: int
) -> Hits:
    """Compare the most promising exactly, deeper while fewer than k persons are found."""
    ends = cut([one.coarse for one in pool], depth)
    while True:
        hits = hits_of(_compared(pool, ends), snapshot, k=k)
        is_whole = all(
            one.coarse.is_whole and len(one.coarse.places) == end
            for one, end in zip(pool, ends, strict=True)
        )
        if len(hits) == k or is_whole:
            return hits
        depth *= _DEEPENING
        pool = deeper(depth)
        ends = [len(one.coarse.places) for one in pool]


def _compared(pool: _Pool, ends: Sequence[int]) -> list[Compared]:
    """Compare the first places of each scan exactly, those of one source and probe together."""
    groups: dict[tuple[int, int], list[tuple[FingerCandidates, int]]] = {}
    for one, end in zip(pool, ends, strict=True):
        key = (id(one.coarse.source), id(one.value) if _is_scanned(one) else id(one))
        groups.setdefault(key, []).append((one, end))
    return [_compared_together(group) for group in groups.values()]


def _is_scanned(one: FingerCandidates) -> bool:
    """Say whether places were picked; a small run is compared whole, finger by finger."""
    return one.coarse.source.scans is not None


def _compared_together(group: Sequence[tuple[FingerCandidates, int]]) -> Compared:
    first = group[0][0]
    ends = [end for _, end in group]
    places = np.concatenate([one.coarse.places[:end] for one, end in group])
    stored = first.stored_column
    columns = np.repeat([one.stored_column for one, _ in group], ends)
    cosines = finger_cosines(
        first.coarse.source, places, stored if len(group) == 1 else columns, probe=first.value
    )
    return Compared(
        first.coarse.source, places, np.where(np.isnan(cosines), _MINUS_INFINITY, cosines)
    )
