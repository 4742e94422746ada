"""The examiner's steps: analyse the probe, compare one exemplar at a time, decide, revise.

Every step is sealed when it is made. What each step hides is in `views`; what follows from a
sealed decision is in `conclusion`.
"""

from dataclasses import dataclass, replace

from domain import errors
from domain.access.access import Caller, Scope
from domain.events import examination as events
from domain.examination import cases
from domain.examination.markups import Enhancement, FingerMarkup, check_enhancements, check_markup
from domain.ids import CandidateId, CaseId, DecisionId
from domain.plain_text import require_words
from domain.plain_values import made_from
from domain.prints.prints import FingerPosition, Fingers
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination import claiming
from service.usecases.examination.conclusion import conclude
from service.usecases.examination.grounds import Claim, Compared, founded, geometries, ground_of
from service.usecases.examination.possible_outcomes import PossibleOutcome
from service.usecases.examination.prints import at_their_scale
from service.usecases.log.recording import record
from service.usecases.services import Services


@dataclass(frozen=True, slots=True)
class SealAnalysis:
    """The first step: whether the probe is of value for comparison."""

    caller: Caller
    case_id: CaseId
    is_of_value: bool
    notes: str = ""
    fingers: tuple[FingerMarkup, ...] = ()


@dataclass(frozen=True, slots=True)
class SealComparison:
    """The evaluation of one exemplar."""

    caller: Caller
    case_id: CaseId
    label: str
    outcome: cases.Outcome
    reason: str = ""
    points: tuple[cases.PointPair, ...] = ()
    compared: tuple[FingerPosition, ...] | None = None
    """None means every finger that the examiner was shown."""
    identified: tuple[FingerPosition, ...] = ()
    why_close: str = ""
    """Why the points are spread over a smaller area than the office requires."""
    enhancements: tuple[Enhancement, ...] = ()
    """The image enhancements that the examiner used for this comparison."""


@dataclass(frozen=True, slots=True)
class SealDecision:
    """The outcome of the whole examination; `label` names the identified exemplar, if any."""

    caller: Caller
    case_id: CaseId
    outcome: cases.Outcome
    label: str | None
    reason: str
    revision: str


def seal_analysis(services: Services, command: SealAnalysis) -> None:
    """Seal the analysis of the probe. No exemplar is shown before this.

    Raises NotPermittedError, NotFoundError, ClosedCaseError, AlreadyDecidedError,
    CaseNotClaimedError, StepOutOfOrderError, EvidenceTamperedError, InvalidInputError (mark-up).
    """
    caller = command.caller
    with services.begin(caller, Scope.EXAMINE) as unit:
        case = claiming.held_case(unit, caller, command.case_id)
        claiming.refuse_if_tampered(services, unit, caller, case)
        probe = unit.searches.probe(case.search_id)
        fingers = [one.position for one in probe.impressions] if probe else []
        check_markup(command.fingers, fingers)
        unit.cases.seal_analysis(
            cases.Analysis(
                case_id=case.case_id,
                examiner=caller.actor.user_id,
                is_of_value=command.is_of_value,
                notes=command.notes,
                sealed_at=services.now(),
                fingers=at_their_scale(unit, case.search_id, command.fingers),
            )
        )
        event = events.AnalysisSealed(case.case_id, command.is_of_value)
        record(services, unit, caller, event, case)


def seal_comparison(services: Services, command: SealComparison) -> None:
    """Seal the evaluation of the exemplar now shown. The next exemplar is shown afterwards.

    Raises NotPermittedError, NotFoundError, ClosedCaseError, AlreadyDecidedError,
    CaseNotClaimedError, StepOutOfOrderError, EvidenceTamperedError, InvalidInputError (points,
    fingers), UnfoundedFindingError (the finding policy is not met).
    """
    caller = command.caller
    caller.actor.require(Scope.EXAMINE)
    cases.check_points(command.points)
    check_enhancements(command.enhancements)
    with services.units.begin() as unit:
        case = claiming.held_case(unit, caller, command.case_id)
        claiming.refuse_if_tampered(services, unit, caller, case)
        shown = claiming.work_of(unit, case.case_id, caller.actor.user_id).current_exemplar()
        if shown is None or shown[0] != command.label:
            raise errors.StepOutOfOrderError("Evaluate the exemplar that is shown to you now.")
        comparison = evaluation(services, unit, case, command, shown[1])
        unit.cases.seal_comparison(comparison)
        _record_comparison(services, unit, caller, case, comparison)


def evaluation(
    services: Services,
    unit: UnitOfWork,
    case: cases.Case,
    command: SealComparison,
    candidate_id: CandidateId,
) -> cases.Comparison:
    """Return the comparison to seal, after checking it against the finding policy.

    Raises InvalidInputError and UnfoundedFindingError.
    """
    policy, examiner = unit.findings.policy(), command.caller.actor.user_id
    compared = Compared(case, examiner, command.label, candidate_id, command.points)
    ground = ground_of(unit, compared, least_area_mm2=services.policy.point_area_mm2)
    analysis = unit.cases.analysis(case.case_id, examiner)
    claim = Claim(
        command.outcome, command.compared, command.identified, command.points, command.why_close
    )
    return made_from(
        cases.Comparison,
        command,
        case_id=case.case_id,
        examiner=examiner,
        candidate_id=candidate_id,
        sealed_at=services.now(),
        fingers=founded(policy.policy, ground, claim),
        policy_version=policy.version,
        points_added=len(cases.added_points(analysis, command.points)),
        geometry=geometries(ground.scales, command.points),
        earlier=(),
    )


