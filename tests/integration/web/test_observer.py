"""Who reads the queue all day cannot tell first, second and third examinations apart."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from domain.access.access import Caller
from domain.examination.cases import CaseState
from domain.ids import CaseId, SearchId
from domain.prints.prints import Impression
from service.adapters.print_images import CapturedPrints
from service.ports.print_images import OfEncounter, OfSearch, PrintImage
from service.usecases.examination.claiming import claim_case, release_case
from service.usecases.examination.desk import QueueFilter, QueueLine, claim_task, desk
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

STEPS = 110
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
class Task:
    """A case that waits, and what kind of examination it waits for: how many came before."""

    case_id: CaseId
    kind: int


@dataclass(slots=True)
class Colleagues:
    """One examiner for each kind of task, who takes it, and seals it or gives it back."""

    office: Office
    callers: list[Caller]

    def take(self, task: Task) -> None:
        claim_case(self.office.bench.services, self.callers[task.kind], task.case_id)

    def give_back(self, task: Task) -> None:
        release_case(self.office.bench.services, self.callers[task.kind], task.case_id)

    def seal(self, task: Task) -> None:
        """Decide, each time unlike the examiner before: no value, no exemplar to identify."""
        services, caller = self.office.bench.services, self.callers[task.kind]
        analysis = SealAnalysis(caller, task.case_id, is_of_value=task.kind % 2 == 1)
        seal_analysis(services, analysis)
        view = examiner_view(services, caller, task.case_id)
        (possible,) = view.possible_outcomes
        decision = SealDecision(
            caller, task.case_id, possible.outcome, None, "No ridges.", view.revision
        )
        seal_decision(services, decision)
        task.kind += 1


def _day(office: Office, observer: Observer, clock: Clock) -> dict[str, int]:
    """Work a day: new cases come, are sealed or given back; return the kind of each task."""
    rng = np.random.default_rng(8)
    names = ("examiner-b", "examiner-c", "examiner-d")
    colleagues = Colleagues(office, [office.examiner(name).caller(office) for name in names])
    kinds, waiting, held = dict[str, int](), list[Task](), list[Task]()
    for _ in range(STEPS):
        clock.move(minutes=float(rng.uniform(1, 20)))
        chance = rng.random()
        if held and chance < 0.5:
            task = held.pop(0)
            (colleagues.seal if rng.random() < 0.75 else colleagues.give_back)(task)
            if task.kind < len(names):
                waiting.append(task)
                kinds[office.world.task_of(task.case_id)] = task.kind
        elif waiting and chance < 0.85:
            held.append(waiting.pop(int(rng.integers(len(waiting)))))
            colleagues.take(held[-1])
        else:
            waiting += [Task(case_id, 0) for case_id in add_cases(office, [], [clock.now])]
            kinds[office.world.task_of(waiting[-1].case_id)] = 0
        observer.read(clock.now)
    return kinds


def test_a_reader_of_the_queue_learns_nothing_of_earlier_examinations(office: Office) -> None:
    clock = stop_clock(office)
    observer = Observer(office, office.examiner("examiner-a").caller(office))

    kinds = _day(office, observer, clock)

    noted: dict[int, set[tuple[object, ...]]] = {0: set(), 1: set(), 2: set()}
    for arrival in observer.arrivals:
        noted[kinds[arrival.line.name]].add(arrival.noted())
    told = [kinds[arrival.line.name] for arrival in observer.arrivals]
    assert min(told.count(kind) for kind in noted) >= 8
    # Whatever rule the reader has, it says the same of all three: no better than chance.
    assert noted[0] == noted[1] == noted[2]
    assert len(noted[0]) == 1
    add_cases(office, [], [clock.now])
    _assert_no_id_tells(office, observer.caller)


def _assert_no_id_tells(office: Office, reader: Caller) -> None:
    """Whoever knows the id of every case reads the same of each that waits."""
    services = office.bench.services
    with services.units.read() as unit:
        states = (CaseState.WAITING, CaseState.VERIFYING)
        found = [
            case for state in states for case in unit.cases.in_state(state, limit=STEPS).items
        ]
    waiting = [case for case in found if case.claimed_by is None]

    views = [examiner_view(services, reader, case.case_id) for case in waiting]

    assert {len(case.decisions) for case in waiting} == {0, 1, 2}
    assert len({repr(replace(view, case_id=CaseId(""))) for view in views}) == 1


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
    assert (
        late.text.count("This case is no longer waiting")
        == gone.text.count("This case is no longer waiting")
        == 1
    )
    assert anew == case_id


def _claim(office: Office, person: Person, name: str) -> str:
    return claim_task(office.bench.services, person.caller(office), name)


def test_a_stored_print_is_read_anew_for_each_who_looks(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A print kept in memory comes sooner, and would tell that somebody looked before."""
    office.world.enrol(1)
    search_id = SearchId(office.world.search(1))
    with office.bench.services.units.read() as unit:
        probe = unit.searches.probe(search_id)
    assert probe is not None
    reads, stored = list[str](), CapturedPrints.of

    def counted(
        self: CapturedPrints, capture: OfSearch | OfEncounter, impression: Impression
    ) -> PrintImage | None:
        reads.append(capture.owner)
        return stored(self, capture, impression)

    monkeypatch.setattr(CapturedPrints, "of", counted)
    for _ in range(2):
        assert office.bench.prints.of(OfSearch(search_id), probe.impressions[0]) is not None

    assert reads == [search_id] * 2
