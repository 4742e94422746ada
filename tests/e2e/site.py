"""The real application on a free port, with synthetic people whose prints can be viewed."""

from __future__ import annotations

import io
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from data.synthetic.population import Population, ProbePlan, make_mark, make_probe
from domain.access.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.examination.cases import Outcome, Priority
from domain.ids import CaseId, ForceCode, PersonId, UserId, short_name
from domain.prints.prints import FingerPosition, Impression, ImpressionType
from domain.searches.searches import Probe, SearchType
from indexing.codes.batches import Gallery
from service.app import create_app
from service.bootstrap.runtime import Runtime, start
from service.cli.serving.http_server import share_interpreter
from service.demo.stage import Donor, SyntheticPrints, read_donors, remember_donors
from service.logs import build_logger
from service.ports.print_images import OfEncounter, OfSearch, PrintImage
from service.settings import load_settings
from service.storage.engine.migrate import upgrade
from service.storage.people.encounters import Placement
from service.usecases.access.accounts import AddAccount, add_account
from service.usecases.examination.claiming import claim_case
from service.usecases.examination.desk import set_priority
from service.usecases.examination.sealing import (
    SealAnalysis,
    SealComparison,
    SealDecision,
    seal_analysis,
    seal_comparison,
    seal_decision,
)
from service.usecases.examination.views import examiner_view, next_exemplar
from service.usecases.searches.searching import SubmitSearch, submit_search
from service.usecases.workbench import Workbench
from tests.integration.api.driver import ROOT
from tests.integration.looking import look
from tests.integration.web.driver import PASSWORD, with_fast_hashes
from tests.points import pairs_set

SEED = 11
PEOPLE = 60
FORCE = Caller(
    Actor(UserId("custody"), Role.FORCE, ForceCode("01"), ROLE_SCOPES[Role.FORCE]), Purpose.ARREST
)


@dataclass(slots=True)
class Site:
    """A running application, with direct access for preparing tests."""

    address: str
    app: FastAPI
    bench: Workbench
    population: Population
    store: Path

    def tenprint_case(self, number: int, *, capture: int = 1) -> CaseId:
        """Search with a new capture of a person and return the case it opened."""
        found = make_probe(self.population, number, ProbePlan(capture=capture))
        return self._case(SearchType.TP_TP, found.probe, Donor(number, found.booking.capture))

    def mark_case(
        self, number: int, *, capture: int = 1, finger: FingerPosition = FingerPosition.RIGHT_THUMB
    ) -> CaseId:
        """Search with a mark of a person's finger and return the case it opened."""
        found = make_mark(self.population, number, ProbePlan(capture=capture, positions=(finger,)))
        donor = Donor(number, found.booking.capture, position=int(finger))
        return self._case(SearchType.LT_TP, found.probe, donor)

    def _case(self, kind: SearchType, probe: Probe, donor: Donor) -> CaseId:
        services = self.bench.services
        search_id = submit_search(services, SubmitSearch(FORCE, kind, probe))
        remember_donors(self.store, {search_id: donor})
        with services.units.read() as unit:
            case = unit.cases.of_search(search_id)
        assert case is not None, "the search proposed nobody"
        return case.case_id

    def task_of(self, case_id: CaseId) -> str:
        """Return the short name under which a waiting case is in the queue."""
        with self.bench.services.units.read() as unit:
            case = unit.cases.get(case_id)
        assert case is not None
        return short_name(case.revision)

    @contextmanager
    def exemplars(self, count: int) -> Iterator[None]:
        """Let pages show so many exemplars of a mark while the block runs."""
        services = self.bench.services
        policy = replace(services.policy, mark_exemplars=count)
        self.app.state.workbench = replace(self.bench, services=replace(services, policy=policy))
        yield
        self.app.state.workbench = self.bench

    def hurry(self, case_id: CaseId) -> None:
        """Make a case urgent: it comes first in the queue."""
        caller = replace(self.caller("supervisor-a"), purpose=Purpose.SUPERVISION)
        set_priority(self.bench, caller, case_id, Priority.URGENT)

    def let_sessions_run_out(self) -> None:
        """Age every session beyond its idle limit."""
        idle = self.bench.sign_in.idle_timeout + timedelta(minutes=1)
        database = sqlite3.connect(self.store / "identlink.db", timeout=10)
        with closing(database), database:
            rows = database.execute("SELECT secret_sha256, last_seen_at FROM sessions").fetchall()
            aged = [(str(datetime.fromisoformat(at) - idle), secret) for secret, at in rows]
            database.executemany(
                "UPDATE sessions SET last_seen_at = ? WHERE secret_sha256 = ?", aged
            )

    def person_of(self, number: int) -> PersonId:
        """Return the id of a synthetic person."""
        return self.population.person_ids(number, number + 1)[0]

    def labels(self, case_id: CaseId, examiner: str, number: int) -> set[str]:
        """Return the labels under which an examiner with a claimed case sees this person."""
        with self.bench.services.units.read() as unit:
            account = unit.accounts.by_name(examiner)
            assert account is not None
            seen = unit.cases.examination(case_id, account.user_id)
            assert seen is not None
            shown = [(label, unit.searches.candidate(c)) for label, c in seen.order]
        person = self.person_of(number)
        return {label for label, found in shown if found and found.person_id == person}

    def examine(self, case_id: CaseId, examiner: str, *, identify: int | None) -> None:
        """Let an examiner work a case through the use cases: identify this person, or no one."""
        services = self.bench.services
        caller = self.caller(examiner)
        claim_case(services, caller, case_id)
        seal_analysis(services, SealAnalysis(caller, case_id, is_of_value=True, notes="Clear."))
        wanted = set() if identify is None else self.labels(case_id, examiner, identify)
        found = None
        while (shown := next_exemplar(services, caller, case_id)) is not None:
            outcome = Outcome.IDENTIFIED if shown.label in wanted else Outcome.EXCLUDED
            found = shown.label if shown.label in wanted else found
            reason = "The ridge flow and twelve points agree." if found else "The patterns differ."
            seen = look(services, caller, case_id, shown)
            named = seen if shown.label in wanted else ()
            points = pairs_set(int(seen[0]))
            seal_comparison(
                services,
                SealComparison(
                    caller, case_id, shown.label, outcome, reason, points, identified=named
                ),
            )
        outcome = Outcome.IDENTIFIED if found else Outcome.EXCLUDED
        revision = examiner_view(services, caller, case_id).revision
        seal_decision(
            services,
            SealDecision(caller, case_id, outcome, found, "All points considered.", revision),
        )

    def caller(self, name: str) -> Caller:
        """Return an account's caller."""
        with self.bench.services.units.read() as unit:
            account = unit.accounts.by_name(name)
        assert account is not None
        return Caller(account.actor, Purpose.EXAMINATION)


