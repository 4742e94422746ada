"""The application over a gallery in parts that this process holds."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matching.scorer import Scorer
from service.adapters.parts.parted_index import PartedIndex
from service.adapters.parts.parts_hosting import Cluster, Hosting, Moves, Wanted
from service.app import create_app
from service.bootstrap import galleries
from service.bootstrap.galleries import open_parts
from service.bootstrap.runtime import assemble
from service.bootstrap.stores import open_database, print_format
from service.live.gallery import LiveParts
from service.logs import build_logger
from service.settings import Settings, load_settings
from tests.ahead import shipped_model
from tests.integration.api.driver import World
from tests.integration.parted.local_cluster import LocalCluster


@dataclass(slots=True)
class Site:
    """A store whose gallery is in parts, and the cluster that holds them."""

    settings: Settings
    cluster: LocalCluster
    directory: Path

    def rebalance(self, wanted: Wanted) -> Moves:
        """Move replicas as the command does, in a process of its own."""
        database = open_database(self.settings)
        fmt = print_format(self.settings)
        index = open_parts(self.settings, fmt)
        live = LiveParts(index, database.units_of_work())
        try:
            return Hosting(
                self.cluster, index, self.directory, fill=live.mend, trained=lambda: None
            ).rebalance(wanted)
        finally:
            database.close()


@pytest.fixture
def cluster() -> LocalCluster:
    return LocalCluster(["host-a", "host-b", "host-c"])


@pytest.fixture
def site(
    cluster: LocalCluster, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Site:
    opened: Callable[..., Cluster] = lambda *_: cluster  # noqa: E731 - typed
    monkeypatch.setattr(galleries, "open_cluster", opened)
    settings = load_settings(
        store=tmp_path / "store",
        database_url=sqlite_url,
        gallery="ray://127.0.0.1:1",
        probe_attempts=0,
    )
    found = Site(settings, cluster, tmp_path / "parts")
    found.rebalance(Wanted(parts=3, replicas=2))
    return found


@pytest.fixture
def world(site: Site) -> Iterator[World]:
    with served(site.settings, shipped_model()) as opened:
        yield opened


@contextmanager
def served(settings: Settings, scorer: Scorer) -> Iterator[World]:
    """Serve a store."""
    log = io.StringIO()
    app = create_app(assemble(settings, scorer), logger=build_logger(log))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield World(app, client, log)


def parts_of(world: World) -> PartedIndex:
    index = world.services.gallery.index
    assert isinstance(index, PartedIndex)
    return index
