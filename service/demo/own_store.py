"""A demo uses a separate store: it never starts on a store that holds other work.

A demo adds people who do not exist, accounts of every role with one password, and a rule that lets
findings be based only on templates. Its store is recognised by the beginning of the log, which
cannot be changed: tokens for the people of the demo, one after the other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import dropwhile, islice
from pathlib import Path

from domain.errors import InvalidInputError
from domain.events.access import TokenIssued
from domain.events.logged import LoggedEvent
from domain.events.searches import IndexChanged, ModelChanged, ThresholdsChanged
from service.bootstrap.runtime import Runtime
from service.demo.calls import DEMO_PEOPLE, issue_demo_tokens
from service.storage.database import Database
from service.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class DemoMemory:
    """A small file in the store that counts runs; each makes new captures of the same people."""

    path: Path
    persons: int
    seed: int
    runs: int

    @classmethod
    def open(cls, store: Path, *, persons: int, seed: int) -> DemoMemory:
        """Read or create the store's file; raises InvalidInputError for another demo."""
        path = store / "demo.json"
        if not path.exists():
            store.mkdir(parents=True, exist_ok=True)
            memory = cls(path, persons, seed, runs=0)
            memory._write()
            return memory
        held = json.loads(path.read_text(encoding="utf-8"))
        if (held["persons"], held["seed"]) != (persons, seed):
            raise InvalidInputError(
                f"The store holds the demo of {held['persons']} people with seed"
                f" {held['seed']}: use the same numbers, or name another store with --store."
            )
        return cls(path, persons, seed, held["runs"])

    @property
    def next_run(self) -> int:
        """The number of the run that is about to begin, from 1."""
        return self.runs + 1

    def count_run(self) -> None:
        """Record that a run has begun, before it submits anything."""
        DemoMemory(self.path, self.persons, self.seed, self.next_run)._write()

    def _write(self) -> None:
        held = {"persons": self.persons, "seed": self.seed, "runs": self.runs}
        self.path.write_text(json.dumps(held), encoding="utf-8")


_OF_STARTS = {one.event_type for one in (ModelChanged, ThresholdsChanged, IndexChanged)}
"""The events that a service writes when it starts, before anything else happens."""
_FIRST_ENTRIES = 100


def demand_own(database: Database) -> None:
    """Raise InvalidInputError for a database in which something happened before a demo began.

    Nothing is changed; the schema may be an older one, or may be missing.
    """
    if not database.has_schema():
        return
    with database.units_of_work().read() as unit:
        first = _first(unit)
    if first and tuple(map(_token_for, first)) != tuple(user for user, _ in DEMO_PEOPLE):
        raise InvalidInputError(
            "The store holds data that no demo made: name a new store with --store, and"
            " unset IDENTLINK_DATABASE_URL."
        )


def begin_own(runtime: Runtime) -> None:
    """Begin the log of an empty store so that it is recognised as a demo's."""
    with runtime.services.units.read() as unit:
        is_new = not _first(unit)
    if is_new:
        issue_demo_tokens(runtime)


def _first(unit: UnitOfWork) -> tuple[LoggedEvent, ...]:
    """Return the first log entries, without start-up events, that identify a demo."""
    entries = unit.events.entries(start=0, limit=_FIRST_ENTRIES)
    others = dropwhile(lambda one: one.event_type in _OF_STARTS, entries)
    return tuple(islice(others, len(DEMO_PEOPLE)))


def _token_for(entry: LoggedEvent) -> str | None:
    if entry.event_type != TokenIssued.event_type:
        return None
    return str(json.loads(entry.body)["facts"]["user"])
