"""Differences of opinion: a supervisor reads the sealed records in full, then resolves them."""

from dataclasses import dataclass, replace
from itertools import chain

from domain import errors
from domain.access.access import Caller, Scope
from domain.events.examination import CaseReleased, DifferenceResolved, ExemplarShown
from domain.examination import cases
from domain.ids import CandidateId, CaseId, DecisionId
from domain.plain_text import require_words
from domain.prints.prints import FingerPosition, Fingers, Impression, in_order
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.claiming import ask_further, give_back, refuse_if_tampered
from service.usecases.examination.conclusion import close
from service.usecases.examination.grounds import Compared, ground_of
from service.usecases.examination.prints import differing_labels, exemplar_of
from service.usecases.examination.sealing import record_decision
from service.usecases.log.recording import record
from service.usecases.services import Services
from service.usecases.workbench import Workbench


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """The sealed work of one examiner, without a name, so that seniority has no influence."""

    title: str
    decision: cases.Decision
    analysis: cases.Analysis | None
    comparisons: tuple[tuple[str, cases.Comparison], ...]
    """(label for the supervisor, evaluation) of the identified exemplars. Other exemplars are left
    out: they would reveal the number of candidates."""


@dataclass(frozen=True, slots=True, eq=False)
class ExemplarInQuestion:
    """An exemplar that at least one examiner identified."""

    label: str
    impressions: tuple[Impression, ...]
    disputed: tuple[FingerPosition, ...]
    """The fingers that one examiner identified and another did not."""


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """A difference of opinion, still without scores, ranks or personal details."""

    case_id: CaseId
    activity: cases.Activity
    revision: str
    """Revision of the case: send it back with a decision, which is refused if the case has
    changed."""
    probe: tuple[Impression, ...]
    exemplars: tuple[ExemplarInQuestion, ...]
    records: tuple[SealedRecord, ...]
    further: tuple[cases.FurtherExamination, ...]
    """Why the case went to one more examiner than usual, earliest first."""


def difference(bench: Workbench, caller: Caller, case_id: CaseId) -> Difference:
    """Return an open difference of opinion; showing its prints is logged.

    Raises NotPermittedError, NotFoundError.
    """
    services = bench.services
    with services.begin(caller, Scope.RESOLVE) as unit:
        case = unit.cases.get(case_id)
        if case is None or case.state is not cases.CaseState.DIFFERING:
            raise errors.NotFoundError
        labels = {candidate: label for label, candidate in differing_labels(case).items()}
        probe = unit.searches.probe(case.search_id)
        found = Difference(
            case_id=case_id,
            activity=case.activity,
            revision=case.revision,
            probe=probe.impressions if probe else (),
            exemplars=tuple(_exemplar(unit, case, label, c) for c, label in labels.items()),
            records=tuple(
                _sealed_record(unit, decision, number, labels)
                for number, decision in enumerate(case.decisions, 1)
            ),
            further=unit.findings.further(case_id),
        )
        record(services, unit, caller, ExemplarShown(case_id, tuple(labels)), case)
    return found


def _exemplar(
    unit: UnitOfWork, case: cases.Case, label: str, candidate_id: CandidateId
) -> ExemplarInQuestion:
    named: list[set[FingerPosition]] = [
        set(one.fingers.identified if one.fingers and one.candidate_id == candidate_id else ())
        for one in case.decisions
    ]
    disputed = in_order(
        {finger for one in named for finger in one if not all(finger in other for other in named)}
    )
    impressions = exemplar_of(unit, case.search_id, candidate_id)
    return ExemplarInQuestion(label, impressions, disputed)


def _sealed_record(
    unit: UnitOfWork, decision: cases.Decision, number: int, labels: dict[CandidateId, str]
) -> SealedRecord:
    examiner = decision.decided_by
    comparisons = unit.cases.comparisons(decision.case_id, examiner)
    return SealedRecord(
        title=f"Sealed record {number}",
        decision=decision,
        analysis=unit.cases.analysis(decision.case_id, examiner),
        comparisons=tuple(
            (labels[c.candidate_id], c) for c in comparisons if c.candidate_id in labels
        ),
    )


@dataclass(frozen=True, slots=True)
class AskFurther:
    """A supervisor's request that one more examiner decide a case on which examiners differ."""

    caller: Caller
    case_id: CaseId
    reason: str
    """Stored, but not shown to any examiner."""
    revision: str


def send_further(services: Services, command: AskFurther) -> None:
    """Send a difference to a further examiner, who is not told of earlier decisions.

    Raises NotPermittedError, NotFoundError, ClosedCaseError, AlreadyDecidedError, StaleCaseError,
    StepOutOfOrderError (no difference), InvalidInputError (no reason), EvidenceTamperedError.
    """
    caller = command.caller
    caller.actor.require(Scope.RESOLVE)
    require_words(command.reason, "/reason", "Write why a further examiner must decide.")
    with services.units.begin() as unit:
        case = _differing(unit, command)
        refuse_if_tampered(services, unit, caller, case)
        cause = cases.FurtherCause.SUPERVISOR
        ask_further(services, unit, caller, case, cause, reason=command.reason)
        give_back(services, unit, case)
        record(services, unit, caller, CaseReleased(case.case_id), case)


