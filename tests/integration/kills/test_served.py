"""API and workers killed under load: no acknowledged change is lost or doubled."""

from __future__ import annotations

import json
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic

import numpy as np
import pytest
from sqlalchemy import func, select

from domain.access.access import ROLES_OF_FORCES, Purpose, Role
from domain.events.links import Linked
from domain.events.searches import Searched
from domain.examination.cases import Outcome
from domain.examination.finding_policy import TEMPLATES_ALONE
from domain.exchange.codes import StateCode, Transport
from domain.ids import BatchId, CaseId, ForceCode, LinkId, SearchId
from domain.jobs import JobKind, JobState
from domain.searches.searches import Search
from service.adapters.custody.key_bytes import fresh_signing
from service.bootstrap.desks import open_exchange
from service.bootstrap.keys import open_log_signer
from service.bootstrap.runtime import Runtime, open_runtime
from service.bootstrap.stores import open_store
from service.channels.exchange.signatures import JwsSignatures
from service.cli.context import CONSOLE
from service.provenance.bundle.bundle import TrustedKeys
from service.settings import Settings, load_settings
from service.storage.tables.cases import withdrawn_exemplars
from service.storage.unit_of_work import UnitOfWork
from service.usecases.access.tokens import IssueToken, issue_token
from service.usecases.examination.possible_outcomes import set_finding_policy
from service.usecases.exchange.desk import RegisterPartner, register_partner
from service.usecases.log.verification import verify_store
from tests.integration.api.prints import encounter
from tests.integration.kills.clients import (
    LINES,
    PEOPLE,
    Caller,
    Journal,
    Signals,
    batcher,
    examiner,
    repeat,
    searcher,
    told_apart,
)
from tests.integration.kills.office_clients import (
    STATE,
    asker,
    enquirer,
    enroller,
    eraser,
    pages,
    uploader,
)
from tests.integration.kills.processes import Processes, processes
from tests.integration.kills.told import Ears, open_ears
from tests.kept import kind_of

pytestmark = pytest.mark.promise("kills")

FORCE = ForceCode("01")
USERS = {
    "force": (Role.FORCE, Purpose.ARREST),
    "examiner-a": (Role.EXAMINER, Purpose.EXAMINATION),
    "examiner-b": (Role.EXAMINER, Purpose.EXAMINATION),
    "officer": (Role.CASE_OFFICER, Purpose.INTERNATIONAL_EXCHANGE),
    "public-pages": (Role.PUBLIC_PAGES, Purpose.APPLICATION),
    "supervisor-a": (Role.SUPERVISOR, Purpose.DELETION),
    "supervisor-b": (Role.SUPERVISOR, Purpose.DELETION),
}
_WITHDRAWN = select(func.count()).select_from(withdrawn_exemplars)
KINDS = ("search", "batch", "decision", "enrolment", "names enquiry", "question", "document")
SERVERS = ("api", "second api")
VICTIMS = (("api",), ("second api",), ("worker",), (*SERVERS, "worker"))
MOST_AHEAD_HOURS = 11
"""How far a clock jumps: two of them differ by less than the day that a key counts."""


@dataclass(slots=True)
class Site:
    """A served store, and its callers."""

    settings: Settings
    processes: Processes
    secrets: dict[str, str]
    ears: Ears
    journal: Journal = field(default_factory=Journal)

    def caller(self, name: str) -> Caller:
        return Caller(self.processes, self.secrets[name], USERS[name][1], self.journal)

    @contextmanager
    def load(self) -> Iterator[Signals]:
        """Let all callers work until the block ends; a failure in a thread fails here."""
        signals, failures = Signals(), list[BaseException]()
        signals.calling.set()
        steps = [
            searcher(self.caller("force"), "search-a"),
            searcher(self.caller("force"), "search-b"),
            batcher(self.caller("force"), "batch"),
            examiner(self.caller("examiner-a"), "examiner-a"),
            examiner(self.caller("examiner-b"), "examiner-b"),
            enroller(self.caller("force"), "enrolment", FORCE),
            enquirer(self.caller("force"), "enquiry"),
            asker(self.caller("officer"), "question"),
            uploader(self.caller("public-pages"), "document"),
            eraser(self.caller("supervisor-a"), self.caller("supervisor-b"), self.caller("force")),
        ]

        def work(number: int) -> None:
            try:
                repeat(steps[number], signals)
            except BaseException as error:  # noqa: BLE001 - reported by the thread of the test
                failures.append(error)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(len(steps))]
        for thread in threads:
            thread.start()
        try:
            yield signals
        finally:
            signals.stopping.set()
            for thread in threads:
                thread.join()
        if failures:
            raise failures[0]


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    settings = load_settings(store=tmp_path / "store", database_url=database_url)
    with open_runtime(settings) as runtime:
        # The captures of these tests are templates, which no examiner can look at.
        set_finding_policy(runtime.services, CONSOLE, TEMPLATES_ALONE, is_trial=True)
        secrets = {
            name: issue_token(
                runtime.services,
                IssueToken(
                    caller=CONSOLE,
                    user_id=name,  # type: ignore[arg-type]
                    role=role,
                    force=FORCE if role in ROLES_OF_FORCES else None,
                    valid_for=timedelta(days=30),
                    may_decide=True,
                ),
            ).secret
            for name, (role, _) in USERS.items()
        }
        register_pol(runtime)
    with processes(settings.store, database_url) as running, open_ears() as ears:
        served = Site(settings, running, secrets, ears)
        running.start(*SERVERS, "worker")
        ears.register(served.caller("force"))
        enrol(served)
        yield served


