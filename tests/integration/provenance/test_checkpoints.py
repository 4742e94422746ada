"""Checkpoints made by a serving process, and proofs as an auditor fetches them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from domain.outages import StoreLockedError
from service.adapters.log_signer import FileSigner
from service.background.log_keepers import CheckpointKeeper
from service.bootstrap.keys import open_log_signer
from service.ports.signing import RootAt
from service.provenance.log.checkpoints import Checkpoint, open_checkpoint
from service.provenance.log.proofs import parse_receipt, verify_consistency, verify_receipt
from service.settings import Settings
from service.storage.log.checkpoints import StoredCheckpoint
from service.usecases.log import checkpoints
from service.usecases.log.checkpoints import CheckpointPlan, latest_checkpoint, make_checkpoint
from tests.integration.api.driver import World
from tests.integration.provenance.links import opened_world


def _keeper(world: World, settings: Settings, *, events: int, seconds: int) -> CheckpointKeeper:
    plan = CheckpointPlan(events, seconds)
    return CheckpointKeeper(world.services, open_log_signer(settings), plan)


def _signed(world: World) -> StoredCheckpoint | None:
    with world.services.units.read() as unit:
        return unit.checkpoints.latest()


def test_a_checkpoint_is_due_after_so_many_events(world: World, settings: Settings) -> None:
    keeper = _keeper(world, settings, events=1_000, seconds=86_400)
    eager = _keeper(world, settings, events=1, seconds=86_400)

    waiting = keeper.step(None)
    before = _signed(world)
    signed = eager.step(waiting)

    assert waiting is not None
    assert (before, signed) == (None, None)
    assert latest_checkpoint(world.services).size == world.counts()[0]
    assert keeper.step(None) is None


def test_a_checkpoint_is_due_after_so_long(world: World, settings: Settings) -> None:
    keeper = _keeper(world, settings, events=1_000, seconds=60)
    now = world.services.surroundings.clock()

    soon = keeper.step(now - timedelta(seconds=10))
    due = keeper.step(now - timedelta(seconds=61))

    assert soon == now - timedelta(seconds=10)
    assert due is None
    assert _signed(world) is not None


def test_a_server_that_stops_leaves_nothing_unsigned(settings: Settings, scorer: object) -> None:
    with opened_world(settings, scorer) as world:  # type: ignore[arg-type]
        world.enrol(1)
        size = world.counts()[0]
    with opened_world(settings, scorer) as world:  # type: ignore[arg-type]
        signed = _signed(world)

    assert signed is not None
    assert signed.size == size


def test_what_goes_wrong_while_keeping_is_told_and_the_keeper_goes_on(
    world: World, settings: Settings
) -> None:
    keeper = _keeper(world, settings, events=1, seconds=60)
    open_log_signer(settings).memory.write_bytes(b"nonsense")
    told: list[Exception] = []

    with keeper.running(told.append):
        pass

    assert [type(error).__name__ for error in told] == ["StateBehindError"]


def test_an_auditor_fetches_and_checks_everything(world: World, settings: Settings) -> None:
    auditor = world.auditor()
    signer = open_log_signer(settings)
    first = make_checkpoint(world.services, signer).size
    world.enrol(1)
    last = make_checkpoint(world.services, signer).size
    entry = auditor.get("/v1/log/entries?start=1&limit=1").json()["entries"][0]

    note = auditor.get("/v1/log/checkpoint")
    growth = auditor.get(f"/v1/log/proofs/consistency?from={first}&to={last}").json()
    proved = auditor.get(f"/v1/log/proofs/inclusion?event={entry['event_id']}").json()

    signed = open_checkpoint(note.content, signer.verifier).checkpoint
    with world.services.units.read() as unit:
        older = unit.checkpoints.covering(first)
    assert older is not None
    verify_consistency(
        first,
        last,
        proof=tuple(base64.b64decode(step) for step in growth["proof"]),
        old_root=open_checkpoint(older.note, signer.verifier).checkpoint.root,
        root=signed.root,
    )
    shown = verify_receipt(parse_receipt(proved["receipt"].encode()), signer.verifier)
    assert signed.size == last
    assert shown.event.event_id == entry["event_id"]
    assert note.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/log/checkpoint", 404),
        ("/v1/log/proofs/inclusion?event=unknown", 404),
        ("/v1/log/proofs/inclusion", 422),
        ("/v1/log/proofs/consistency?from=3&to=2", 400),
        ("/v1/log/proofs/consistency?from=0&to=99999", 400),
    ],
)
def test_what_cannot_be_proved_is_refused(world: World, path: str, status: int) -> None:
    assert world.auditor().get(path).status_code == status


@dataclass(frozen=True)
class Sleeping(FileSigner):
    """A signer whose host is paused when it has signed and not stored the signature yet."""

    meanwhile: Callable[[], object] = lambda: None

    def sign(self, checkpoint: Checkpoint, root_at: RootAt) -> bytes:
        """Sign, and sleep while others work on."""
        note = FileSigner.sign(self, checkpoint, root_at)
        self.meanwhile()
        return note


@pytest.mark.promise("tampering")
def test_a_host_that_slept_while_it_signed_stores_nothing_when_it_wakes(
    world: World, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "LEASE", timedelta(seconds=-0.5))
    signer = open_log_signer(settings)
    other = FileSigner(signer.key, tmp_path / "other" / "checkpoint.last")
    stored: list[StoredCheckpoint] = []

    def work_on() -> None:
        world.enrol(77)
        stored.append(make_checkpoint(replace(world.services, host="b"), other))

    with pytest.raises(StoreLockedError):
        make_checkpoint(world.services, Sleeping(signer.key, signer.memory, meanwhile=work_on))

    with world.services.units.read() as unit:
        assert [one.size for one in unit.checkpoints.every()] == [stored[0].size]
        assert unit.hosts.signing_host() == "b"
    # It wakes, sees the longer log, and signs what follows.
    world.enrol(78)
    assert make_checkpoint(world.services, signer).size > stored[0].size
