"""The beginning and end of every demo: opening its own store, a link explained, serving.

A demo never starts on a store that holds other work, because it adds people who do not exist,
accounts of every role with one password, and a rule that lets findings be based only on templates.
Its store is recognised by the beginning of the log, which cannot be changed: tokens for the people
of the demo, one after the other.
"""

from __future__ import annotations

import io
import json
import signal
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import dropwhile, islice
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from rich.console import Console

from domain.errors import InvalidInputError
from domain.events.access import TokenIssued
from domain.events.catalogue import LoggedEvent
from domain.events.searches import IndexChanged, ModelChanged, ThresholdsChanged
from domain.ids import LinkId
from service.bootstrap.keys import open_log_signer
from service.bootstrap.runtime import Runtime, start
from service.bootstrap.stores import open_database
from service.cli.link import AUDITING_CONSOLE, link_text
from service.demo.calls import DEMO_PEOPLE, ApiCaller, issue_demo_tokens
from service.demo.report import print_doors, print_provenance, print_tokens
from service.demo.stage import DemoOptions, Stage, running
from service.demo.tour import SIGN_INS, agree_with_agency, renew_sign_ins, tour_page
from service.ports.surroundings import Surroundings
from service.provenance.court import verify
from service.provenance.prov_view import prov_n
from service.settings import Settings
from service.storage.database import Database
from service.storage.unit_of_work import UnitOfWork
from service.usecases.links.court import CourtDesk, court_bundle
from service.usecases.links.links import link_history
from service.usecases.log.checkpoints import make_checkpoint
from service.web.court_page import court_page


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


def show_court_bundle(stage: Stage, link_id: LinkId) -> None:
    """Write the court bundle of a link beside the store, check it, and print the result."""
    signer = stage.runtime.keeper.signer
    desk = CourtDesk(
        stage.runtime.services, signer, stage.bench.prints, court_page, stage.bench.services.policy
    )
    path = stage.store / f"link-{link_id[:8]}.zip"
    path.write_bytes(court_bundle(desk, AUDITING_CONSOLE, link_id))
    stage.console.print(f"[bold]The first link for court:[/bold] {path}", soft_wrap=True)
    _print_check(stage.console, path.read_bytes(), str(signer.verifier))


def _print_check(console: Console, bundle: bytes, log_key: str) -> None:
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            archive.extractall(folder)
        verify.run([str(Path(folder)), "--log-key", log_key], lines.append)
    failed = [line for line in lines if line.startswith("FAILED")]
    for line in (*failed, f"{len(lines) - 1} statements checked. {lines[-1]}"):
        console.print(line.rstrip(), highlight=False, markup=False, soft_wrap=True)


def opened(settings: Settings, outside: Surroundings | None = None) -> Runtime:
    """Return the services of a demo's store, after its schema is brought up to date.

    `outside` is as in `start`. Raises InvalidInputError, changing nothing, for a store in use.
    """
    Console(stderr=True).print(f"Opening the store {settings.store}.", soft_wrap=True)
    with closing(open_database(settings)) as database:
        demand_own(database)
        database.upgrade()
    runtime = start(settings, outside)
    begin_own(runtime)
    return runtime


@contextmanager
def served(runtime: Runtime, app: FastAPI, options: DemoOptions) -> Iterator[Stage]:
    """Serve the application with its guided tour, and yield the running demo: its address,
    accounts and console (`Stage`).
    """
    app.include_router(tour_page())
    settings = runtime.settings
    port = settings.port if options.is_serving else 0
    with running(app, host=settings.host, port=port) as address:
        console = Console(stderr=options.is_json, emoji=False)
        yield Stage.set(runtime, address, console, app, is_verbose=options.is_verbose)


def show_provenance(stage: Stage, auditor: ApiCaller, summaries: Sequence[dict[str, Any]]) -> None:
    """Show how the first link was made, and its court bundle."""
    linked = next((s["link_id"] for s in summaries if s["link_id"]), None)
    if linked is None:
        return
    show_court_bundle(stage, LinkId(linked))
    make_checkpoint(stage.runtime.services, open_log_signer(stage.runtime.settings))
    history = link_history(stage.runtime.services, AUDITING_CONSOLE, LinkId(linked))
    replay = auditor.post(f"/v1/links/{linked}/replay")["verdict"]
    stage.console.print(f"Its search, computed again: [bold]{replay}[/bold].")
    checkpoint = auditor.get_text("/v1/log/checkpoint")
    text, view = link_text(history), prov_n(history)
    print_provenance(stage.details, text=text, prov_n=view, replay=replay, checkpoint=checkpoint)


def serve_until_stopped(stage: Stage) -> None:
    """Print the addresses and sign-ins, and keep the service running until it is stopped."""
    print_tokens(stage.details, stage.secrets)
    password = renew_sign_ins(stage.runtime)
    agree_with_agency(stage)
    print_doors(stage.console, stage.address, password, SIGN_INS)
    wait_until_stopped()
    stage.console.print("Stopping.")


def wait_until_stopped() -> None:
    """Wait until a person or the system stops this process."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()