class EveryPrint(SyntheticPrints):
    """Draws the people whose prints a test searched with, and everyone else as one stranger.

    Look-alikes come up in every case, and prints without a picture may not be excluded; no test
    looks at their ridges, and each finger more takes a quarter of a second to draw.
    """

    def __init__(self, store: Path) -> None:
        super().__init__(SEED, persons=PEOPLE, store=store)
        self._of_stranger: dict[tuple[FingerPosition, ImpressionType], PrintImage | None] = {}

    def of(self, capture: OfSearch | OfEncounter, impression: Impression) -> PrintImage | None:
        """Return the drawing of any enrolled impression, captures that tests enrol included."""
        if isinstance(capture, OfSearch):
            return super().of(capture, impression)
        donor = self._encounters.get(capture.owner)
        searched = {one.person_number for one in read_donors(self._store).values()}
        if donor is not None and donor.person_number in searched:
            return super().of(capture, impression)
        key = impression.position, impression.impression_type
        if key not in self._of_stranger:
            as_stranger = replace(impression, quality=_CLEAR)
            self._of_stranger[key] = self._drawn(_STRANGER, as_stranger)
        return self._of_stranger[key]


_STRANGER = Donor(PEOPLE, capture=0)
_CLEAR = 80


@contextmanager
def running_site(store: Path, *, exchange_state: str | None = None) -> Iterator[Site]:
    """Serve a fresh store with people and accounts on a free port of the loopback."""
    # As in a server: else each of its threads keeps the memory of the prints that it drew.
    share_interpreter()
    store.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{store / 'identlink.db'}"
    upgrade(url)
    runtime = start(
        load_settings(
            store=store,
            database_url=url,
            workbench_over_http=True,
            differences_reviewed=True,
            exchange_state=exchange_state,
        )
    )
    population = Population(SEED)
    _enrol(runtime, population)
    app = create_app(runtime, logger=build_logger(io.StringIO()), prints=EveryPrint(store))
    bench = with_fast_hashes(app)
    for name, role in _PEOPLE_AT_WORK:
        force = _FORCES.get(role)
        add_account(bench, AddAccount(ROOT, name, PASSWORD, role, force))
    with serving(app) as address:
        yield Site(address, app, bench, population, store)


_PEOPLE_AT_WORK = (
    ("examiner-a", Role.EXAMINER),
    ("examiner-b", Role.EXAMINER),
    ("examiner-c", Role.EXAMINER),
    ("supervisor-a", Role.SUPERVISOR),
    ("auditor-a", Role.AUDITOR),
    ("custody-01", Role.FORCE),
    ("administrator-a", Role.ADMINISTRATOR),
    ("keyer-a", Role.KEYER),
    ("reconciler-a", Role.RECONCILER),
    ("sampler-a", Role.SAMPLER),
    ("officer-a", Role.CASE_OFFICER),
    ("body-a", Role.REFERRAL_BODY),
    ("custody-02", Role.FORCE),
    ("office-a", Role.CASE_OFFICER),
    ("office-b", Role.CASE_OFFICER),
)
_FORCES = {
    Role.FORCE: ForceCode("01"),
    Role.RECONCILER: ForceCode("89"),
    Role.CASE_OFFICER: ForceCode("89"),
}


def _enrol(runtime: Runtime, population: Population) -> None:
    with runtime.services.units.write() as unit:
        for person in population.people(0, PEOPLE):
            row = unit.people.add_person(person.person_id)
            if person.record is not None:
                unit.people.put_record(person.record)
            for capture in person.encounters:
                unit.encounters.add(
                    capture.encounter, Placement(row, Gallery.TENPRINTS, year_of_birth=0)
                )
        unit.commit()
    runtime.services.gallery.catch_up()


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        assert server.started, "the site did not start"
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        listening.close()
