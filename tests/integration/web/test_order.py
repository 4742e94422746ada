"""Over a thousand cases, the order of exemplars is independent of rank."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from domain.access.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.events.searches import Searched
from domain.examination.cases import Activity, Case, CaseState
from domain.ids import CandidateId, CaseId, EncounterId, ForceCode, SearchId, UserId
from domain.people.people import Details
from domain.searches.evidence import Band, Evidence, EvidenceRow, EvidenceSource
from domain.searches.searches import Basis, Candidate, Probe, Search, SearchState, SearchType
from service.usecases.examination.claiming import claim_case
from service.usecases.log.recording import record
from tests.integration.web.driver import Office, label_of

EXEMPLARS = 5
BASIS = Basis("model", "1", "0" * 64, 1, "0" * 64, "0" * 64, "1")
CALLER = Caller(
    Actor(UserId("u"), Role.FORCE, ForceCode("01"), ROLE_SCOPES[Role.FORCE]), Purpose.ARREST
)
AT = datetime(2026, 1, 5, tzinfo=UTC)


def _add_cases(office: Office, count: int) -> list[CaseId]:
    """Store cases whose five exemplars are five enrolled people, the strongest first."""
    people = [office.world.enrol(person) for person in range(EXEMPLARS)]
    return add_cases(office, people, [AT + timedelta(minutes=number) for number in range(count)])


def add_cases(
    office: Office, people: Sequence[dict[str, Any]], opened_at: Sequence[datetime]
) -> list[CaseId]:
    """Store a case for each time, whose exemplars are these people, the strongest first."""
    new_id = office.bench.services.surroundings.new_id
    made = []
    with office.bench.services.units.write() as unit:
        for at in opened_at:
            search_id, case_id = SearchId(new_id()), CaseId(new_id())
            search = Search(
                search_id, SearchType.TP_TP, ForceCode("01"), UserId("u"), "", Purpose.ARREST,
                at, BASIS, SearchState.EXAMINING,
            )  # fmt: skip
            unit.searches.add(search, Probe((), Details()), _ranked(people, new_id))
            unit.cases.add(
                Case(
                    case_id,
                    search_id,
                    ForceCode("01"),
                    Activity.TENPRINT_CHECK,
                    CaseState.WAITING,
                    at,
                    new_id(),
                    at,
                )
            )
            record(office.bench.services, unit, CALLER, _searched(search_id, case_id), search)
            made.append(case_id)
        unit.commit()
    return made


def _ranked(people: Sequence[dict[str, Any]], new_id: Callable[[], str]) -> list[Candidate]:
    return [
        Candidate(
            CandidateId(new_id()),
            person["person_id"],
            person["record_id"],
            EncounterId(person["encounter_id"]),
            rank,
            Evidence(
                (EvidenceRow(EvidenceSource.PRINT, "alike", 20.0 - rank, ""),), 0.9, Band.PROPOSED
            ),
        )
        for rank, person in enumerate(people, 1)
    ]


def _searched(search_id: SearchId, case_id: CaseId) -> Searched:
    return Searched(
        search_id,
        SearchType.TP_TP,
        candidates=EXEMPLARS,
        model_digest=BASIS.model_digest,
        configuration_digest=BASIS.configuration_digest,
        follows=case_id,
    )


@pytest.mark.parametrize("count", [150, pytest.param(1_000, marks=pytest.mark.slow)])
def test_display_order_is_uncorrelated_with_rank(office: Office, count: int) -> None:
    case_ids = _add_cases(office, count)
    examiner = office.examiner()
    with office.bench.services.units.read() as unit:
        account = unit.accounts.get(examiner.user_id)
    assert account is not None
    caller = Caller(account.actor, Purpose.EXAMINATION)

    shown = []
    for case_id in case_ids:
        claim_case(office.bench.services, caller, case_id)
        with office.bench.services.units.read() as unit:
            seen = unit.cases.examination(case_id, examiner.user_id)
            assert seen is not None
            ranks = [unit.searches.candidate(c).rank for _, c in seen.order]  # type: ignore[union-attr]
        shown.append(ranks)

    ranks = np.array(shown, dtype=np.float64)
    places = np.tile(np.arange(EXEMPLARS, dtype=np.float64), (count, 1))
    correlation = np.corrcoef(ranks.ravel(), places.ravel())[0, 1]
    first = np.bincount(ranks[:, 0].astype(int), minlength=EXEMPLARS + 1)[1:]
    # Without correlation the standard deviation is 1 / sqrt(1000 * 4) = 0.016 for 1,000 cases.
    assert abs(correlation) < 4 / math.sqrt(count * (EXEMPLARS - 1))
    # Each of five ranks comes first in a fifth of the cases, within four deviations.
    assert np.all(np.abs(first - count / EXEMPLARS) < 4 * math.sqrt(count * 0.2 * 0.8))


def test_the_page_shows_the_exemplars_in_that_order(office: Office) -> None:
    person_id = [office.world.enrol(person)["person_id"] for person in range(6)][2]
    case_id = office.world.case_of(office.world.search(2))
    examiner = office.examiner()
    examiner.post(f"cases/{case_id}/claim")
    with office.bench.services.units.read() as unit:
        seen = unit.cases.examination(CaseId(case_id), examiner.user_id)
    assert seen is not None

    page = examiner.follow(f"cases/{case_id}/analysis", value="yes").text

    assert label_of(page) == seen.order[0][0]
    assert person_id not in page
