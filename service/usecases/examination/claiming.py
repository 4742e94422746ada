"""Cases taken by an examiner and given back."""

from __future__ import annotations

from dataclasses import replace

from domain.access import Caller, Scope
from domain.cases import CLOSED_STATES, Case, CaseState
from domain.errors import (
    CaseTakenError,
    ClosedCaseError,
    SelfVerificationError,
)
from domain.events.examination import CaseClaimed, CaseReleased
from domain.ids import CaseId, UserId
from service.storage.examination.cases import Examination
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.blinding import new_seed, shuffled
from service.usecases.examination.competence import refuse_marks_without_controls
from service.usecases.examination.progress import EXAMINABLE_STATES, held_case, refuse_if_tampered
from service.usecases.existing import existing
from service.usecases.log.recording import record
from service.usecases.searches.exemplars import line_up
from service.usecases.services import Services


def claim_case(services: Services, caller: Caller, case_id: CaseId) -> None:
    """Take a case; claiming the caller's own case again changes nothing.

    Raises NotPermittedError, NotFoundError, ClosedCaseError, SelfVerificationError,
    CaseTakenError, CompetenceNotShownError or EvidenceTamperedError.
    """
    caller.actor.require(Scope.EXAMINE)
    with services.units.write() as unit:
        case = existing(unit.cases.get(case_id))
        if case.claimed_by == caller.actor.user_id and case.state in EXAMINABLE_STATES:
            return
        _check_claimable(services, unit, case, caller.actor.user_id)
        refuse_if_tampered(services, unit, caller, case)
        _take(services, unit, case, caller.actor.user_id)
        if unit.cases.examination(case_id, caller.actor.user_id) is None:
            unit.cases.begin(_examination(services, unit, case, caller.actor.user_id))
        record(unit, services.surroundings, caller, CaseClaimed(case_id), case)
        unit.commit()


def release_case(services: Services, caller: Caller, case_id: CaseId) -> None:
    """Give a case back to the queue; sealed work stays sealed.

    Raises NotPermittedError, NotFoundError, ClosedCaseError, CaseNotClaimedError.
    """
    caller.actor.require(Scope.EXAMINE)
    with services.units.write() as unit:
        case = held_case(unit, caller, case_id)
        give_back(services, unit, case)
        record(unit, services.surroundings, caller, CaseReleased(case_id), case)
        unit.commit()


def _check_claimable(services: Services, unit: UnitOfWork, case: Case, user_id: UserId) -> None:
    if case.state in CLOSED_STATES:
        raise ClosedCaseError
    if case.is_decided_by(user_id):
        raise SelfVerificationError
    if case.claimed_by is not None or case.state not in EXAMINABLE_STATES:
        raise CaseTakenError
    refuse_marks_without_controls(services, unit, case, user_id)


def _examination(
    services: Services, unit: UnitOfWork, case: Case, examiner: UserId
) -> Examination:
    candidates = [one.candidate_id for one in line_up(services.policy, unit, case)]
    taken = unit.cases.labels(case.case_id)
    # A label that two examiners met would let them speak of one exemplar.
    while True:
        seed = new_seed(services.surroundings.new_id())
        order = shuffled(candidates, seed)
        if taken.isdisjoint(label for label, _ in order):
            break
    return Examination(
        case_id=case.case_id,
        examiner=examiner,
        shuffle_seed=seed,
        order=order,
        begun_at=services.surroundings.clock(),
    )


def give_back(services: Services, unit: UnitOfWork, case: Case) -> None:
    """Put a held case, or a difference, at the end of the queue, as a task of another name.

    Under its old name, at its old place, it would tell an observer that it had been held.
    """
    surroundings = services.surroundings
    moved = replace(
        case,
        state=CaseState.VERIFYING if case.state is CaseState.DIFFERING else case.state,
        claimed_by=None,
        revision=surroundings.new_id(),
        ready_at=surroundings.clock(),
    )
    unit.cases.save(moved, expected_revision=case.revision)


def _take(services: Services, unit: UnitOfWork, case: Case, examiner: UserId) -> None:
    moved = replace(case, claimed_by=examiner, revision=services.surroundings.new_id())
    unit.cases.save(moved, expected_revision=case.revision)
