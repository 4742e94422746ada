"""The database goes away under load: clear answers meanwhile, automatic recovery."""

from __future__ import annotations

import io
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matching.scorer import load_scorer
from service.app import create_app
from service.bootstrap.runtime import assemble
from service.logs import build_logger
from service.settings import load_settings
from service.storage.engine.migrate import upgrade
from tests.integration.api.driver import User, World
from tests.integration.api.prints import tenprint
from tests.postgres import RestartableServer, restartable_server

pytestmark = pytest.mark.promise("kills")

WORKERS = 3
BODY = {"search_type": "TP/TP", "impressions": tenprint(1, capture=3)}


@dataclass
class Load:
    """Submits searches until told to stop, and keeps the answers."""

    force: User
    stopping: threading.Event = field(default_factory=threading.Event)
    statuses: Counter[int] = field(default_factory=Counter)
    acknowledged: list[str] = field(default_factory=list)

    def submit(self) -> None:
        while not self.stopping.is_set():
            answer = self.force.post("/v1/searches", BODY)
            self.statuses[answer.status_code] += 1
            if answer.status_code == 201:
                self.acknowledged.append(answer.json()["search_id"])


@pytest.fixture
def server() -> Iterator[RestartableServer]:
    with restartable_server() as started:
        yield started


@pytest.fixture
def world(server: RestartableServer, tmp_path: Path) -> Iterator[World]:
    upgrade(server.url)
    # The rate of the load depends on the machine, and limits are not under test.
    settings = load_settings(
        store=tmp_path / "store",
        database_url=server.url,
        probe_attempts=0,
        requests_per_minute=0,
    )
    log = io.StringIO()
    app = create_app(
        assemble(settings, load_scorer(settings.model_directory)), logger=build_logger(log)
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        yield World(app, client, log)


@pytest.mark.dear("starts servers and takes away what they need")
def test_a_database_that_restarts_under_load_costs_503s_and_nothing_else(
    world: World, server: RestartableServer
) -> None:
    world.enrol(1)
    load = Load(world.force())
    threads = [threading.Thread(target=load.submit) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()

    server.stop()
    away = world.client.get("/readyz")
    refused = world.force().post("/v1/searches", BODY)
    server.start()
    load.stopping.set()
    for thread in threads:
        thread.join()
    ready = world.client.get("/readyz")
    after = world.search(1)

    assert set(load.statuses) <= {201, 503}
    assert away.status_code == refused.status_code == 503
    assert refused.json()["type"] == "/problems/store-unavailable"
    assert refused.headers["Retry-After"]
    assert ready.status_code == 200
    assert world.standing(after)["search_id"] == after
    assert all(world.standing(one)["search_id"] == one for one in load.acknowledged)
    with world.services.units.read() as unit:
        searched = [
            e
            for e in unit.events.entries(start=0, limit=unit.events.size())
            if e.event_type == "searched"
        ]
    assert len(searched) >= len(load.acknowledged) + 1
