"""`identlink gallery`: what it shows, checks and moves."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from domain.errors import GalleryIncompleteError, IndexDamagedError
from indexing.parts.part_protocol import Step
from service.cli import gallery
from service.main import app
from tests.integration.api.driver import World
from tests.integration.parted.conftest import Site
from tests.integration.parted.local_cluster import LocalCluster
from tests.integration.provenance.links import make_link

Run = Callable[..., Result]


@pytest.fixture
def run(site: Site, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(gallery, "open_cluster", lambda *_: site.cluster)
    database = site.settings.database_url
    assert database is not None
    environment = {
        "IDENTLINK_STORE": str(site.settings.store),
        "IDENTLINK_DATABASE_URL": database.get_secret_value(),
        "IDENTLINK_GALLERY": "ray://127.0.0.1:1",
    }
    return lambda *words: CliRunner(env=environment).invoke(app, _named(words))


def _named(words: tuple[str, ...]) -> list[str]:
    return [*words] if words[0] == "link" else ["gallery", *words]


def test_it_shows_and_checks_every_replica(world: World, run: Run) -> None:
    for person in range(1, 6):
        world.enrol(person)
    shown = run("status", "--json")
    assert shown.exit_code == 0, shown.output
    facts = json.loads(shown.stdout)
    assert facts["cursor"] == facts["last_change"] == 5
    assert len(facts["replicas"]) == 6
    assert sum(one["tenprints"] for one in facts["replicas"]) == 2 * 5
    checked = run("verify")
    assert checked.exit_code == 0, checked.output
    assert "6 replicas" in checked.stdout


def test_a_replica_that_holds_something_else_is_found(
    world: World, cluster: LocalCluster, run: Run
) -> None:
    for person in range(1, 9):
        world.enrol(person)
    largest = max(cluster.replicas(), key=lambda one: one.part.share.counts[0])
    held = largest.part.share.cursor
    rows = np.arange(1, 9)
    nothing = np.zeros(0, dtype=np.int64)
    largest.part.feed(Step(held, held + 1, (), nothing, rows))
    for one in cluster.replicas():
        one.part.feed(Step(held, held + 1, (), nothing, nothing))
    found = run("verify")
    assert isinstance(found.exception, IndexDamagedError)


def test_it_moves_replicas_and_says_so(world: World, site: Site, run: Run) -> None:
    world.enrol(1)
    moved = run(
        "rebalance",
        "--parts",
        "3",
        "--leave",
        "host-a",
        "--directory",
        str(site.directory),
        "--json",
    )
    assert moved.exit_code == 0, moved.output
    assert json.loads(moved.stdout)["started"] == 2
    assert {one.host for one in site.cluster.replicas()} == {"host-b", "host-c"}
    assert run("verify").exit_code == 0


def test_a_gallery_with_a_part_missing_is_refused(
    world: World, cluster: LocalCluster, run: Run
) -> None:
    for one in cluster.replicas():
        one.is_dead = one.part.share.number == 0
    shown = run("status")
    assert "not whole" in shown.stdout
    assert isinstance(shown.exception, GalleryIncompleteError)


def test_a_link_is_replayed_by_the_parts(world: World, run: Run) -> None:
    linked = make_link(world)
    replayed = run("link", "replay", linked.link_id, "--look-up", "index", "--json")
    assert replayed.exit_code == 0, replayed.output
    facts = json.loads(replayed.stdout)
    assert (facts["verdict"], facts["look_up"]["verdict"]) == ("exact", "exact")
    assert (facts["look_up"]["source"], facts["look_up"]["captures"]) == ("index", 3)
