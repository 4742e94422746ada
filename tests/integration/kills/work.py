"""The children's work on a store until they are killed, and the file of acknowledgements."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from domain.access.access import Actor, Caller, Purpose, Role, Scope
from domain.ids import PersonId, UserId
from domain.retention.erasures import ErasureBasis
from matching.scorer import Scorer
from service.bootstrap.runtime import Runtime, assemble
from service.cli.enrolling import PlannedChunk, enrol_chunks
from service.main import run
from service.settings import Settings
from service.usecases.people.encounters import own_encounter
from service.usecases.people.enrolment import Enrol, NewRecord, enrol
from service.usecases.people.erasure import (
    AskErasure,
    ask_erasure,
    carry_out_erasures,
    confirm_erasure,
    erasures,
)
from tests.contract.builders import NOON
from tests.integration.kills.people import FORCE, bulk_batch, details, impressions

CALLER = Caller(
    Actor(UserId("kills"), Role.ADMINISTRATOR, FORCE, frozenset(Scope)), Purpose.OPERATIONS
)
CONFIRMER = replace(CALLER, actor=replace(CALLER.actor, user_id=UserId("kills-too")))
CHUNK = 30
"""People in a chunk of a bulk load."""
_CHUNKS_A_LOAD = 4
_HELD_AT_MOST = 400
"""Above this many people, erasing catches up."""


@dataclass(frozen=True, slots=True)
class Site:
    """A store, and the numbers of a child."""

    settings: Settings
    scorer: Scorer
    rng: np.random.Generator

    @property
    def journal(self) -> Journal:
        """The acknowledged changes."""
        return Journal(self.settings.store.parent / "journal")

    def open(self) -> Runtime:
        """Start on the store, as a process does."""
        return assemble(self.settings, self.scorer)


@dataclass(frozen=True, slots=True)
class Journal:
    """Lines on disk; one cut short by a kill was never acknowledged."""

    path: Path

    def note(self, kind: str, person_id: str, number: int) -> None:
        """Acknowledge an enrolment or erasure."""
        with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), "wb") as file:
            file.write(b"\n" + json.dumps([kind, person_id, number]).encode() + b";")
            file.flush()
            os.fsync(file.fileno())

    def people(self, kind: str) -> dict[str, int]:
        """Return the numbers of those enrolled, or erased, by person id."""
        return {person_id: number for found, person_id, number in self._lines() if found == kind}

    @property
    def next_number(self) -> int:
        """The first number never tried singly: attempts are noted before they begin."""
        numbers = [number for found, _, number in self._lines() if found == "trying"]
        return max(numbers, default=1_000_000) + 1

    def _lines(self) -> Iterator[tuple[str, str, int]]:
        if not self.path.exists():
            return
        for line in self.path.read_bytes().split(b"\n"):
            if line.endswith(b";"):
                kind, person_id, number = json.loads(line[:-1])
                yield kind, person_id, number


def load(site: Site, arm: Callable[[], None]) -> None:
    """Load chunks in bulk, starting with unfinished ones."""
    loaded = {number for number in site.journal.people("enrolled").values() if number < 1_000_000}
    runtime = site.open()
    arm()
    first = max(0, max(loaded, default=-1) // CHUNK - 1)
    numbers = range(first, first + _CHUNKS_A_LOAD)
    chunks = [PlannedChunk(n, CHUNK, lambda n=n: bulk_batch(_chunk(n))) for n in numbers]
    for number, chunk in zip(numbers, chunks, strict=True):
        enrol_chunks(runtime, "source", [chunk], advance=lambda _: None)
        for person in _chunk(number):
            site.journal.note("enrolled", f"person-{person}", person)
    runtime.close()


def _chunk(number: int) -> range:
    return range(number * CHUNK, (number + 1) * CHUNK)


def enrol_one_by_one(site: Site, arm: Callable[[], None]) -> None:
    """Enrol people one by one."""
    runtime = site.open()
    arm()
    for _ in range(20):
        number = site.journal.next_number
        site.journal.note("trying", "", number)
        command = Enrol(CALLER, NOON, impressions(number), NewRecord(details(number)))
        encounter_id = enrol(runtime.services, command)
        person_id = own_encounter(runtime.services, CALLER, encounter_id).person_id
        site.journal.note("enrolled", person_id, number)
    runtime.close()


def erase(site: Site, arm: Callable[[], None]) -> None:
    """Erase people one by one."""
    runtime = site.open()
    enrolled, erased = site.journal.people("enrolled"), site.journal.people("erased")
    held = sorted(enrolled.keys() - erased.keys())
    many = 8 + max(0, len(held) - _HELD_AT_MOST)
    arm()
    for person_id in site.rng.permutation(held)[:many].tolist():
        _resume(runtime)
        with runtime.services.units.read() as unit:
            is_gone = unit.people.person_row(PersonId(person_id)) is None
        if not is_gone:
            command = AskErasure(
                CALLER, PersonId(person_id), ErasureBasis.COURT_ORDER, "ORDER-1", "CO/1"
            )
            confirm_erasure(runtime.services, CONFIRMER, ask_erasure(runtime.services, command))
        carry_out_erasures(runtime.services)
        site.journal.note("erased", person_id, enrolled[person_id])
    runtime.close()


def _resume(runtime: Runtime) -> None:
    """Go on where a killed child left an erasure: asked for, or confirmed and due."""
    services = runtime.services
    for begun in erasures(services, CALLER, is_open=True, before=None, limit=10).items:
        if begun.confirmed_at is None:
            confirm_erasure(services, CONFIRMER, begun.erasure_id)
    carry_out_erasures(services)


def compact(site: Site, arm: Callable[[], None]) -> None:
    """Compact and merge while people come and go."""
    runtime = site.open()
    arm()
    for _ in range(4):
        runtime.services.gallery.index.maintain()
        runtime.services.gallery.index.compact()
        number = site.journal.next_number
        site.journal.note("trying", "", number)
        enrol(runtime.services, Enrol(CALLER, NOON, impressions(number)))
    runtime.close()


def rekey(site: Site, arm: Callable[[], None]) -> None:
    """Run the command that moves the store to a fresh key."""
    store = site.settings.store
    os.environ["IDENTLINK_DATABASE_URL"] = site.settings.database_address
    sys.argv = ["identlink", "index", "rekey", "--store", str(store), "--json"]
    arm()
    try:
        run()
    except SystemExit as ended:
        if ended.code:
            raise AssertionError(f"rekey was refused: {ended.code}") from ended


WORK: Mapping[str, Callable[[Site, Callable[[], None]], None]] = {
    "load": load,
    "enrol": enrol_one_by_one,
    "compact": compact,
    "erase": erase,
    "rekey": rekey,
}
"""Each kind of work, in the order of the turns."""
