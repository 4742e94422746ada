"""The service over a gallery in parts: as over one index, or a problem; never a shorter list."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from domain.errors import (
    ConfigurationError,
    ConflictError,
    GalleryError,
    GalleryIncompleteError,
)
from domain.prints.captures import TenprintProbe
from indexing.codes.filters import EVERYTHING
from indexing.gallery_index import GalleryIndex
from service.adapters.parts import parted_index
from service.adapters.parts.parts_hosting import Wanted
from service.adapters.secret_files import IndexKeys
from service.bootstrap.galleries import demand_nobody_serves
from service.live import gallery
from service.live.gallery import LiveGallery
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased
from tests.integration.api.prints import TEN_FINGERS, finger, tenprint
from tests.integration.parted.conftest import Site, parts_of
from tests.integration.parted.local_cluster import LocalCluster
from tests.integration.provenance.links import make_link
from tests.integration.replaying import asked_of_index, replayed_in_both_ways


def one_index(world: World, site: Site, directory: Path) -> GalleryIndex:
    """Return one index of the same database under the same key."""
    index = GalleryIndex.open(
        directory,
        template_format=world.services.print_format.index,
        key=IndexKeys(site.settings.keys_directory).current,
        threads=1,
    )
    LiveGallery(index, world.services.units).catch_up()
    return index


def candidates(world: World, search_id: str) -> list[str]:
    with world.services.units.read() as unit:
        return [str(one.person_id) for one in unit.searches.candidates(search_id)]  # type: ignore[arg-type]


def test_a_search_finds_who_was_just_enrolled_and_nobody_erased(
    world: World, site: Site, tmp_path: Path
) -> None:
    ids = [world.enrol(person)["person_id"] for person in range(1, 8)]
    for person, person_id in enumerate(ids, 1):
        assert candidates(world, world.search(person))[0] == person_id
    erased(world, ids[2])
    assert ids[2] not in candidates(world, world.search(3))
    whole = one_index(world, site, tmp_path / "whole")
    assert parts_of(world).digest == whole.digest
    assert parts_of(world).cursor == whole.cursor
    whole.close()


def test_every_list_is_that_of_one_index(world: World, site: Site, tmp_path: Path) -> None:
    for person in range(1, 30):
        world.enrol(person)
    whole = one_index(world, site, tmp_path / "whole")
    parts = parts_of(world)
    world.services.gallery.catch_up()
    probes = [_probe(person) for person in (1, 9, 40)]
    for k in (1, 10, 100):
        expected = whole.search_tenprints(probes, k=k, where=EVERYTHING)
        for one, other in zip(
            parts.search_tenprints(probes, k=k, where=EVERYTHING), expected, strict=True
        ):
            assert one.encounter_rows.tolist() == other.encounter_rows.tolist()
            assert one.similarities.tobytes() == other.similarities.tobytes()
            assert (one.digest, one.cursor) == (other.digest, other.cursor)
    for probe in probes:
        assert parts.cohorts.strangers(probe) == whole.cohorts.strangers(probe)
    parts.refresh()
    assert len(parts) == len(whole) == 29
    whole.close()


def test_a_probe_is_measured_though_all_replicas_have_moved(
    world: World, site: Site, tmp_path: Path
) -> None:
    for person in range(1, 30):
        world.enrol(person)
    world.services.gallery.catch_up()
    parts = parts_of(world)
    # Moved by another process. Nothing in the background of this one looks around meanwhile.
    with parts._looking:
        before = parts.layout
        site.rebalance(Wanted(parts=2, replicas=2))
        assert parts.layout is before
    whole = one_index(world, site, tmp_path / "whole")
    assert parts.cohorts.strangers(_probe(9)) == whole.cohorts.strangers(_probe(9))
    assert parts.layout is not before
    whole.close()


def _probe(person: int) -> TenprintProbe:
    vectors = np.stack([finger(person, position, capture=3) for position in TEN_FINGERS])
    return TenprintProbe(vectors, np.ones(10, np.bool_), np.full(10, 80, np.uint8))


def test_a_part_without_a_replica_is_a_problem_and_never_a_shorter_list(
    world: World, cluster: LocalCluster
) -> None:
    person_id = world.enrol(1)["person_id"]
    body = {"search_type": "TP/TP", "impressions": tenprint(1, capture=3)}
    lost = parts_of(world).layout.parts[1]
    cluster.held[lost[0].replica.name].is_dead = True
    assert candidates(world, world.search(1))[0] == person_id  # the other one answers
    cluster.held[lost[1].replica.name].is_dead = True
    answer = world.force().post("/v1/searches", body)
    assert answer.status_code == 503
    assert answer.json()["type"].endswith("/gallery-incomplete")
    assert world.client.get("/readyz").status_code == 503
    for one in lost:
        cluster.held[one.replica.name].restart()
    world.services.gallery.mend()
    assert candidates(world, world.search(1))[0] == person_id
    assert world.client.get("/readyz").status_code == 200


def test_a_replica_that_was_away_is_sent_what_it_lacks(
    world: World, cluster: LocalCluster
) -> None:
    world.enrol(1)
    away = cluster.held[parts_of(world).layout.parts[0][0].replica.name]
    away.is_dead = True
    for person in range(2, 12):
        world.enrol(person)
    away.restart()
    assert away.part.standing("").answers_at == -1
    world.services.gallery.mend()
    with world.services.units.read() as unit:
        assert away.part.standing("").answers_at == unit.gallery_feed.last_change()


def test_a_replica_that_takes_no_changes_is_not_sent_all_of_them(
    world: World, cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in range(1, 7):
        world.enrol(person)
    away = cluster.held[parts_of(world).layout.parts[0][0].replica.name]
    away.restart()
    answer, fed = away.call, []

    def silent(method: str, *arguments: Any) -> Future[Any]:
        if method != "feed":
            return answer(method, *arguments)
        fed.append(arguments)
        return Future()

    monkeypatch.setattr(away, "call", silent)
    monkeypatch.setattr(parted_index, "_FEED_S", 0.2)
    monkeypatch.setattr(gallery, "step_end", lambda after, last: min(after + 2, last))
    world.services.gallery.mend()
    assert len(fed) == 1  # of three steps
    monkeypatch.undo()
    world.services.gallery.mend()
    with world.services.units.read() as unit:
        assert away.part.standing("").answers_at == unit.gallery_feed.last_change()


def test_hosts_join_and_leave_while_searches_go_on(
    world: World, site: Site, cluster: LocalCluster
) -> None:
    ids = [world.enrol(person)["person_id"] for person in range(1, 6)]
    found: list[str] = []
    ended = threading.Event()

    def search() -> None:
        while not ended.is_set():
            found.append(candidates(world, world.search(3))[0])

    searcher = threading.Thread(target=search)
    searcher.start()
    try:
        cluster.hosts.append("host-d")
        site.rebalance(Wanted(parts=3, replicas=2, leaving=("host-a",)))
        assert {one.host for one in cluster.held.values()} == {"host-b", "host-c", "host-d"}
        site.rebalance(Wanted(parts=5, replicas=2))
        site.rebalance(Wanted(parts=2, replicas=1))
    finally:
        ended.set()
        searcher.join()
    assert len(found) > 2
    assert set(found) == {ids[2]}
    assert len(cluster.held) == 2
    world.services.gallery.mend()
    assert parts_of(world).layout.version == 3


def test_a_link_is_replayed_by_the_parts_as_by_reading_everybody(
    world: World, site: Site, cluster: LocalCluster
) -> None:
    for person in range(11, 25):
        world.enrol(person)
    linked = make_link(world)
    bystander = world.enrol(30)["person_id"]
    at_once = replayed_in_both_ways(world, linked.link_id)
    with world.services.units.read() as unit:
        listed = unit.searches.candidates(linked.search_id)  # type: ignore[arg-type]
    erased(world, bystander)
    world.enrol(1)
    site.rebalance(Wanted(parts=5, replicas=2))
    world.services.gallery.mend()
    later = replayed_in_both_ways(world, linked.link_id)
    assert later == at_once
    assert (at_once["look_up"]["verdict"], at_once["look_up"]["captures"]) == ("exact", 17)
    assert len(listed) == at_once["candidates"]
    lost = parts_of(world).layout.parts[1]
    cluster.held[lost[0].replica.name].is_dead = True
    assert asked_of_index(world, linked.link_id) == at_once  # the other one answers
    cluster.held[lost[1].replica.name].is_dead = True
    with pytest.raises(GalleryIncompleteError):
        asked_of_index(world, linked.link_id)


def test_a_part_that_lost_a_capture_is_no_part_in_a_replay(
    world: World, cluster: LocalCluster
) -> None:
    linked = make_link(world)
    held = [one for one in cluster.replicas() if one.part.share.counts[0]]
    for one in held:
        at = one.part.share.cursor
        rows = np.arange(1, 4)
        one.part._store.erase(rows, at)
        one.part._keep(at, is_alone=True)
    with pytest.raises(GalleryError, match="without the index"):
        asked_of_index(world, linked.link_id)


def test_what_needs_an_index_here_says_so(world: World, site: Site) -> None:
    with pytest.raises(GalleryError, match="in parts"):
        world.services.gallery.local_index.verify()
    with pytest.raises(ConflictError):
        demand_nobody_serves(site.settings)
    with pytest.raises(ConfigurationError, match="hosts"):
        site.rebalance(Wanted(parts=3, replicas=4))
