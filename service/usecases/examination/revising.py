"""Revisions: another evaluation in the place of a sealed one, with its reason."""

from __future__ import annotations

from dataclasses import replace

from domain.access import Caller, Scope
from domain.cases import Case, Comparison, check_points
from domain.errors import InvalidInputError, StepOutOfOrderError
from domain.events.examination import ComparisonRevised
from domain.fingers import Fingers
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.progress import held_case, refuse_if_tampered
from service.usecases.examination.sealing import SealComparison, evaluation
from service.usecases.log.recording import record
from service.usecases.services import Services


def revise_comparison(services: Services, command: SealComparison) -> None:
    """Seal another evaluation of an exemplar in place of an own one, before the decision.

    Raises NotPermittedError, NotFoundError, ClosedCaseError, AlreadyDecidedError,
    CaseNotClaimedError, StepOutOfOrderError, EvidenceTamperedError, InvalidInputError (no reason,
    the same outcome, points, fingers), UnfoundedFindingError.
    """
    caller = command.caller
    caller.actor.require(Scope.EXAMINE)
    check_points(command.points)
    if not command.reason.strip():
        raise InvalidInputError("The revision has no reason: give a reason.", pointer="/reason")
    with services.units.write() as unit:
        case = held_case(unit, caller, command.case_id)
        refuse_if_tampered(services, unit, caller, case)
        sealed = _sealed(unit, command)
        found = evaluation(services, unit, case, command, sealed.candidate_id)
        revised = replace(found, earlier=(*sealed.earlier, replace(sealed, earlier=())))
        revision_id = services.surroundings.new_id()
        unit.revisions.seal(revision_id, revised)
        _record(services, unit, caller, case, revised, revision_id=revision_id)
        unit.commit()


def _sealed(unit: UnitOfWork, command: SealComparison) -> Comparison:
    """Return the comparison as it stands; raises StepOutOfOrderError, InvalidInputError."""
    own = unit.cases.comparisons(command.case_id, command.caller.actor.user_id)
    sealed = next((one for one in own if one.label == command.label), None)
    if sealed is None:
        raise StepOutOfOrderError("Seal a comparison with this exemplar before you revise it.")
    if sealed.candidate_id in unit.findings.withdrawn(command.case_id):
        raise StepOutOfOrderError(
            "This exemplar was withdrawn, so its comparison cannot be revised."
        )
    if sealed.outcome is command.outcome:
        raise InvalidInputError(
            "The comparison already has this outcome: choose another outcome.", pointer="/outcome"
        )
    return sealed


def _record(
    services: Services,
    unit: UnitOfWork,
    caller: Caller,
    case: Case,
    revised: Comparison,
    *,
    revision_id: str,
) -> None:
    fingers = revised.fingers or Fingers()
    event = ComparisonRevised(
        revision_id,
        case.case_id,
        candidate_id=revised.candidate_id,
        revised=revised.earlier[-1].outcome,
        outcome=revised.outcome,
        compared=fingers.compared_codes,
        identified=fingers.identified_codes,
        policy_version=revised.policy_version or 0,
    )
    record(unit, services.surroundings, caller, event, case)
