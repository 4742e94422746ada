"""Exemplars that leave open cases: their person was erased or merged, or their link revoked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from domain.access import Caller
from domain.cases import Case, CaseState, Outcome, Withdrawal
from domain.events.examination import ExemplarWithdrawn
from domain.ids import CandidateId, CaseId
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.log.recording import record
from service.usecases.people.unsolved_marks import close_unlinked
from service.usecases.services import Services


def withdraw_exemplars(
    services: Services,
    unit: UnitOfWork,
    caller: Caller,
    exemplars: Iterable[tuple[CaseId, CandidateId]],
    cause: Withdrawal,
) -> None:
    """Withdraw exemplars of open cases in the current transaction, each with its own event.

    Examiners continue without them. A difference of opinion in which no sealed decision can be
    upheld any more is closed without a link.
    """
    by_case: dict[CaseId, list[CandidateId]] = defaultdict(list)
    for case_id, candidate_id in exemplars:
        by_case[case_id].append(candidate_id)
    for case_id, withdrawn in by_case.items():
        case = existing(unit.cases.get(case_id))
        for candidate_id in withdrawn:
            at = services.surroundings.clock()
            unit.findings.withdraw(case_id, candidate_id, cause, at)
            event = ExemplarWithdrawn(candidate_id, case_id, cause)
            record(unit, services.surroundings, caller, event, case)
        if _is_void(unit, case):
            close_unlinked(services, unit, caller, case, Outcome.INCONCLUSIVE)


def _is_void(unit: UnitOfWork, case: Case) -> bool:
    gone = unit.findings.withdrawn(case.case_id)
    named = [decision.candidate_id for decision in case.decisions]
    return case.state is CaseState.DIFFERING and all(one in gone for one in named)
