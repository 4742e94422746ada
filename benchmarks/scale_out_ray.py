"""The same people in parts on a Ray cluster of this machine, two replicas each: equal, and killed.

One search after the other over the cluster and over the same parts in this process, by the clock;
then searches go on while processes of replicas are killed and people are erased. A list that
differs from the one of the same state in this process is not identical; one that is shorter is
partial; one that holds a person who was erased before it began is stale.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.clocks import clocked
from benchmarks.ray_head import ray_head
from benchmarks.search.datasets import FORMAT, KEY, Dataset, encounters
from benchmarks.search.truth import holds_same
from domain.errors import GalleryIncompleteError
from domain.probes import MarkProbe, TenprintProbe
from indexing.batches import GalleryBatch
from indexing.codec import Codec
from indexing.filters import NO_FILTER
from indexing.gallery_index import GalleryIndex
from indexing.hits import Hits
from indexing.part_protocol import SEALED_EVERY, PartPlan
from indexing.placing import even_maps
from indexing.rotation import key_check
from indexing.searched import Searched, together
from indexing.tenprint_search import rotated_tenprints
from service.adapters.parts.parted_index import PartedIndex
from service.adapters.parts.parts_opening import Cluster, open_cluster
from service.adapters.surroundings import code_version

_K = 100
_REPLICAS = 2
_NO_ROWS = np.zeros(0, dtype=np.int64)
_ANSWER_S = 30.0
_BACK_S = 60.0
_ERASE_EVERY = 4


@dataclass(slots=True, eq=False)
class _Site:
    """The cluster, and the same parts in this process."""

    cluster: Cluster
    index: PartedIndex
    parts: Sequence[GalleryIndex]
    rotation: npt.NDArray[np.float64] | None
    erased: dict[int, tuple[int, npt.NDArray[np.int64]]] = field(default_factory=dict)
    """By change: the person and the encounters erased."""
    cursor: int = 0

    def whole(self) -> Searched:
        return together([part.snapshot for part in self.parts])

    def expected(self, probe: TenprintProbe) -> Hits:
        values = rotated_tenprints([probe], self.rotation, NO_FILTER)
        return self.whole().tenprints(values, k=_K, where=NO_FILTER)[0]

    def feed(self, batches: Sequence[GalleryBatch], rows: npt.NDArray[np.int64], to: int) -> None:
        self.index.feed((self.cursor, to), batches, returned_rows=_NO_ROWS, erased_rows=rows)
        self.cursor = to

    def mend(self) -> None:
        """Send replicas that were started anew what they lack: the erasures since they sealed."""
        self.index.refresh()
        for name, have in self.index.lagging():
            rows = [rows for at, (_, rows) in self.erased.items() if at > have]
            self.index.feed(
                (have, self.cursor),
                (),
                returned_rows=_NO_ROWS,
                erased_rows=np.concatenate([_NO_ROWS, *rows]),
                replicas=(name,),
            )
        self.index.refresh()

    def is_whole(self) -> bool:
        """Whether every replica answers at the present change."""
        parts = self.index.layout.parts
        ready = [one.fed_to >= self.cursor for part in parts for one in part]
        return len(ready) == _REPLICAS * len(self.parts) and all(ready)


def measured(
    folder: Path,
    dataset: Dataset,
    parts: Sequence[GalleryIndex],
    codec: Codec,
    probes: Any,
    kills: int,
) -> dict[str, Any]:
    """Return the figures of the cluster; `parts` are the same people in this process."""
    with ray_head() as (address, token):
        cluster = open_cluster(address, token)
        try:
            site = _started(cluster, folder, dataset, parts, codec)
            result = _compared(site, probes)
            return result | _killing(site, probes, kills)
        finally:
            for one in cluster.replicas():
                cluster.stop(one.name)
            cluster.close()


def _started(
    cluster: Cluster, folder: Path, dataset: Dataset, parts: Sequence[GalleryIndex], codec: Codec
) -> _Site:
    (node,) = cluster.nodes()
    check = key_check(KEY)
    for number, buckets in enumerate(even_maps(len(parts))):
        plan = PartPlan(1, number, buckets, FORMAT.index, check, codec.digest)
        for copy in range(_REPLICAS):
            name = f"part-{number}-{copy}"
            cluster.start(name, plan, folder / name, codec, node)
    index = PartedIndex(cluster, FORMAT.index, KEY, code=code_version())
    site = _Site(cluster, index, parts, parts[0].snapshot.rotation)
    site.mend()
    for number, chunk in enumerate(dataset.chunks(), 1):
        site.feed([encounters(chunk)], _NO_ROWS, number * SEALED_EVERY)
    for part in parts:
        part.erase(_NO_ROWS, cursor=site.cursor)
    # As a filled gallery is left (`Hosting.rebalance`), and the parts in this process are.
    site.index.tend()
    site.index.refresh()
    return site


def _compared(site: _Site, probes: Any) -> dict[str, Any]:
    """Search over the cluster and in this process, in turns, by the clock."""
    whole = site.whole()
    identical, rows = 0, []
    overheads: list[float] = []
    kinds = (
        ("tenprint", probes.enrolled, site.index.search_tenprint),
        ("unenrolled", probes.unenrolled, site.index.search_tenprint),
        ("mark", probes.marks, site.index.search_mark),
    )
    lists = 0
    for kind, asked, search in kinds:
        here, there = [], []
        _here(whole, site, asked[0])
        search(asked[0], k=_K)
        for probe in asked:
            expected = clocked(partial(_here, whole, site, probe))
            found = clocked(partial(search, probe, k=_K))
            here.append(expected.wall_ms)
            there.append(found.wall_ms)
            lists += 1
            identical += is_equal(found.value, expected.value)
        overheads += [b - a for a, b in zip(here, there, strict=True)]
        rows.append(
            {"kind": kind, "here_ms": float(np.median(here)), "ray_ms": float(np.median(there))}
        )
    return {
        "replicas": _REPLICAS,
        "ray_rows": rows,
        "ray_lists": lists,
        "ray_identical_lists": identical,
        "ray_overhead_p50_ms": float(np.median(overheads)),
        "ray_batch_of_64": _batch(site, probes),
    }


def _batch(site: _Site, probes: Any) -> dict[str, float]:
    asked = (list(probes.enrolled) * 64)[:64]
    values = rotated_tenprints(asked, site.rotation, NO_FILTER)
    here, there = [], []
    for _ in range(5):
        here.append(clocked(lambda: site.whole().tenprints(values, k=_K, where=NO_FILTER)).wall_ms)
        there.append(clocked(lambda: site.index.search_tenprints(asked, k=_K)).wall_ms)
    return {"here_ms": float(np.median(here)), "ray_ms": float(np.median(there))}


def _here(whole: Searched, site: _Site, probe: TenprintProbe | MarkProbe) -> Hits:
    if isinstance(probe, MarkProbe):
        return whole.marks([probe], k=_K, where=NO_FILTER)[0]
    values = rotated_tenprints([probe], site.rotation, NO_FILTER)
    return whole.tenprints(values, k=_K, where=NO_FILTER)[0]


def is_equal(found: Hits, expected: Hits) -> bool:
    """Say whether two lists are the same in every byte, and of one state."""
    is_of_one_state = (found.digest, found.cursor) == (expected.digest, expected.cursor)
    return holds_same(found, expected) and is_of_one_state


@dataclass(slots=True, eq=False)
class _Searcher:
    """Searches one after the other, and counts what must not be."""

    site: _Site
    probes: Sequence[TenprintProbe]
    changing: threading.Lock = field(default_factory=threading.Lock)
    """Held while people are erased, so that a list and the expected one are of one state."""
    ended: threading.Event = field(default_factory=threading.Event)
    counts: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        """Search until the end."""
        for probe in cycle(self.probes):
            if self.ended.is_set():
                return
            gone = {person for person, _ in self.site.erased.values()}
            try:
                self.look_at(probe, self.site.index.search_tenprint(probe, k=_K), gone)
            except GalleryIncompleteError:
                self.counts["ray_refused"] += 1

    def look_at(self, probe: TenprintProbe, hits: Hits, gone: set[int]) -> None:
        """Count one list; `gone` are the people erased before it began."""
        self.counts["ray_searches"] += 1
        self.counts["partial_lists"] += len(hits) < _K
        self.counts["stale_reads"] += bool(gone & set(hits.person_rows.tolist()))
        with self.changing:
            if hits.cursor == self.site.cursor:
                expected = self.site.expected(probe)
                self.counts["ray_compared_lists"] += 1
                self.counts["ray_differing_lists"] += not is_equal(hits, expected)


_COUNTED = (
    "ray_searches",
    "ray_refused",
    "ray_compared_lists",
    "ray_differing_lists",
    "partial_lists",
    "stale_reads",
)


def _killing(site: _Site, probes: Any, kills: int) -> dict[str, Any]:
    """Kill one replica after the other while searches go on, and erase people meanwhile."""
    searcher = _Searcher(site, probes.enrolled)
    running = threading.Thread(target=searcher.run)
    running.start()
    seconds = []
    try:
        for kill in range(kills):
            seconds.append(_killed(site, kill))
            if kill % _ERASE_EVERY == 0:
                with searcher.changing:
                    _erase_one(site, probes.enrolled[kill % len(probes.enrolled)])
    finally:
        searcher.ended.set()
        running.join()
    return {
        **{name: searcher.counts[name] for name in _COUNTED},
        "kills": kills,
        "erased": len(site.erased),
        "whole_again_p50_s": float(np.median(seconds)) if seconds else 0.0,
        "whole_again_max_s": float(np.max(seconds, initial=0.0)),
    }


def _killed(site: _Site, kill: int) -> float:
    """Kill the process of a replica; return the seconds until every replica answers again."""
    replicas = site.cluster.replicas()
    one = replicas[kill % len(replicas)]
    os.kill(int(one.call("process").result(_ANSWER_S)), signal.SIGKILL)
    begun = time.monotonic()
    site.index.refresh()
    while time.monotonic() - begun < _BACK_S:
        site.mend()
        if site.is_whole():
            break
        time.sleep(0.05)
    return time.monotonic() - begun


def _erase_one(site: _Site, probe: TenprintProbe) -> None:
    """Erase the person found first, in the parts here and on the cluster."""
    hits = site.expected(probe)
    rows = hits.encounter_rows[:1]
    to = site.cursor + 1
    for part in site.parts:
        part.erase(rows, cursor=to)
    pending = (int(hits.person_rows[0]), rows)
    site.feed((), rows, to)
    site.erased[to] = pending
