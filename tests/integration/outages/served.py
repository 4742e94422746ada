"""A served store whose parts fail: what callers, operators and figures are told meanwhile."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from matching.scorer import load_scorer
from service.app import create_app
from service.bootstrap.keys import open_log_signer
from service.bootstrap.runtime import assemble
from service.bootstrap.stores import open_log
from service.logs import build_logger
from service.provenance.bundle.bundle import TrustedKeys
from service.settings import Settings, load_settings
from service.usecases.log.verification import StoreReport, verify_store
from tests.integration.api.driver import World
from tests.integration.api.prints import encounter, tenprint

LIMITS: dict[str, Any] = {"probe_attempts": 0, "requests_per_minute": 0}
"""Limits are not under test."""

_PATIENCE_S = 40.0


@dataclass
class Served:
    """A served store."""

    world: World
    settings: Settings
    acknowledged: list[str]
    """Searches that were answered with 201."""

    def search(self) -> Response:
        """Submit a search, and keep in mind that it was acknowledged."""
        body = {"search_type": "TP/TP", "impressions": tenprint(1, capture=3)}
        answer = self.world.force().post("/v1/searches", body)
        if answer.status_code == 201:
            self.acknowledged.append(answer.json()["search_id"])
        return answer

    def enrol(self, person: int) -> Response:
        """Enrol a person."""
        return self.world.force().post("/v1/encounters", encounter(person, force="01"))

    def search_until_refused(self, *, most: int = 200) -> Response:
        """Search until a search is refused, and return the refusal."""
        for _ in range(most):
            answer = self.search()
            if answer.status_code != 201:
                return answer
        raise AssertionError(f"none of {most} searches was refused")

    def ready(self) -> Response:
        """Ask for readiness."""
        return self.world.client.get("/readyz")

    def until_ready(self) -> Response:
        """Wait until the service says that it is ready."""
        return self._until(200)

    def until_not_ready(self) -> Response:
        """Wait until the service says that it is not ready."""
        return self._until(503)

    def _until(self, status: int) -> Response:
        until = time.monotonic() + _PATIENCE_S
        while (answer := self.ready()).status_code != status and time.monotonic() < until:
            time.sleep(0.1)
        assert answer.status_code == status, answer.text
        return answer

    def figure(self, kind: str) -> float:
        """Return the metric of an outage."""
        name = f'identlink_outage{{kind="{kind}"}} '
        lines = self.world.client.get("/metrics").text.splitlines()
        (value,) = [float(line.removeprefix(name)) for line in lines if line.startswith(name)]
        return value

    def lines(self, *events: str) -> list[dict[str, Any]]:
        """Return the lines of the operational log with these names."""
        return [line for line in self.world.log_lines() if line["event"] in events]

    def has_all_acknowledged(self) -> bool:
        """Whether every acknowledged search can be read."""
        return all(self.world.standing(one)["search_id"] == one for one in self.acknowledged)


@contextmanager
def served(**given: Any) -> Iterator[Served]:
    """Serve a store with one person and one search as long as the context lasts."""
    settings = load_settings(**LIMITS, **given)
    log = io.StringIO()
    runtime = assemble(settings, load_scorer(settings.model_directory))
    app = create_app(runtime, logger=build_logger(log))
    with TestClient(app, raise_server_exceptions=False) as client:
        world = World(app, client, log)
        store = Served(world, settings, [])
        if not world.counts()[2]:
            world.enrol(1)
        assert store.search().status_code == 201
        yield store


def verified(settings: Settings) -> StoreReport:
    """Verify a store that is not served any more, all its payloads included."""
    keys = TrustedKeys(open_log_signer(settings).verifier, ())
    with open_log(settings) as (services, check_keys):
        return verify_store(services, keys, is_deep=True, check_keys=check_keys)


def is_refused(store: Served, kind: str) -> bool:
    """Whether a search is refused with this problem and told when to come back."""
    refused = store.search()
    assert refused.json()["type"] == f"/problems/{kind}", refused.text
    return refused.status_code == 503 and int(refused.headers["Retry-After"]) >= 1


def is_over(store: Served) -> bool:
    """Whether the outage ended by itself and nothing acknowledged is lost."""
    store.until_ready()
    began, ended = store.lines("outage-began"), store.lines("outage-ended")
    # One outage may begin before the one before it was seen to end.
    assert sorted(one["problem"] for one in began) == sorted(one["problem"] for one in ended)
    assert store.lines("request-failed", "checkpoint-failed") == []
    return store.search().status_code == 201 and store.has_all_acknowledged()
