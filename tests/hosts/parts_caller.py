"""The host that searches a gallery in parts: `parts` starts this in a namespace with Ray's first
process. It fills the parts, compares every list with that of one index, and does so again after
each of the given faults.
"""

from __future__ import annotations

import argparse
import json
import socket
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from domain.errors import GalleryIncompleteError
from domain.prints.captures import TenprintProbe
from indexing.codes.columns import stored_columns
from indexing.codes.rotation import key_check
from indexing.gallery_index import GalleryIndex
from indexing.parts.part_protocol import PartPlan, step_end
from indexing.placing import even_maps
from indexing.searching.hits import Hits
from service.adapters.parts.parted_index import PartedIndex
from service.adapters.parts.parts_hosting import open_cluster
from service.adapters.surroundings import code_version
from tests.formats import FORMAT
from tests.hosts.network import Switch
from tests.hosts.parts_faults import FAULTS
from tests.integration.parted.whole import whole_of
from tests.unit.indexing.building import KEY, people
from tests.unit.indexing.replicas import History

RNG = np.random.default_rng(39)
PERSONS, CAPTURES, CANDIDATES = 400, 2200, 50
PEOPLE = people(RNG, PERSONS)
BATCH = PEOPLE.batch(RNG, RNG.integers(0, PERSONS, CAPTURES))
_SOON_S = 60.0


@dataclass
class Compared:
    """What searches found, and how long they took."""

    searches: int = 0
    equal: int = 0
    refused: int = 0
    one_index_ms: list[float] = field(default_factory=list)
    parts_ms: list[float] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """Return the counts, and the middle and the longest of the times."""
        counts = {k: v for k, v in asdict(self).items() if not k.endswith("_ms")}
        times = {"one_index_ms": self.one_index_ms, "parts_ms": self.parts_ms}
        for name, each in times.items():
            counts[f"median_{name}"] = round(statistics.median(each), 1) if each else None
            counts[f"longest_{name}"] = round(max(each), 1) if each else None
        return counts


def round_trip_ms(address: str) -> float:
    """Return how long a packet and its answer take: a connection that is refused is both."""
    took = []
    for _ in range(21):
        begun = time.perf_counter()
        with suppress(OSError):
            socket.create_connection((address, 9), timeout=10).close()
        took.append((time.perf_counter() - begun) * 1000)
    return round(statistics.median(took), 2)


def _filled(cluster: Any, places: dict[str, Path], history: History, codec: Any) -> None:
    """Start two replicas of as many parts as hosts, on different hosts, and fill them."""
    nodes = list(places)
    for number, buckets in enumerate(even_maps(len(nodes))):
        plan = PartPlan(1, number, buckets, FORMAT.index, key_check(KEY), codec.digest)
        for copy in range(2):
            node = nodes[(number + copy) % len(nodes)]
            name = f"part-{number}-{copy}"
            cluster.start(name, plan, places[node] / name, codec, node)
    for one in cluster.replicas():
        standing = one.call("standing", "").result(_SOON_S)
        have = standing.share.cursor
        while have < history.last:
            end = step_end(have, history.last)
            step = history.step(have, end).only(standing.share.buckets)
            have = one.call("feed", step).result(_SOON_S)


def _compared(index: PartedIndex, whole: GalleryIndex, seconds: float) -> Compared:
    """Search for so long, with the probes of one person after the other, marks among them."""
    found, ends = Compared(), time.monotonic() + seconds
    for probe in _probes():
        if time.monotonic() > ends:
            return found
        begun = time.perf_counter()
        expected = _search(whole, probe)
        middle = time.perf_counter()
        found.searches += 1
        try:
            listed = _search(index, probe)
        except GalleryIncompleteError:
            found.refused += 1
            continue
        found.parts_ms.append((time.perf_counter() - middle) * 1000)
        found.one_index_ms.append((middle - begun) * 1000)
        found.equal += _is_same(listed, expected)
    return found


def _probes() -> Iterator[Any]:
    while True:
        for person in range(PERSONS):
            yield PEOPLE.mark(RNG, person) if person % 5 == 4 else PEOPLE.tenprint(RNG, person)


def _search(index: Any, probe: Any) -> Hits:
    is_tenprint = isinstance(probe, TenprintProbe)
    search = index.search_tenprint if is_tenprint else index.search_mark
    found: Hits = search(probe, k=CANDIDATES)
    return found


def _is_same(found: Hits, expected: Hits) -> bool:
    return (
        found.encounter_rows.tolist() == expected.encounter_rows.tolist()
        and found.person_rows.tolist() == expected.person_rows.tolist()
        and found.similarities.tobytes() == expected.similarities.tobytes()
        and (found.digest, found.cursor) == (expected.digest, expected.cursor)
    )


def main() -> int:
    """Run and print the counts as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--token", type=Path)
    parser.add_argument("--homes", type=Path, help="Holds a directory for each host.")
    parser.add_argument("--spaces", nargs="+", help="Namespaces of the switch and of each host.")
    parser.add_argument("--far", help="The address of another host.")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--faults", nargs="*", choices=sorted(FAULTS))
    given = parser.parse_args()
    index, whole = _opened(given)
    threading.Thread(target=_look_on, args=(index,), daemon=True).start()
    switch, *spaces = given.spaces
    _tell({"round_trip_ms": round_trip_ms(given.far)})
    _tell({"all_there": _compared(index, whole, given.seconds).told()})
    for name in given.faults:
        FAULTS[name](Switch(switch), dict(enumerate(spaces)))
        _tell({name: _compared(index, whole, given.seconds).told()})
    return 0


def _opened(given: argparse.Namespace) -> tuple[PartedIndex, GalleryIndex]:
    """Fill a gallery in parts, and one index, with the same captures."""
    cluster = open_cluster(given.address, given.token)
    places = {node: given.homes / node for node in cluster.nodes()}
    history = History(FORMAT.index)
    history.add(BATCH)
    columns = stored_columns(BATCH, history.rotation)
    whole, codec = whole_of(given.homes / "whole", BATCH, columns)
    _filled(cluster, places, history, codec)
    index = PartedIndex(cluster, FORMAT.index, KEY, code=code_version())
    index.refresh()
    return index, whole


def _look_on(index: PartedIndex) -> None:
    """Look at all replicas every second, as a server does."""
    while True:
        time.sleep(1)
        index.refresh()


def _tell(facts: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(facts)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
