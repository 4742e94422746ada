"""A colleague who reads the queue all day cannot tell verifications from first examinations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from domain.access import Caller
from domain.cases import Outcome
from domain.ids import CaseId
from service.usecases.examination.claiming import claim_case, release_case
from service.usecases.examination.queue import QueueFilter, QueueLine, claim_task, desk
from service.usecases.examination.sealing import (
    SealAnalysis,
    SealDecision,
    seal_analysis,
    seal_decision,
)
from service.usecases.examination.views import examiner_view
from tests.integration.web.clock import Clock, stop_clock
from tests.integration.web.driver import Office, Person
from tests.integration.web.test_order import add_cases

STEPS = 60
QUARTER = timedelta(minutes=15)


@dataclass(slots=True)
class Arrival:
    """All that a reader of the queue can note of a line when it first appears."""

    line: QueueLine
    at: datetime
    was_known: bool
    is_last: bool

    def noted(self) -> tuple[object, ...]:
        """Return what may differ from line to line, relative to the moment."""
        line = self.line
        age = self.at - line.ready_at
        return (
            self.was_known, self.is_last, timedelta() <= age < QUARTER, line.ready_at.minute % 15,
            line.target_at - line.ready_at, line.is_overdue, line.priority, line.activity,
            line.case_id, len(line.task_id or ""),
        )  # fmt: skip


@dataclass(slots=True)
class Observer:
    """Reads the list after everything that happens, and remembers each name."""

    office: Office
    caller: Caller
    before: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    arrivals: list[Arrival] = field(default_factory=list)

    def read(self, at: datetime) -> None:
        lines = desk(self.office.bench, self.caller, QueueFilter(limit=200)).waiting
        names = [line.name for line in lines]
        for place, line in enumerate(lines):
            if line.name not in self.before:
                is_last = place == len(lines) - 1
                arrival = Arrival(line, at, was_known=line.name in self.known, is_last=is_last)
                self.arrivals.append(arrival)
        # Those that stayed keep their order.
        stayed = [name for name in self.before if name in names]
        assert [name for name in names if name in self.before] == stayed
        self.before = names
        self.known |= set(names)


@dataclass(slots=True)
class Colleague:
    """An examiner who takes a case, and seals it or gives it back."""

    office: Office
    caller: Caller

    def take(self, case_id: CaseId) -> None:
        claim_case(self.office.bench.services, self.caller, case_id)

    def give_back(self, case_id: CaseId) -> None:
        release_case(self.office.bench.services, self.caller, case_id)

    def seal(self, case_id: CaseId) -> None:
        services = self.office.bench.services
        seal_analysis(services, SealAnalysis(self.caller, case_id, is_of_value=False))
        revision = examiner_view(services, self.caller, case_id).revision
        seal_decision(
            services,
            SealDecision(self.caller, case_id, Outcome.INSUFFICIENT, None, "No ridges.", revision),
        )


def _day(office: Office, observer: Observer, clock: Clock) -> dict[str, str]:
    """Work a day: new cases come, are sealed or given back; return the kind of each task."""
    rng = np.random.default_rng(8)
    people = [office.world.enrol(person) for person in range(5)]
    colleague = Colleague(office, office.examiner("examiner-b").caller(office))
    kinds, waiting, held = {}, [], list[CaseId]()
    for _ in range(STEPS):
        clock.move(minutes=float(rng.uniform(1, 20)))
        chance = rng.random()
        if held and chance < 0.5:
            case_id = held.pop(0)
            is_sealed = bool(rng.random() < 0.6)
            (colleague.seal if is_sealed else colleague.give_back)(case_id)
            kinds[office.world.task_of(case_id)] = "verification" if is_sealed else "first"
            waiting += [] if is_sealed else [case_id]
        elif waiting and chance < 0.75:
            held.append(waiting.pop(0))
            colleague.take(held[-1])
        else:
            waiting += add_cases(office, people, [clock.now])
            kinds[office.world.task_of(waiting[-1])] = "first"
        observer.read(clock.now)
    return kinds


def test_a_reader_of_the_queue_learns_nothing_of_earlier_examinations(office: Office) -> None:
    clock = stop_clock(office)
    observer = Observer(office, office.examiner("examiner-a").caller(office))

    kinds = _day(office, observer, clock)

    noted: dict[str, set[tuple[object, ...]]] = {"first": set(), "verification": set()}
    for arrival in observer.arrivals:
        noted[kinds[arrival.line.name]].add(arrival.noted())
    told = [kinds[arrival.line.name] for arrival in observer.arrivals]
    assert min(told.count("first"), told.count("verification")) >= 8
    # Whatever rule the reader has, it says the same of both kinds: no better than chance.
    assert noted["first"] == noted["verification"]
    assert len(noted["first"]) == 1


def test_a_name_of_the_queue_holds_until_the_case_is_taken(either_office: Office) -> None:
    office = either_office
    for person in range(6):
        office.world.enrol(person)
    case_id = office.world.case_of(office.world.search(1))
    first, second = office.examiner("examiner-a"), office.examiner("examiner-b")
    name = office.world.task_of(case_id)

    taken = first.post(f"queue/{name}/claim")
    late = second.post(f"queue/{name}/claim")
    first.post(f"cases/{case_id}/release")
    gone = second.post(f"queue/{name}/claim")
    anew = _claim(office, second, office.world.task_of(case_id))

    assert taken.url.path == f"/workbench/cases/{case_id}/analysis"
    assert [late.status_code, gone.status_code] == [409, 409]
    assert late.text.count("taken meanwhile") == gone.text.count("taken meanwhile") == 1
    assert anew == case_id


def _claim(office: Office, person: Person, name: str) -> str:
    return claim_task(office.bench.services, person.caller(office), name)