def _record_comparison(
    services: Services,
    unit: UnitOfWork,
    caller: Caller,
    case: cases.Case,
    sealed: cases.Comparison,
) -> None:
    fingers = sealed.fingers or Fingers()
    event = events.ComparisonSealed.of(
        sealed,
        case_id=case.case_id,
        compared=fingers.compared_codes,
        identified=fingers.identified_codes,
    )
    record(services, unit, caller, event, case)


def seal_decision(services: Services, command: SealDecision) -> DecisionId:
    """Seal the outcome of an examination. Conclude the case if enough people agree.

    Raises NotPermittedError, NotFoundError, ClosedCaseError, AlreadyDecidedError,
    CaseNotClaimedError, StaleCaseError, StepOutOfOrderError, InvalidInputError,
    EvidenceTamperedError.
    """
    caller = command.caller
    with services.begin(caller, Scope.EXAMINE) as unit:
        case = claiming.held_case(unit, caller, command.case_id)
        claiming.refuse_if_tampered(services, unit, caller, case)
        if case.revision != command.revision:
            raise errors.StaleCaseError
        decision = _decision(services, unit, command)
        unit.cases.seal_decision(decision)
        record_decision(services, unit, caller, case, decision)
        conclude(services, unit, caller, _with_decision(case, decision))
    services.gallery.catch_up()
    return decision.decision_id


def record_decision(
    services: Services,
    unit: UnitOfWork,
    caller: Caller,
    case: cases.Case,
    decision: cases.Decision,
) -> None:
    """Append the event of a sealed decision."""
    event = events.DecisionSealed.of(
        decision,
        case_id=case.case_id,
        compared=decision.fingers.compared_codes if decision.fingers else None,
        identified=decision.fingers.identified_codes if decision.fingers else None,
    )
    record(services, unit, caller, event, case)


def _decision(services: Services, unit: UnitOfWork, command: SealDecision) -> cases.Decision:
    examiner = command.caller.actor.user_id
    work = claiming.work_of(unit, command.case_id, examiner)
    if work.examination is None:
        raise errors.CaseNotClaimedError
    steps = work.sealed_steps()
    identified = steps.identified_as(PossibleOutcome(command.outcome, command.label))
    return cases.Decision(
        decision_id=DecisionId(services.new_id()),
        case_id=command.case_id,
        decided_by=examiner,
        kind=cases.DecisionKind.EXAMINATION,
        outcome=command.outcome,
        candidate_id=identified.candidate_id if identified else None,
        reason=command.reason,
        sealed_at=services.now(),
        shuffle_seed=work.examination.shuffle_seed,
        fingers=steps.fingers(identified),
    )


def _with_decision(case: cases.Case, decision: cases.Decision) -> cases.Case:
    return replace(case, decisions=(*case.decisions, decision))


def revise_comparison(services: Services, command: SealComparison) -> None:
    """Replace the caller's sealed evaluation of an exemplar by a new one, before the decision.

    The earlier one stays on record. Raises NotPermittedError, NotFoundError, ClosedCaseError,
    AlreadyDecidedError, CaseNotClaimedError, StepOutOfOrderError, EvidenceTamperedError,
    InvalidInputError (no reason, the same outcome, points, fingers), UnfoundedFindingError.
    """
    caller = command.caller
    caller.actor.require(Scope.EXAMINE)
    cases.check_points(command.points)
    check_enhancements(command.enhancements)
    require_words(command.reason, "/reason")
    with services.units.begin() as unit:
        case = claiming.held_case(unit, caller, command.case_id)
        claiming.refuse_if_tampered(services, unit, caller, case)
        sealed = _sealed(unit, command)
        found = evaluation(services, unit, case, command, sealed.candidate_id)
        revised = replace(found, earlier=(*sealed.earlier, replace(sealed, earlier=())))
        revision_id = services.new_id()
        unit.revisions.seal(revision_id, revised)
        _record(services, unit, caller, case, revised, revision_id=revision_id)


def _sealed(unit: UnitOfWork, command: SealComparison) -> cases.Comparison:
    """Return the present comparison. Raises StepOutOfOrderError, InvalidInputError."""
    own = unit.cases.comparisons(command.case_id, command.caller.actor.user_id)
    sealed = next((one for one in own if one.label == command.label), None)
    if sealed is None:
        raise errors.StepOutOfOrderError(
            "Seal a comparison with this exemplar before you revise it."
        )
    if sealed.candidate_id in unit.findings.withdrawn(command.case_id):
        raise errors.StepOutOfOrderError(
            "This exemplar was withdrawn, so its comparison cannot be revised."
        )
    if sealed.outcome is command.outcome:
        raise errors.InvalidInputError(
            "The comparison already has this outcome: choose another outcome.", pointer="/outcome"
        )
    return sealed


def _record(
    services: Services,
    unit: UnitOfWork,
    caller: Caller,
    case: cases.Case,
    revised: cases.Comparison,
    *,
    revision_id: str,
) -> None:
    fingers = revised.fingers or Fingers()
    event = events.ComparisonRevised(
        revision_id,
        case.case_id,
        candidate_id=revised.candidate_id,
        revised=revised.earlier[-1].outcome,
        outcome=revised.outcome,
        compared=fingers.compared_codes,
        identified=fingers.identified_codes,
        policy_version=revised.policy_version or 0,
    )
    record(services, unit, caller, event, case)
