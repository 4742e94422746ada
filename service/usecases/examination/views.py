"""Views of a case at each step. Data is hidden here, not in a page.

An examiner's list and view hold no scores, ranks, number of candidates, personal details, other
examiners or earlier examinations. Showing hidden data is itself logged.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from domain.access.access import Caller, Scope
from domain.errors import NotFoundError, StepOutOfOrderError
from domain.events.examination import EvidenceUnmasked, ExemplarShown
from domain.events.looking import LookKind
from domain.examination import cases
from domain.examination.finding_policy import FindingPolicy
from domain.ids import CandidateId, CaseId, UserId
from domain.list_pages import ListOrder, ListPage
from domain.prints.prints import FingerPosition, Impression
from domain.searches.searches import Candidate
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination import claiming
from service.usecases.examination.further_search import FurtherSearch, further_search
from service.usecases.examination.possible_outcomes import PossibleOutcome
from service.usecases.examination.prints import exemplar_impressions
from service.usecases.log.recording import candidates_shown, look, record
from service.usecases.searches.recorded import finger_found
from service.usecases.services import Services


class ExaminerStep(StrEnum):
    """An examiner's next step."""

    CLAIM = "claim"
    ANALYSIS = "analysis"
    COMPARISON = "comparison"
    DECISION = "decision"
    SEALED = "sealed"
    """The examiner has decided. Others may or may not still be working on the case."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, eq=False)
class ExaminerView:
    """A case as shown to one examiner."""

    case_id: CaseId
    activity: cases.Activity
    step: ExaminerStep
    revision: str
    probe: tuple[Impression, ...]
    """The prints of the probe; empty until the case is claimed."""
    analysis: cases.Analysis | None
    comparisons: tuple[cases.Comparison, ...]
    decision: cases.Decision | None
    possible_outcomes: tuple[PossibleOutcome, ...] = ()
    """Outcomes that a decision may have now; empty while an earlier step is missing."""
    candidates: tuple[Candidate, ...] = ()
    """Candidates with rank and evidence, only for the examiners of a closed case."""
    policy: FindingPolicy = field(default_factory=FindingPolicy)
    """The conditions that a finding must meet now."""
    further: FurtherSearch | None = None
    """The further search of the mark that this examiner may ask for, or has asked for."""

    @property
    def point_pairs_wanted(self) -> int:
        """How many point pairs an identified finger needs; fewer if its quality is high enough."""
        is_mark = self.activity is cases.Activity.MARK_COMPARISON
        return self.policy.pairs_wanted(is_mark=is_mark, quality=0)


@dataclass(frozen=True, slots=True, eq=False)
class Exemplar:
    """One exemplar, under this examiner's own label for it."""

    label: str
    """Neutral label of the exemplar, which does not reveal its rank."""
    impressions: tuple[Impression, ...]
    finger_found: FingerPosition | None = None
    """For a mark, the finger by which the search found the exemplar. Compare this finger first,
    and the others if a doubt remains. None for a tenprint."""


def examiner_view(services: Services, caller: Caller, case_id: CaseId) -> ExaminerView:
    """Return a case as this examiner may see it now; unmasking a closed case is logged.

    Raises NotPermittedError, NotFoundError.
    """
    view = _view_if_open(services, caller, case_id)
    if view is not None:
        return view
    with services.units.write() as unit:
        case = _reachable(unit, case_id, caller.actor.user_id)
        candidates = unit.searches.candidates(case.search_id)
        record(services, unit, caller, EvidenceUnmasked(case_id, case.search_id), case)
        told = candidates_shown(services, LookKind.EVIDENCE, candidates)
        record(services, unit, caller, told, case)
        unit.commit()
        work = claiming.work_of(unit, case_id, caller.actor.user_id)
        view = _view(unit, case, caller.actor.user_id, step=ExaminerStep.CLOSED, work=work)
        return replace(view, candidates=candidates)


def open_view(services: Services, caller: Caller, case_id: CaseId) -> ExaminerView:
    """Return an open case as this examiner may see it now.

    Raises NotPermittedError, NotFoundError, and StepOutOfOrderError for a closed case, because its
    view would show the hidden data.
    """
    view = _view_if_open(services, caller, case_id)
    if view is None:
        raise StepOutOfOrderError("The case is closed. Its result is on its own page.")
    return view


def _view_if_open(services: Services, caller: Caller, case_id: CaseId) -> ExaminerView | None:
    me = caller.actor.user_id
    with services.reading(caller, Scope.EXAMINE) as unit:
        case = _reachable(unit, case_id, me)
        work = claiming.work_of(unit, case_id, me)
        step = _step(case, me, work)
        if step is ExaminerStep.CLOSED:
            return None
        view = _view(unit, case, me, step=step, work=work)
        further = further_search(services, unit, case, me, work.analysis)
    look(services, caller, LookKind.CASE, (case_id, case.search_id), case)
    return replace(view, further=further)