def register_pol(runtime: Runtime) -> None:
    """Register another State, to which messages go by a folder."""
    desk = open_exchange(runtime.settings.model_copy(update={"exchange_state": "GBR"}))
    assert desk is not None
    key = JwsSignatures(fresh_signing()).public_key
    register_partner(
        runtime.services,
        desk,
        CONSOLE,
        RegisterPartner(StateCode(STATE), Transport.DROP_FOLDER, "", key),
    )


def enrol(site: Site) -> None:
    force = site.caller("force")
    for person in range(PEOPLE):
        answer = force.post("/v1/encounters", told_apart(encounter(person, force=FORCE), person))
        assert answer.status == 201, answer.content


def kill_under_load(site: Site, *, kills: int, seed: int) -> Counter[str]:
    """Kill so many processes under load; check all acknowledged changes after each kill.

    Callers begin nothing new during the check and the restart: otherwise the log grows fastest
    while it is verified, and a hundred verifications take an hour. Each process lives again by a
    clock that jumped. Returns how often each process was killed.
    """
    rng, seen, deaths = np.random.default_rng(seed), Journal(), Counter[str]()

    def ahead() -> timedelta:
        return timedelta(hours=float(rng.uniform(-MOST_AHEAD_HOURS, MOST_AHEAD_HOURS)))

    with site.load() as signals:
        while deaths.total() < kills:
            threading.Event().wait(float(rng.uniform(0.1, 1.2)))
            victims = VICTIMS[int(rng.integers(len(VICTIMS)))]
            for name in victims:
                site.processes.kill(name)
            signals.calling.clear()
            deaths.update(victims)
            before, seen = seen, check(site, since=seen)
            site.processes.start(*victims, ahead=ahead)
            # As the writers themselves ask, of the service that has started again.
            assert site.journal.lost(before) == []
            signals.calling.set()
        _let_a_link_be_told(site)
    return deaths


def _let_a_link_be_told(site: Site) -> None:
    """Let callers go on until the force was told of a link, two minutes at most.

    A slow machine may not have examined a case to its end between two kills.
    """
    until = monotonic() + 120
    while not site.journal.links and monotonic() < until:
        threading.Event().wait(1.0)


def check(site: Site, *, since: Journal) -> Journal:
    """Demand the results acknowledged since then, and that the log verifies; return until when."""
    until = site.journal.copy()
    with open_store(site.settings) as services:
        report = verify_store(services, TrustedKeys(open_log_signer(site.settings).verifier))
        assert not report.log.findings, report.log.findings
        with services.units.read() as unit:
            assert_nothing_lost(unit, until.since(since))
    return until


def assert_nothing_lost(unit: UnitOfWork, told: Journal) -> None:
    for search_id in told.searches.values():
        assert unit.searches.get(SearchId(search_id)), "a search was lost"
    for decision_id, (case_id, name) in told.decisions.items():
        case = unit.cases.get(CaseId(case_id))
        assert case is not None
        sealed = {(d.decision_id, d.decided_by) for d in case.decisions}
        assert (decision_id, name) in sealed, "a decision was lost"
    for link_id in told.links.values():
        assert unit.links.get(LinkId(link_id)), "a link was lost"
    for batch_id in told.batches.values():
        assert unit.batches.get(BatchId(batch_id)), "a batch was lost"


