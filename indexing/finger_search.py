"""Single fingers: a mark against tenprints, and anything against the unsolved mark file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexing.assembling import Compared, hits_of
from indexing.batches import FINGER_COUNT
from indexing.candidates import Coarse, ScanTask, cut, pools_of, share_of_depth
from indexing.comparing import finger_cosines
from indexing.filters import Filter
from indexing.hits import Hits
from indexing.manifests import Kind
from indexing.parameters import MARK_DEPTH
from indexing.probes import MarkProbe, TenprintProbe
from indexing.quantisation import probe_values
from indexing.snapshots import Snapshot
from indexing.sources import FINGER_CODES, MARK_CODES, Source

_DEEPENING = 4
_MINUS_INFINITY = np.float32(-np.inf)


@dataclass(frozen=True, slots=True, eq=False)
class FingerScan:
    """One probe finger against one stored finger of every encounter of a shelf."""

    kind: Kind
    scan_name: str
    stored_column: int
    """Which stored finger: 0-9 of tenprints, 0 of marks."""
    answer_column: int
    """The column of the comparisons in which the cosine is reported."""
    finger_bits: int
    """Marks that are of none of these fingers are left out."""
    value: npt.NDArray[np.float32]
    """float32 (d,), whole numbers."""


_Pool = list[tuple[FingerScan, Coarse]]


def search_marks(
    snapshot: Snapshot, probes: Sequence[MarkProbe], *, k: int, where: Filter
) -> tuple[Hits, ...]:
    """Return the hits of each mark in the tenprints, all from the one snapshot.

    Every position a mark may have is scanned by itself; of all positions together the
    `MARK_DEPTH` most promising fingers are compared exactly. The fingers of one person merge into
    one hit, that of the finger that agrees most.
    """
    values = probe_values(np.stack([probe.vector for probe in probes]), snapshot.rotation)
    pools: list[_Pool] = [[] for _ in probes]
    for column in range(FINGER_COUNT):
        chosen = [i for i, probe in enumerate(probes) if column + 1 in probe.searched_positions]
        scans = [_tenprint_scan(column, values[i]) for i in chosen]
        fewest = min((len(probes[i].searched_positions) for i in chosen), default=1)
        depth = share_of_depth(max(MARK_DEPTH, 2 * k), 1, fewest)
        for i, found in zip(chosen, _scanned(snapshot, scans, where, depth), strict=True):
            pools[i] += found
    return tuple(_answer(snapshot, pool, where, k=k) for pool in pools)


def search_mark_file(
    snapshot: Snapshot, probe: TenprintProbe | MarkProbe, *, k: int, where: Filter
) -> Hits:
    """Return the unsolved marks most similar to a finger of a tenprint, or to another mark.

    A mark whose finger is known is compared with that finger alone.
    """
    scans = _mark_file_scans(probe, snapshot.rotation, where)
    depth = share_of_depth(max(MARK_DEPTH, 2 * k), 1, len(scans))
    pool = [found for scan in scans for found in _scanned(snapshot, [scan], where, depth)[0]]
    return _answer(snapshot, pool, where, k=k)


def _tenprint_scan(column: int, value: npt.NDArray[np.float32]) -> FingerScan:
    return FingerScan(
        kind=Kind.TENPRINTS,
        scan_name=FINGER_CODES[column],
        stored_column=column,
        answer_column=column,
        finger_bits=1 << column,
        value=value,
    )


def _mark_file_scans(
    probe: TenprintProbe | MarkProbe, rotation: npt.NDArray[np.float64] | None, where: Filter
) -> list[FingerScan]:
    if isinstance(probe, MarkProbe):
        columns = [position - 1 for position in probe.searched_positions]
        bits = sum(1 << column for column in columns)
        value = probe_values(probe.vector, rotation)
        return [FingerScan(Kind.MARKS, MARK_CODES, 0, min(columns), bits, value)]
    values = probe_values(probe.vectors, rotation)
    columns = np.flatnonzero(probe.presence & where.allowed_fingers()).tolist()
    return [
        FingerScan(Kind.MARKS, MARK_CODES, 0, column, 1 << column, values[column])
        for column in columns
    ]


def _scanned(
    snapshot: Snapshot, scans: Sequence[FingerScan], where: Filter, depth: int
) -> list[_Pool]:
    """Return the coarse candidates for scans that differ in their probe finger only."""
    if not scans:
        return []
    values = np.stack([scan.value for scan in scans])
    tasks = [
        ScanTask(
            source=source,
            scan_name=scans[0].scan_name,
            queries=_queries(source, values),
            mask=_mask(source, scans[0], where),
            fingers=1,
        )
        for source in snapshot.shelves[scans[0].kind].sources
    ]
    pools = pools_of(tasks, depth, len(scans))
    return [[(scan, coarse) for coarse in pool] for scan, pool in zip(scans, pools, strict=True)]


def _queries(source: Source, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    if source.scans is None:
        return np.zeros((len(values), 1), dtype=np.float32)
    return source.scans.codec.finger_queries(values)


def _mask(source: Source, scan: FingerScan, where: Filter) -> npt.NDArray[np.bool_] | None:
    """Return who is covered; a tenprint without the finger drops out in the exact comparison."""
    if scan.kind is Kind.TENPRINTS:
        return source.passing(where, 0)
    return source.passing_marks(where.forces, scan.finger_bits)


def _answer(snapshot: Snapshot, pool: _Pool, where: Filter, *, k: int) -> Hits:
    """Compare the most promising exactly, and go deeper while persons are lacking."""
    ends = cut([coarse for _, coarse in pool], max(MARK_DEPTH, 2 * k))
    compared = [_compared(s, c, end) for (s, c), end in zip(pool, ends, strict=True)]
    hits = hits_of(compared, snapshot, k=k)
    is_whole = all(c.is_whole and len(c.places) == e for (_, c), e in zip(pool, ends, strict=True))
    if len(hits) == k or is_whole:
        return hits
    return _answer_deeper(snapshot, pool, where, k=k, depth=_DEEPENING * MARK_DEPTH)


def _answer_deeper(snapshot: Snapshot, pool: _Pool, where: Filter, *, k: int, depth: int) -> Hits:
    """Search on until k persons are found or everything that passes has been compared."""
    scans = {id(scan): scan for scan, _ in pool}.values()
    deeper = [found for scan in scans for found in _scanned(snapshot, [scan], where, depth)[0]]
    compared = [_compared(scan, coarse, len(coarse.places)) for scan, coarse in deeper]
    hits = hits_of(compared, snapshot, k=k)
    if len(hits) == k or all(coarse.is_whole for _, coarse in deeper):
        return hits
    return _answer_deeper(snapshot, deeper, where, k=k, depth=_DEEPENING * depth)


def _compared(scan: FingerScan, coarse: Coarse, end: int) -> Compared:
    places = coarse.places[:end]
    single = finger_cosines(coarse.source, places, scan.stored_column, probe=scan.value)
    cosines = np.full((len(single), FINGER_COUNT), np.nan, dtype=np.float32)
    cosines[:, scan.answer_column] = single
    similarities = np.where(np.isnan(single), _MINUS_INFINITY, single)
    return Compared(coarse.source, places, cosines, similarities)
