"""The examiner's steps: analyse the probe alone, compare one exemplar at a time, decide.

Every step is sealed when it is made. What an examiner may know at each step is in `views`;
what follows from a sealed decision is in `conclusion`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.access import Caller, Scope
from domain.cases import (
    Analysis,
    Case,
    Comparison,
    Decision,
    DecisionKind,
    Outcome,
    PointPair,
)
from domain.errors import (
    CaseNotClaimedError,
    InvalidInputError,
    StaleCaseError,
    StepOutOfOrderError,
)
from domain.events import EventType
from domain.ids import CandidateId, CaseId, DecisionId, UserId
from service.storage.examination.cases import Examination
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.claiming import held_case, record_step
from service.usecases.examination.conclusion import conclude
from service.usecases.log.recording import Fact, record
from service.usecases.services import Services


@dataclass(frozen=True, slots=True)
class SealAnalysis:
    """The first step: is the probe of value?"""

    caller: Caller
    case_id: CaseId
    is_of_value: bool
    notes: str = ""


@dataclass(frozen=True, slots=True)
class SealComparison:
    """The evaluation of one exemplar."""

    caller: Caller
    case_id: CaseId
    label: str
    outcome: Outcome
    reason: str = ""
    points: tuple[PointPair, ...] = ()


@dataclass(frozen=True, slots=True)
class SealDecision:
    """The outcome of the whole examination; `label` names the exemplar identified."""

    caller: Caller
    case_id: CaseId
    outcome: Outcome
    label: str | None
    reason: str
    revision: str


def seal_analysis(services: Services, command: SealAnalysis) -> None:
    """Seal the analysis of the probe; no exemplar is shown before.

    Raises NotPermittedError, NotFoundError, ClosedCaseError, AlreadyDecidedError,
    CaseNotClaimedError, StepOutOfOrderError.
    """
    caller = command.caller
    caller.actor.require(Scope.EXAMINE)
    with services.units.write() as unit:
        case = held_case(unit, caller, command.case_id)
        unit.cases.seal_analysis(
            Analysis(
                case_id=case.case_id,
                examiner=caller.actor.user_id,
                is_of_value=command.is_of_value,
                notes=command.notes,
                sealed_at=services.surroundings.clock(),
            )
        )
        facts: tuple[Fact, ...] = (("of_value", "yes" if command.is_of_value else "no"),)
        record_step(services, unit, caller, case, EventType.ANALYSIS_SEALED, facts=facts)
        unit.commit()


def seal_comparison(services: Services, command: SealComparison) -> None:
    """Seal the evaluation of the exemplar now shown; the next one is shown after.

    Raises NotPermittedError, NotFoundError, ClosedCaseError, AlreadyDecidedError,
    CaseNotClaimedError, StepOutOfOrderError.
    """
    caller = command.caller
    caller.actor.require(Scope.EXAMINE)
    with services.units.write() as unit:
        case = held_case(unit, caller, command.case_id)
        shown = current_exemplar(unit, case.case_id, caller.actor.user_id)
        if shown is None or shown[0] != command.label:
            raise StepOutOfOrderError("Evaluate the exemplar that is shown now.")
        comparison = Comparison(
            case_id=case.case_id,
            examiner=caller.actor.user_id,
            label=command.label,
            candidate_id=shown[1],
            outcome=command.outcome,
            reason=command.reason,
            sealed_at=services.surroundings.clock(),
            points=command.points,
        )
        unit.cases.seal_comparison(comparison)
        facts: tuple[Fact, ...] = (
            ("candidate_id", shown[1]),
            ("outcome", command.outcome),
        )
        record_step(services, unit, caller, case, EventType.COMPARISON_SEALED, facts=facts)
        unit.commit()


def seal_decision(services: Services, command: SealDecision) -> DecisionId:
    """Seal the outcome of an examination, and conclude the case when enough people agree.

    Raises NotPermittedError, NotFoundError, ClosedCaseError, AlreadyDecidedError,
    CaseNotClaimedError, StaleCaseError, StepOutOfOrderError, InvalidInputError.
    """
    caller = command.caller
    caller.actor.require(Scope.EXAMINE)
    with services.units.write() as unit:
        case = held_case(unit, caller, command.case_id)
        if case.revision != command.revision:
            raise StaleCaseError
        decision = _decision(services, unit, command)
        unit.cases.seal_decision(decision)
        record_decision(services, unit, caller, case, decision)
        conclude(services, unit, caller, _with_decision(case, decision))
        unit.commit()
    services.gallery.catch_up()
    return decision.decision_id


def current_exemplar(
    unit: UnitOfWork, case_id: CaseId, examiner: UserId
) -> tuple[str, CandidateId] | None:
    """Return (label, candidate) of the exemplar to compare now, None when all are evaluated.

    Raises StepOutOfOrderError before the analysis is sealed.
    """
    examination = unit.cases.examination(case_id, examiner)
    if examination is None or unit.cases.analysis(case_id, examiner) is None:
        raise StepOutOfOrderError("Seal the analysis of the probe first.")
    sealed = {comparison.label for comparison in unit.cases.comparisons(case_id, examiner)}
    return next((shown for shown in examination.order if shown[0] not in sealed), None)


def record_decision(
    services: Services, unit: UnitOfWork, caller: Caller, case: Case, decision: Decision
) -> None:
    """Append the event of a sealed decision."""
    identified = (decision.candidate_id,) if decision.candidate_id else ()
    record(
        unit,
        services.surroundings,
        caller,
        EventType.DECISION_SEALED,
        about=(decision.decision_id, case.case_id, *identified),
        force=case.force,
        case_id=case.case_id,
        facts=(
            ("kind", decision.kind),
            ("outcome", decision.outcome),
            ("shuffle_seed", decision.shuffle_seed),
        ),
    )


def _decision(services: Services, unit: UnitOfWork, command: SealDecision) -> Decision:
    examiner = command.caller.actor.user_id
    examination = unit.cases.examination(command.case_id, examiner)
    if examination is None:
        raise CaseNotClaimedError
    return Decision(
        decision_id=DecisionId(services.surroundings.new_id()),
        case_id=command.case_id,
        decided_by=examiner,
        kind=DecisionKind.EXAMINATION,
        outcome=command.outcome,
        candidate_id=_decided_candidate(unit, command, examination),
        reason=command.reason,
        sealed_at=services.surroundings.clock(),
        shuffle_seed=examination.shuffle_seed,
    )


def _decided_candidate(
    unit: UnitOfWork, command: SealDecision, examination: Examination
) -> CandidateId | None:
    """Return the candidate identified; check that the steps before the decision are sealed."""
    examiner = command.caller.actor.user_id
    analysis = unit.cases.analysis(command.case_id, examiner)
    if analysis is None:
        raise StepOutOfOrderError("Seal the analysis of the probe first.")
    sealed = unit.cases.comparisons(command.case_id, examiner)
    if command.outcome is Outcome.IDENTIFIED:
        return _identified(command.label, sealed)
    if command.label is not None:
        raise InvalidInputError("Only an identification names an exemplar.", pointer="/label")
    if command.outcome is Outcome.INSUFFICIENT and not analysis.is_of_value:
        return None
    if len(sealed) < len(examination.order):
        raise StepOutOfOrderError("Evaluate every exemplar before this outcome.")
    return None


def _identified(label: str | None, sealed: tuple[Comparison, ...]) -> CandidateId:
    for comparison in sealed:
        if comparison.label == label and comparison.outcome is Outcome.IDENTIFIED:
            return comparison.candidate_id
    raise StepOutOfOrderError("Evaluate the exemplar as identified before you decide so.")


def _with_decision(case: Case, decision: Decision) -> Case:
    return replace(case, decisions=(*case.decisions, decision))
