"""Cases for the workbench benchmark: many exist only as rows, a few have prints to show."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from benchmarks.filling import caller
from data.synthetic.population import Population, ProbePlan, make_probe
from domain.access.access import Purpose, Role
from domain.examination.cases import Activity, Case, CaseState, DecisionKind, Outcome
from domain.ids import ForceCode, UserId
from domain.searches.searches import SearchType
from service.demo.stage import Donor, remember_donors
from service.storage.tables.cases import cases, decisions
from service.storage.tables.searches import searches
from service.usecases.searches.searching import SubmitSearch, submit_search
from service.usecases.workbench import Workbench

FORCE = ForceCode("01")
_CALLER = caller(Role.FORCE, Purpose.ARREST, name="custody", force=FORCE)
_STATES = (
    *(CaseState.WAITING,) * 9,
    *(CaseState.VERIFYING,) * 5,
    *(CaseState.NOT_LINKED,) * 6,
)
"""Of twenty cases, nine are waiting, five are to be verified, and six are closed."""

_STEP = 2_000
_AGES = timedelta(days=300)


def open_case(bench: Workbench, population: Population, store: Path, number: int) -> Case:
    """Search with a new capture of a synthetic person; return the case."""
    found = make_probe(population, number, ProbePlan(capture=1))
    command = SubmitSearch(_CALLER, SearchType.TP_TP, found.probe)
    search_id = submit_search(bench.services, command)
    remember_donors(store, {search_id: Donor(number, found.booking.capture)})
    with bench.services.units.read() as unit:
        case = unit.cases.of_search(search_id)
    if case is None:
        raise RuntimeError("The search proposed no candidate: choose another person or seed.")
    return case


def add_rows(bench: Workbench, count: int) -> None:
    """Store cases without prints. Half of those to be verified were decided by examiner-a."""
    services = bench.services
    with services.units.read() as unit:
        account = unit.accounts.by_name("examiner-a")
    examiner = account.user_id if account else UserId("examiner-a")
    now = services.now()
    rows = _rows(bench, count, now, examiner)
    while step := list(islice(rows, _STEP)):
        with services.units.begin() as unit:
            # Written directly into the tables, which a benchmark may do.
            _insert(unit.transaction.connection, step)


def _rows(
    bench: Workbench, count: int, now: datetime, examiner: UserId
) -> Iterator[tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]]:
    new_id = bench.services.surroundings.new_id
    for number in range(count):
        at = now - _AGES + _AGES * number / count
        state = _STATES[number % len(_STATES)]
        search_id, case_id = new_id(), new_id()
        deciders = _deciders(state, number, examiner)
        yield (
            _search(search_id, at),
            {
                "case_id": case_id,
                "search_id": search_id,
                "force": FORCE,
                "activity": list(Activity)[number % 3 == 0],
                "state": state,
                "opened_at": at,
                "revision": new_id(),
                "claimed_by": None,
                "ready_at": at,
            },
            [_decision(new_id(), case_id, who, at) for who in deciders],
        )


def _deciders(state: CaseState, number: int, examiner: UserId) -> tuple[UserId, ...]:
    match state:
        case CaseState.VERIFYING:
            return (examiner if number % 2 else UserId("other"),)
        case CaseState.NOT_LINKED:
            return (UserId("other"), examiner)
        case _:
            return ()


def _search(search_id: str, at: datetime) -> dict[str, Any]:
    return {
        "search_id": search_id,
        "search_type": SearchType.TP_TP,
        "force": FORCE,
        "submitted_by": "custody",
        "on_behalf_of": "",
        "purpose": Purpose.ARREST,
        "submitted_at": at,
        "model_name": "none",
        "model_version": "1",
        "model_digest": "0" * 64,
        "index_generation": 0,
        "index_digest": "0" * 64,
        "configuration_digest": "0" * 64,
        "code_version": "0",
        "encounter_id": None,
        "payload_id": 0,
    }


def _decision(decision_id: str, case_id: str, who: UserId, at: datetime) -> dict[str, Any]:
    return {
        "decision_id": decision_id,
        "case_id": case_id,
        "decided_by": who,
        "kind": DecisionKind.EXAMINATION,
        "outcome": Outcome.EXCLUDED,
        "candidate_id": None,
        "sealed_at": at + timedelta(hours=2),
        "shuffle_seed": 1,
        "payload_id": 0,
    }


def _insert(
    connection: Connection, step: list[tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]]
) -> None:
    connection.execute(insert(searches), [search for search, _, _ in step])
    connection.execute(insert(cases), [case for _, case, _ in step])
    sealed = [decision for _, _, decisions_of in step for decision in decisions_of]
    if sealed:
        connection.execute(insert(decisions), sealed)
