"""How far one examiner has come in a case, and whether its rows are as its events left them."""

from __future__ import annotations

from domain.access import Caller
from domain.cases import CLOSED_STATES, Case, CaseState
from domain.errors import (
    AlreadyDecidedError,
    CaseNotClaimedError,
    ClosedCaseError,
    EvidenceTamperedError,
    StepOutOfOrderError,
)
from domain.events.examination import TamperingFound
from domain.ids import CandidateId, CaseId, UserId
from service.storage.examination.cases import Examination
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.possible_outcomes import SealedSteps
from service.usecases.existing import existing
from service.usecases.log.recording import record
from service.usecases.services import StoreServices

EXAMINABLE_STATES = frozenset({CaseState.WAITING, CaseState.VERIFYING})


def current_exemplar(
    unit: UnitOfWork, case_id: CaseId, examiner: UserId
) -> tuple[str, CandidateId] | None:
    """Return (label, candidate) of the exemplar to compare now.

    None when all that were not withdrawn are evaluated, and when the analysis found no value:
    there is none to compare. Raises StepOutOfOrderError before the analysis is sealed.
    """
    examination = unit.cases.examination(case_id, examiner)
    analysis = unit.cases.analysis(case_id, examiner)
    if examination is None or analysis is None:
        raise StepOutOfOrderError("Seal the analysis of the probe first.")
    if not analysis.is_of_value:
        return None
    sealed = {comparison.label for comparison in unit.cases.comparisons(case_id, examiner)}
    gone = unit.findings.withdrawn(case_id)
    remaining = (s for s in examination.order if s[0] not in sealed and s[1] not in gone)
    return next(remaining, None)


def held_case(unit: UnitOfWork, caller: Caller, case_id: CaseId) -> Case:
    """Return an open case that the caller holds and has not decided.

    Raises NotFoundError, ClosedCaseError, AlreadyDecidedError, CaseNotClaimedError.
    """
    case = existing(unit.cases.get(case_id))
    if case.state in CLOSED_STATES:
        raise ClosedCaseError
    if case.is_decided_by(caller.actor.user_id):
        raise AlreadyDecidedError
    if case.claimed_by != caller.actor.user_id:
        raise CaseNotClaimedError
    return case


def sealed_steps(unit: UnitOfWork, examination: Examination) -> SealedSteps:
    """Return the work that the examiner has sealed before the decision; what left is left out."""
    case_id, examiner = examination.case_id, examination.examiner
    gone = unit.findings.withdrawn(case_id)
    comparisons = unit.cases.comparisons(case_id, examiner)
    evaluated = {comparison.candidate_id for comparison in comparisons}
    return SealedSteps(
        analysis=unit.cases.analysis(case_id, examiner),
        comparisons=tuple(c for c in comparisons if c.candidate_id not in gone),
        has_compared_all=all(one in evaluated | gone for _, one in examination.order),
    )


def refuse_if_tampered(
    services: StoreServices, unit: UnitOfWork, caller: Caller, case: Case, *also: str
) -> None:
    """Compare the search, its candidates and the sealed work with their events, before any change.

    `also`: further subjects whose rows count, such as the case's link.
    Raises EvidenceTamperedError when one of them differs; the only change is then the event that
    says so.
    """
    changed = unit.state.first_changed(case.search_id, case.case_id, *also)
    if changed is None:
        return
    found = TamperingFound(case.case_id, changed.ref, changed.seq)
    record(unit, services.surroundings, caller, found, case)
    unit.commit()
    raise EvidenceTamperedError