def assert_nothing_doubled(site: Site) -> None:
    """Demand, once all is worked, one search for each key and line and one link for each case."""
    journal = site.journal
    with open_store(site.settings) as services, services.units.read() as unit:
        searches = unit.searches.page(FORCE, before=None, limit=100_000).items
        batches = unit.batches.page(FORCE, before=None, limit=100_000).items
        types = Counter(json.loads(entry.body)["type"] for entry in unit.events.every())
        lines = [
            job
            for batch in batches
            for job in unit.jobs.of_group(JobKind.SEARCH, batch.batch_id, after=0, limit=LINES)
        ]

        assert len(set(journal.searches.values())) == len(journal.searches)
        assert len(set(journal.batches.values())) == len(journal.batches)
        # Each key still unanswered at the end may have made one more search or batch.
        assert 0 <= len(batches) - len(journal.batches) <= 1
        assert {line.state for line in lines} == {JobState.DONE}
        assert len({line.result_ref for line in lines}) == LINES * len(batches)
        asked = [at for at in journal.own if at[0] == "names enquiry"]
        assert 0 <= len(searches) - len(lines) - len(journal.searches) - len(asked) <= 4
        assert types[Searched.event_type] == len(searches)
        assert_links_once(unit, searches)
        assert types[Linked.event_type] == unit.links.count()


def doubled(site: Site) -> list[str]:
    """Return the keys under which more than one capture, or question, is there."""
    force, officer, own = site.caller("force"), site.caller("officer"), site.journal.own
    found = Counter(
        one["reference"] for one in pages(officer, "/v1/exchange/requests", "requests")
    )
    for kind, key in own:
        if kind == "enrolment":
            path = f"/v1/encounters?reference={key}"
            found[key] += len(list(pages(force, path, "encounters")))
    return [key for key, times in found.items() if times > 1]


def withdrawn(site: Site) -> int:
    """Return how many exemplars left an open case, because their person was erased."""
    with open_store(site.settings) as services, services.units.read() as unit:
        return int(unit.transaction.connection.scalar(_WITHDRAWN) or 0)


def assert_links_once(unit: UnitOfWork, searches: tuple[Search, ...]) -> None:
    linked = 0
    for search in searches:
        case = unit.cases.of_search(search.search_id)
        sealed = case.decisions if case else ()
        examiners = [decision.decided_by for decision in sealed]
        assert len(set(examiners)) == len(examiners) <= 2
        agreed = [d for d in sealed if d.outcome is Outcome.IDENTIFIED]
        assert (search.link_id is not None) == (len(agreed) == 2)
        linked += search.link_id is not None
    assert linked == unit.links.count()


def finish(site: Site) -> None:
    """Wait until the workers have worked every line."""
    force = site.caller("force")
    for _ in range(600):
        batches = force.get_at_last("/v1/search-batches?limit=100").json()["batches"]
        if all(batch["finished_at"] for batch in batches):
            return
        threading.Event().wait(0.1)
    pytest.fail("Lines were left that nobody worked.")


# Starting a process costs seconds of processor time, so that even a few kills are slow.
@pytest.mark.slow
@pytest.mark.parametrize("kills", [3, 200])
def test_a_service_killed_under_load_loses_and_doubles_nothing(
    site: Site, kills: int, capsys: pytest.CaptureFixture[str]
) -> None:
    deaths = kill_under_load(site, kills=kills, seed=20263 + kills)
    finish(site)

    check(site, since=Journal())
    assert_nothing_doubled(site)
    lost, twice = site.journal.lost(Journal()), doubled(site)
    untold, told_twice = site.ears.untold(site.journal), site.ears.told_twice()
    acknowledged = Counter(kind for kind, _ in site.journal.own)
    told = {
        "kills": deaths,
        "acknowledged": acknowledged,
        "lost": len(lost),
        "doubled": len(twice),
        "messages": len(site.ears.messages()),
        "untold": len(untold),
        "told twice": len(told_twice),
        "connections that dripped": site.ears.dripping.connections,
        "exemplars withdrawn": withdrawn(site),
        "busy": len(site.journal.busy),
    }
    with capsys.disabled():
        sys.stdout.write(f"\n{kind_of(site.settings.database_address)}: {json.dumps(told)}\n")
    assert not twice
    assert not lost
    assert not untold
    assert not told_twice
    assert site.ears.dripping.connections
    assert not site.journal.faults
    if kills > 3:
        assert acknowledged.keys() >= {*KINDS, "erasure", "confirmation"}
        assert site.journal.links
        assert told["exemplars withdrawn"]
