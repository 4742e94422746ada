"""Tenprint to tenprint: scan short codes, then compare exactly as deep as needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from domain.arrays import Float32s, Float64s
from domain.searches.strangers import OwnStrangers
from indexing.codes.columns import finger_bits
from indexing.codes.filters import Filter
from indexing.codes.rotation import probe_values
from indexing.codes.sources import TENPRINT_CODES, Source
from indexing.searching.candidates import Coarse, Extent, coarse_places, scan_task
from indexing.searching.comparing import Chosen, cosines_of, tenprint_likeness
from indexing.searching.part_search import LocalSearch
from indexing.searching.ranking import Compared, similarities_of


@dataclass(frozen=True, slots=True, eq=False)
class Excess:
    """What is subtracted for people who resemble everybody, in the arithmetic of the index.

    `values`: float32 (10, d), the rotated directions of `own` as whole numbers. `usual`: float32
    (10,), the cosines with them below which nothing is subtracted.
    """

    own: OwnStrangers
    values: Float32s
    usual: Float32s

    def likeness(self, chosen: Chosen, probe: Float32s) -> Float32s:
        """Return float32 (c,): the similarities to a probe, with the excess subtracted."""
        fingers = np.flatnonzero(probe.any(axis=1))
        probes = np.stack([probe[fingers], self.values[fingers]])
        found, alike = cosines_of(chosen, probes, fingers)
        # Few have an excess at all, so it is computed for these only.
        some = np.flatnonzero((alike > self.usual[fingers, None]).any(axis=0))
        found[:, some] -= self.own.excess(alike[:, some].T, fingers).T
        return similarities_of(np.maximum(found, np.float32(-1)), fingers)


def excess_of(own: OwnStrangers, rotation: Float64s | None) -> Excess:
    """Return what is subtracted in an index with this rotation."""
    return Excess(own, probe_values(own.units, rotation), own.usual())


def open_tenprints(
    sources: Sequence[Source], values: Float32s, where: Filter, excess: Excess | None = None
) -> LocalSearch:
    """Begin a search of tenprints with rotated probes, float32 (q, 10, d).

    The scan includes the excess, which can only rank people higher; the final ranking subtracts
    it.
    """
    fingers = np.any(values != 0, axis=2)
    bits = int(np.bitwise_or.reduce(finger_bits(fingers))) if where.positions else 0
    most = int(fingers.sum(axis=1).max())
    tasks = [
        scan_task(
            source,
            TENPRINT_CODES,
            values[:, :1, 0]
            if source.scans is None
            else source.scans.codec.tenprint_queries(values),
            source.passing(where, bits),
            most,
        )
        for source in sources
    ]

    def pools_at(rows: Sequence[int], depth: int, whole: Extent) -> list[_Pool]:
        found = [
            coarse_places(task if len(rows) == len(values) else task.of(rows), depth, whole)
            for task in tasks
        ]
        pools = [[one[place] for one in found] for place in range(len(rows))]
        return [
            _Pool(pool if values[row].any() else [], values[row], excess)
            for row, pool in zip(rows, pools, strict=True)
        ]

    extent = Extent(sum(task.passing for task in tasks), sum(task.held for task in tasks))
    return LocalSearch(extent, pools_at)


@dataclass(frozen=True, slots=True, eq=False)
class _Pool:
    """The encounters that a scan proposes for one tenprint."""

    coarse: Sequence[Coarse]
    probe: Float32s
    """float32 (10, d)."""
    excess: Excess | None = None

    def compared(self, starts: Sequence[int], ends: Sequence[int]) -> list[Compared]:
        """See `indexing.searching.part_search.Pool`."""
        chosen = [
            (coarse.source, coarse.places[start:end])
            for coarse, start, end in zip(self.coarse, starts, ends, strict=True)
            if end > start
        ]
        likeness = tenprint_likeness if self.excess is None else self.excess.likeness
        similarities = likeness(chosen, self.probe)
        bounds = np.cumsum([0, *(len(places) for _, places in chosen)]).tolist()
        return [
            Compared(*one, similarities[start:end])
            for one, (start, end) in zip(chosen, pairwise(bounds), strict=True)
        ]
