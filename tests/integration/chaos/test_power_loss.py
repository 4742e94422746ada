"""The machine loses power while a SQLite store is written: unsynced bytes are gone or torn.

What is simulated: the database with its write-ahead log is copied and the log cut at any byte,
with zeros, with noise or with nothing after the cut. That is the state after a loss of power in
which the file system kept a prefix of all that was written. The keys are kept whole: they are
synced before the commit that needs them. Writes out of order are not simulated.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from domain.ids import EncounterId
from service.bootstrap.keys import open_log_signer
from service.bootstrap.runtime import assemble
from service.bootstrap.stores import open_database, open_store
from service.provenance.bundle.bundle import TrustedKeys
from service.settings import Settings, load_settings
from service.usecases.log.verification import verify_store
from service.usecases.people.enrolment import Enrol, enrol
from tests.ahead import shipped_model
from tests.contract.builders import NOON, tenprint
from tests.integration.kills.work import CALLER

pytestmark = pytest.mark.promise("kills")

PEOPLE = 12
_DATABASE = "identlink.sqlite3"


@dataclass(frozen=True, slots=True)
class Written:
    """A store at the moment of the loss, and how much was acknowledged at which length."""

    settings: Settings
    log: bytes
    """The write-ahead log."""
    acknowledged: tuple[tuple[int, EncounterId], ...]
    """The length of the write-ahead log at each acknowledgement, and what was acknowledged."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    store = tmp_path_factory.mktemp("power") / "store"
    settings = load_settings(store=store)
    database = open_database(settings)
    database.upgrade()
    database.close()
    runtime = assemble(settings, shipped_model())
    log = store / f"{_DATABASE}-wal"
    acknowledged = []
    for person in range(1, PEOPLE + 1):
        done = enrol(runtime.services, Enrol(CALLER, NOON, tenprint(person)))
        acknowledged.append((log.stat().st_size, done))
    lost = store.with_name("lost")
    shutil.copytree(store, lost)
    content = (lost / f"{_DATABASE}-wal").read_bytes()
    runtime.close()
    return Written(load_settings(store=lost), content, tuple(acknowledged))


def _after_loss(written: Written, at: int, tail: bytes, directory: Path) -> Settings:
    """Return the store as it is found when the power is back."""
    store = directory / "store"
    shutil.copytree(written.settings.store, store)
    (store / f"{_DATABASE}-shm").unlink(missing_ok=True)
    (store / f"{_DATABASE}-wal").write_bytes(written.log[:at] + tail)
    return load_settings(store=store)


def _assert_whole(written: Written, at: int, settings: Settings) -> None:
    """Demand a log that verifies, and everything that was acknowledged before the cut."""
    keys = TrustedKeys(open_log_signer(settings).verifier)
    with open_store(settings) as services:
        assert verify_store(services, keys).log.findings == ()
        with services.units.read() as unit:
            held = [
                unit.encounters.get(encounter_id) is not None
                for length, encounter_id in written.acknowledged
                if length <= at
            ]
    assert all(held)


def _cuts(written: Written, number: int) -> list[int]:
    """Return places to cut at: the length at each acknowledgement, and random ones."""
    rng = np.random.default_rng(71)
    random = rng.integers(0, len(written.log), number).tolist()
    return [*(length for length, _ in written.acknowledged), *random]


def _lose_power(written: Written, cuts: list[int], directory: Path) -> None:
    rng = np.random.default_rng(72)
    for number, at in enumerate(cuts):
        tail = (b"", b"\0" * 5_000, rng.bytes(5_000))[number % 3]
        settings = _after_loss(written, at, tail, directory / str(number))
        _assert_whole(written, at, settings)
        shutil.rmtree(directory / str(number))


def test_a_store_that_lost_unsynced_bytes_holds_all_that_was_acknowledged(
    written: Written, tmp_path: Path
) -> None:
    _lose_power(written, _cuts(written, 4)[-8:], tmp_path)


@pytest.mark.slow
def test_a_store_survives_a_loss_of_power_at_any_byte(written: Written, tmp_path: Path) -> None:
    _lose_power(written, _cuts(written, 150), tmp_path)
