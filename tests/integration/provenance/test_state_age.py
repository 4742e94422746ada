"""A served store whose log is taken back, rewritten, or whose key forgets."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.access.access import Role
from domain.errors import StateBehindError
from domain.events.log import StateReason
from matching.scorer import Scorer
from service.bootstrap.keys import open_log_signer
from service.bootstrap.runtime import assemble
from service.bootstrap.stores import open_store, open_unaged_store
from service.cli.context import CONSOLE
from service.settings import Settings, load_settings
from service.usecases.log.administration import accept_state
from service.usecases.log.checkpoints import make_checkpoint
from tests.integration.api.driver import World
from tests.integration.api.prints import encounter
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.provenance.links import opened_world

_PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Served:
    """A served store with a person, signed, and a copy of its database from before."""

    world: World
    settings: Settings
    copy: Path
    older_memory: Path

    @property
    def memory(self) -> Path:
        return self.settings.keys_directory / "checkpoint.last"

    def roll_back(self) -> None:
        """Put the copy in place of the database, under the eyes of the service."""
        _copied(self.copy, self.settings.database_file)

    def fork(self) -> None:
        """Take the log back and let it grow beyond what was signed, on other events."""
        self.roll_back()
        kept = self.memory.read_bytes()
        shutil.copyfile(self.older_memory, self.memory)
        for number in range(10):
            self.world.secret(Role.AUDITOR, f"other-{number}")
        self.memory.write_bytes(kept)

    def forget(self) -> None:
        self.memory.unlink()

    def waits_for_readiness(self, status: int) -> None:
        """Wait until the service itself has noticed."""
        until = time.monotonic() + _PATIENCE_S
        while self.world.client.get("/readyz").status_code != status:
            assert time.monotonic() < until
            time.sleep(0.1)


def _copied(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


@pytest.fixture
def served(tmp_path: Path, scorer: Scorer) -> Iterator[Served]:
    settings = load_settings(store=tmp_path / "store")
    with opened_world(settings, scorer) as world:
        signer = open_log_signer(settings)
        world.force()
        make_checkpoint(world.services, signer)
        made = Served(world, settings, tmp_path / "copy", tmp_path / "checkpoint.last")
        _copied(settings.database_file, made.copy)
        shutil.copyfile(made.memory, made.older_memory)
        world.enrol(1)
        make_checkpoint(world.services, signer)
        yield made


VARIANTS = pytest.mark.parametrize("change", [Served.roll_back, Served.fork, Served.forget])


@VARIANTS
def test_a_service_that_finds_its_log_behind_serves_no_call_that_writes(
    served: Served, change: Callable[[Served], None]
) -> None:
    change(served)
    served.waits_for_readiness(503)

    ready = served.world.client.get("/readyz")
    enrolled = served.world.force().post("/v1/encounters", encounter(2))
    lines = [json.loads(line) for line in served.world.log.getvalue().splitlines()]

    assert_problem(ready, 503, "state-behind")
    assert "identlink log age" in ready.json()["detail"]
    assert_problem(enrolled, 503, "state-behind")
    assert "identlink_state_behind 1.0" in served.world.client.get("/metrics").text
    assert [one["level"] for one in lines if one["event"] == "state-behind"] == ["error"]


@VARIANTS
def test_it_does_not_start_again_on_such_a_log(
    served: Served, scorer: Scorer, change: Callable[[Served], None]
) -> None:
    change(served)

    with pytest.raises(StateBehindError):
        assemble(served.settings, scorer)
    with pytest.raises(StateBehindError), open_store(served.settings):
        pass


@VARIANTS
def test_it_serves_again_once_the_state_is_accepted(
    served: Served, change: Callable[[Served], None]
) -> None:
    change(served)
    served.waits_for_readiness(503)

    with open_unaged_store(served.settings) as services:
        accept_state(
            services,
            open_log_signer(served.settings),
            CONSOLE,
            reason=StateReason.TAMPERING_EXAMINED,
            authority="CHG-1",
        )
    served.waits_for_readiness(200)

    assert served.world.secret(Role.AUDITOR, "somebody")
    assert "identlink_state_behind 0.0" in served.world.client.get("/metrics").text


def test_a_log_that_grows_is_never_behind(world: World, settings: Settings) -> None:
    signer = open_log_signer(settings)
    for number in range(5):
        world.secret(Role.AUDITOR, f"one-{number}")
        make_checkpoint(world.services, signer)

    with open_store(settings) as services, services.units.read() as unit:
        assert unit.events.size() >= 5
