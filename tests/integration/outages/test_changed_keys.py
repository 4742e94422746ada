"""Keys that are changed on purpose: each ends what the runbook says, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.store_secrets import StoreSecret
from service.bootstrap.keys import open_custody, prepared
from service.settings import Settings
from tests.integration.api.driver import World
from tests.integration.api.prints import tenprint
from tests.integration.outages.served import served, verified
from tests.kept import Kept, new_store
from tests.unit.service.cli.console import Console

SEARCH = {
    "search_type": "TP/TP",
    "impressions": tenprint(1, capture=3),
    "reference": "42/1234/26",
}
CHANGED = [secret for secret in StoreSecret if secret is not StoreSecret.VAULT]
"""The vault's key is changed by a command of its own, `vault wrap`."""

ENDS = {
    StoreSecret.CERTIFICATES: {"published keys"},
    StoreSecret.DIGEST: {"a repeated call"},
    StoreSecret.REFERENCES: {"a search by its reference"},
    StoreSecret.WEBHOOK: {"the secret of a webhook"},
}
"""What looks different to callers; the other keys are seen by partners and operators alone."""


@pytest.fixture(scope="module")
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Return a store that has used all its secrets, with a search that its force may repeat."""
    kept = new_store(request, "sqlite", tmp_path_factory.mktemp("changed"))
    with served(**_where(kept.settings)) as store:
        _searched(store.world)
    for secret in StoreSecret:
        prepared(kept.settings, secret)
    return kept


@pytest.fixture
def settings(kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    with kept.copied(tmp_path) as copied:
        monkeypatch.setenv("IDENTLINK_STORE", str(copied.store))
        monkeypatch.setenv("IDENTLINK_DATABASE_URL", copied.database_address)
        yield copied


@pytest.mark.parametrize("secret", CHANGED)
def test_a_changed_key_ends_what_the_runbook_says_and_nothing_else(
    settings: Settings,
    secret: StoreSecret,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    console = Console(monkeypatch, capsys)
    custody = open_custody(settings)
    before, fingerprint = _seen(settings), custody.fingerprint(secret)

    (settings.keys_directory / secret.file_name).unlink()
    accepted = console("vault", "accept-key", secret)
    after = _seen(settings)

    assert accepted.exit_code == 0, accepted.err
    assert custody.fingerprint(secret) != fingerprint
    assert {what for what in before if before[what] != after[what]} == ENDS.get(secret, set())
    assert console("log", "verify", "--deep").exit_code == 0
    assert verified(settings).is_sound


def _seen(settings: Settings) -> dict[str, Any]:
    """Serve the store, and return what a force and a reader of certificates see."""
    with served(**_where(settings)) as store:
        assert store.has_all_acknowledged()
        force, keys = store.world.force(), store.world.client.get("/v1/certificates/keys")
        found = force.get(f"/v1/searches?reference={SEARCH['reference']}").json()["searches"]
        return {
            "published keys": keys.json(),
            "a repeated call": _searched(store.world),
            "a search by its reference": [one["search_id"] for one in found],
            "the secret of a webhook": store.world.app.state.api.webhook_mac(b"an endpoint"),
        }


def _searched(world: World) -> tuple[int, Any]:
    answer = world.force().post("/v1/searches", SEARCH, Idempotency_Key="key-1")
    return answer.status_code, answer.json().get("search_id")


def _where(settings: Settings) -> dict[str, Any]:
    return {"store": settings.store, "database_url": settings.database_address}