@dataclass(frozen=True, slots=True)
class Resolve:
    """A supervisor's resolution: one sealed decision is upheld, or the case is inconclusive."""

    caller: Caller
    case_id: CaseId
    decision_id: DecisionId | None
    """The sealed decision to uphold; None for the outcome `inconclusive`."""
    reason: str
    revision: str


def resolve(services: Services, command: Resolve) -> DecisionId:
    """Seal a resolution. An upheld identification becomes a link made by two different people.

    A supervisor cannot identify anyone whom no examiner identified. Raises NotPermittedError,
    NotFoundError, ClosedCaseError, AlreadyDecidedError, StepOutOfOrderError (nothing to resolve,
    or the exemplar was withdrawn), StaleCaseError, InvalidInputError, EvidenceTamperedError,
    UnfoundedFindingError (the prints were not opened).
    """
    with services.begin(command.caller, Scope.RESOLVE) as unit:
        case = _differing(unit, command)
        refuse_if_tampered(services, unit, command.caller, case)
        upheld = _upheld(case, command.decision_id)
        resolution = _resolution(services, command, case, upheld)
        if resolution.candidate_id in unit.findings.withdrawn(case.case_id):
            raise errors.StepOutOfOrderError(
                "The exemplar of this decision was withdrawn: uphold another sealed decision."
            )
        _check_seen(unit, case, resolution)
        unit.cases.seal_decision(resolution)
        record_decision(services, unit, command.caller, case, resolution)
        event = DifferenceResolved(case.case_id, resolution.outcome, command.decision_id)
        record(services, unit, command.caller, event, case)
        decided = replace(case, decisions=(*case.decisions, resolution))
        close(services, unit, command.caller, decided, agreeing=(*upheld, resolution))
    services.gallery.catch_up()
    return resolution.decision_id


def _differing(unit: UnitOfWork, command: Resolve | AskFurther) -> cases.Case:
    case = errors.existing(unit.cases.get(command.case_id))
    if case.state in cases.CLOSED_STATES:
        raise errors.ClosedCaseError
    if case.is_decided_by(command.caller.actor.user_id):
        raise errors.AlreadyDecidedError
    if case.state is not cases.CaseState.DIFFERING:
        raise errors.StepOutOfOrderError("There is no difference of opinion to resolve.")
    if case.revision != command.revision:
        raise errors.StaleCaseError
    return case


def _upheld(case: cases.Case, decision_id: DecisionId | None) -> tuple[cases.Decision, ...]:
    """Return the decision to uphold, in a tuple; an empty tuple if the id is None."""
    found = tuple(one for one in case.decisions if one.decision_id == decision_id)
    if decision_id is not None and not found:
        raise errors.InvalidInputError(
            "Choose which sealed decision you uphold.", pointer="/decision_id"
        )
    return found


def _check_seen(unit: UnitOfWork, case: cases.Case, resolution: cases.Decision) -> None:
    """Raise UnfoundedFindingError unless the supervisor was shown the prints in question.

    These are the fingers upheld as identified or, if nothing is upheld, a finger of each exemplar
    that an examiner identified.
    """
    gone = unit.findings.withdrawn(case.case_id)
    named = set(resolution.fingers.identified) if resolution.fingers else set()
    for label, candidate_id in differing_labels(case).items():
        if candidate_id in gone or resolution.candidate_id not in {None, candidate_id}:
            continue
        ground = ground_of(unit, Compared(case, resolution.decided_by, label, candidate_id))
        if named - ground.opened or (ground.comparable and not ground.opened):
            raise errors.UnfoundedFindingError(
                "Open both the probe and the exemplar first: you can only decide on prints "
                "that you have seen."
            )


def _resolution(
    services: Services, command: Resolve, case: cases.Case, upheld: tuple[cases.Decision, ...]
) -> cases.Decision:
    """Return the decision that upholds another, or an inconclusive one on all fingers compared."""
    compared = (one.fingers.compared for one in case.decisions if one.fingers)
    found = upheld[0] if upheld else None
    return cases.Decision(
        decision_id=DecisionId(services.new_id()),
        case_id=command.case_id,
        decided_by=command.caller.actor.user_id,
        kind=cases.DecisionKind.RESOLUTION,
        outcome=found.outcome if found else cases.Outcome.INCONCLUSIVE,
        candidate_id=found.candidate_id if found else None,
        reason=command.reason,
        sealed_at=services.now(),
        shuffle_seed=0,
        fingers=found.fingers if found else Fingers(in_order(chain.from_iterable(compared))),
    )