def examiner_step(services: Services, caller: Caller, case_id: CaseId) -> ExaminerStep:
    """Return this examiner's next step on a case, without showing or unmasking anything.

    Raises NotPermittedError, NotFoundError.
    """
    me = caller.actor.user_id
    with services.reading(caller, Scope.EXAMINE) as unit:
        case = _reachable(unit, case_id, me)
        return _step(case, me, claiming.work_of(unit, case_id, me))


def next_exemplar(services: Services, caller: Caller, case_id: CaseId) -> Exemplar | None:
    """Return the exemplar to compare now, or None if none is left; showing it is logged.

    Raises NotPermittedError, NotFoundError, ClosedCaseError, AlreadyDecidedError,
    CaseNotClaimedError, StepOutOfOrderError.
    """
    with services.begin(caller, Scope.EXAMINE) as unit:
        case = claiming.held_case(unit, caller, case_id)
        shown = claiming.work_of(unit, case_id, caller.actor.user_id).current_exemplar()
        if shown is None:
            return None
        label, candidate_id = shown
        exemplar = _exemplar(services, unit, case, label, candidate_id)
        event = ExemplarShown(case_id, candidate_id=candidate_id, label=label)
        record(services, unit, caller, event, case)
    return exemplar


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """A difference of opinion as shown to a supervisor: the sealed decisions, no details."""

    case_id: CaseId
    activity: cases.Activity
    revision: str
    """Revision of the case: send it back with a decision, which is refused if the case has
    changed."""
    decisions: tuple[cases.Decision, ...]


def differences(
    services: Services,
    caller: Caller,
    *,
    limit: int,
    order: ListOrder | None = None,
    after: str | None = None,
) -> ListPage[DifferenceView, str]:
    """Return the open differences of opinion, oldest first or in the given order.

    `after` is the last case of the previous page. Raises NotPermittedError.
    """
    with services.reading(caller, Scope.RESOLVE) as unit:
        page = unit.cases.in_state(
            cases.CaseState.DIFFERING, limit=limit, order=order, after=after
        )
    look(services, caller, LookKind.DIFFERENCES, (one.case_id for one in page.items))
    return page.of(
        DifferenceView(c.case_id, c.activity, c.revision, c.decisions) for c in page.items
    )


def _reachable(unit: UnitOfWork, case_id: CaseId, me: UserId) -> cases.Case:
    """Return a case that the examiner may know of: a closed case, only if they decided it."""
    case = unit.cases.get(case_id)
    if case is None or (case.state in cases.CLOSED_STATES and not case.is_decided_by(me)):
        raise NotFoundError
    return case


def _step(case: cases.Case, me: UserId, work: claiming.Work) -> ExaminerStep:
    if case.state in cases.CLOSED_STATES:
        return ExaminerStep.CLOSED
    if case.is_decided_by(me):
        return ExaminerStep.SEALED
    if case.claimed_by != me or case.state not in claiming.EXAMINABLE_STATES:
        return ExaminerStep.CLAIM
    try:
        shown = work.current_exemplar()
    except StepOutOfOrderError:
        return ExaminerStep.ANALYSIS
    return ExaminerStep.DECISION if shown is None else ExaminerStep.COMPARISON


def _exemplar(
    services: Services, unit: UnitOfWork, case: cases.Case, label: str, candidate_id: CandidateId
) -> Exemplar:
    candidate, search = unit.searches.candidate(candidate_id), unit.searches.get(case.search_id)
    if search is None or candidate is None or candidate.encounter_id is None:
        raise NotFoundError
    impressions = exemplar_impressions(unit, case.search_id, candidate.encounter_id)
    if not impressions and unit.encounters.get(candidate.encounter_id) is None:
        raise NotFoundError("The prints of this exemplar have been erased.")
    found = finger_found(unit, services.print_format, search, candidate)
    return Exemplar(label, impressions, found)


def _view(
    unit: UnitOfWork, case: cases.Case, me: UserId, *, step: ExaminerStep, work: claiming.Work
) -> ExaminerView:
    probe = None if step is ExaminerStep.CLAIM else unit.searches.probe(case.search_id)
    return ExaminerView(
        case_id=case.case_id,
        activity=case.activity,
        step=step,
        revision=case.revision if case.claimed_by == me else "",
        probe=() if probe is None else probe.impressions,
        analysis=work.analysis,
        comparisons=work.comparisons,
        decision=next((d for d in case.decisions if d.decided_by == me), None),
        possible_outcomes=(
            work.sealed_steps().possible_outcomes() if step in _AFTER_ANALYSIS else ()
        ),
        policy=unit.findings.policy().policy,
    )


_AFTER_ANALYSIS = frozenset({ExaminerStep.COMPARISON, ExaminerStep.DECISION})
