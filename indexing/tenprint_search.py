"""Tenprint against tenprints: scan the short codes, then compare exactly as deep as needed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from domain.probes import TenprintProbe
from indexing.assembling import Compared, hits_of
from indexing.candidates import Coarse, ScanTask, cut, grown_depth, pools_of
from indexing.columns import finger_bits
from indexing.comparing import tenprint_cosines
from indexing.filters import Filter
from indexing.hits import Hits
from indexing.manifests import Kind
from indexing.parameters import (
    TENPRINT_BUDGET_ENCOUNTERS,
    TENPRINT_DEPTH,
    TENPRINT_FINGER_BUDGET,
)
from indexing.quantisation import probe_values
from indexing.ranking import tenprint_similarities
from indexing.snapshots import Snapshot
from indexing.sources import TENPRINT_CODES

_DEEPENING = 4


def search_tenprints(
    snapshot: Snapshot,
    probes: Sequence[TenprintProbe],
    *,
    k: int,
    where: Filter,
) -> tuple[Hits, ...]:
    """Return the hits of each probe, all from the one snapshot.

    The scan ranks by an approximation of the similarity. The first `TENPRINT_DEPTH` encounters
    are compared exactly; when no leader stands out among them (few or very poor fingers, or a
    person who is not enrolled), the comparison goes on to `TENPRINT_FINGER_BUDGET` fingers.
    """
    vectors = np.stack([probe.vectors for probe in probes])
    if where.positions:
        vectors = np.where(where.allowed_fingers()[:, None], vectors, np.float32(0))
    values = probe_values(vectors, snapshot.rotation)
    return search_values(snapshot, values, k=k, where=where)


def search_values(
    snapshot: Snapshot, values: npt.NDArray[np.float32], *, k: int, where: Filter
) -> tuple[Hits, ...]:
    """Return the hits of captures that are already rotated and scaled: float32 (q, 10, d)."""
    depths = [max(_full_depth(snapshot, probe), 2 * k) for probe in values]
    pools = _pools(snapshot, values, where, depth=max(depths))
    return tuple(
        _answer(snapshot, value, pool, k=k, where=where, depth=depth)
        for value, pool, depth in zip(values, pools, depths, strict=True)
    )


def _full_depth(snapshot: Snapshot, probe: npt.NDArray[np.float32]) -> int:
    """Return the number of encounters that the budget of finger comparisons covers."""
    size = snapshot.shelves[Kind.TENPRINTS].size
    budget = grown_depth(TENPRINT_FINGER_BUDGET, size, TENPRINT_BUDGET_ENCOUNTERS)
    fingers = max(1, int(probe.any(axis=1).sum()))
    return max(TENPRINT_DEPTH, budget // fingers)


def _pools(
    snapshot: Snapshot, probes: npt.NDArray[np.float32], where: Filter, *, depth: int
) -> list[list[Coarse]]:
    """Return for each probe the coarse candidates of every source."""
    fingers = np.any(probes != 0, axis=2)
    bits = int(np.bitwise_or.reduce(finger_bits(fingers))) if where.positions else 0
    tasks = [
        ScanTask(
            source=source,
            scan_name=TENPRINT_CODES,
            queries=(
                np.zeros((len(probes), 1), dtype=np.float32)
                if source.scans is None
                else source.scans.codec.tenprint_queries(probes)
            ),
            mask=source.passing(where, bits),
            fingers=int(fingers.sum(axis=1).max()),
        )
        for source in snapshot.shelves[Kind.TENPRINTS].sources
    ]
    return pools_of(tasks, depth, len(probes))


def _answer(
    snapshot: Snapshot,
    probe: npt.NDArray[np.float32],
    pool: list[Coarse],
    *,
    k: int,
    where: Filter,
    depth: int,
) -> Hits:
    """Compare exactly, deeper while no leader stands out or fewer than k persons are found."""
    if not probe.any():
        return hits_of([], snapshot, k=k)
    heads = cut(pool, max(TENPRINT_DEPTH, 2 * k))
    compared = [_compared(c, probe, slice(0, head)) for c, head in zip(pool, heads, strict=True)]
    least = snapshot.fmt.standout_similarity
    if any(np.any(one.similarities >= least) for one in compared):
        hits = hits_of(compared, snapshot, k=k)
        if len(hits) == k:
            return hits
    ends = cut(pool, depth)
    compared += [
        _compared(c, probe, slice(head, end))
        for c, head, end in zip(pool, heads, ends, strict=True)
    ]
    hits = hits_of(compared, snapshot, k=k)
    is_whole = all(c.is_whole and len(c.places) == e for c, e in zip(pool, ends, strict=True))
    if len(hits) == k or is_whole:
        return hits
    return _answer_deeper(snapshot, probe, depth * _DEEPENING, k=k, where=where)


def _answer_deeper(
    snapshot: Snapshot, probe: npt.NDArray[np.float32], depth: int, *, k: int, where: Filter
) -> Hits:
    """Search deeper until k persons are found or all that pass the filter are compared."""
    pool = _pools(snapshot, probe[None, :], where, depth=depth)[0]
    hits = hits_of([_compared(c, probe, slice(None)) for c in pool], snapshot, k=k)
    if len(hits) == k or all(coarse.is_whole for coarse in pool):
        return hits
    return _answer_deeper(snapshot, probe, depth * _DEEPENING, k=k, where=where)


def _compared(coarse: Coarse, probe: npt.NDArray[np.float32], which: slice) -> Compared:
    places = coarse.places[which]
    cosines = tenprint_cosines(coarse.source, places, probe)
    return Compared(coarse.source, places, tenprint_similarities(cosines))


def compare_persons(
    snapshot: Snapshot, probe: TenprintProbe, person_rows: npt.NDArray[np.int64]
) -> Hits:
    """Return the exact comparison of a capture with given persons; unknown ones are left out."""
    value = probe_values(probe.vectors, snapshot.rotation)
    shelf = snapshot.shelves[Kind.TENPRINTS]
    chosen = [(s.source, s.places_of_persons(person_rows)) for s in shelf.segments]
    chosen.append(
        (shelf.tail, np.flatnonzero(np.isin(shelf.tail.columns.person_rows, person_rows)))
    )
    compared = []
    for source, places in chosen:
        alive = places if source.alive is None else places[source.alive[places]]
        compared.append(_compared(Coarse(source, alive, None, is_whole=True), value, slice(None)))
    return hits_of(compared, snapshot, k=max(1, len(person_rows)))
