"""Claiming a case: an examiner takes it, sees exemplars in random order, and may return it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain import errors
from domain.access.access import Caller, Scope
from domain.events import examination as events
from domain.examination import cases
from domain.ids import CandidateId, CaseId, FurtherId, UserId
from service.storage.examination.cases import Examination
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.competence import may_take_marks
from service.usecases.examination.possible_outcomes import SealedSteps
from service.usecases.log.recording import record
from service.usecases.searches.recorded import line_up
from service.usecases.services import Services, StoreServices

# The order and the labels are derived from one recorded seed for each (case, examiner), so that
# the order can be reproduced. Neither depends on rank: candidates are sorted by their random id
# before they are shuffled.


PROBE_LABEL = "probe"
"""The probe's name in addresses. Exemplars appear under their neutral labels."""

SEED_BITS = 53
"""Seeds have at most this many bits, so that JSON readers handle them exactly (RFC 8785)."""

_LABEL_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
_LABEL_LENGTH = 3


def new_seed(opaque_id: str) -> int:
    """Return a shuffle seed of SEED_BITS bits, made from a new random hexadecimal id."""
    return int(opaque_id, 16) & ((1 << SEED_BITS) - 1)


def shuffled(candidates: Sequence[CandidateId], seed: int) -> tuple[tuple[str, CandidateId], ...]:
    """Return (label, candidate) pairs in the order to show, always the same for a seed."""
    rng = np.random.Generator(np.random.Philox(seed))
    ordered = sorted(candidates)
    labels = _labels(rng, len(ordered))
    order = rng.permutation(len(ordered))
    return tuple((label, ordered[i]) for label, i in zip(labels, order, strict=True))


def _labels(rng: np.random.Generator, count: int) -> list[str]:
    """Return distinct labels that reveal neither a number nor an order."""
    labels: dict[str, None] = {}
    while len(labels) < count:
        letters = rng.choice(list(_LABEL_ALPHABET), size=_LABEL_LENGTH)
        labels["".join(letters)] = None
    return list(labels)


EXAMINABLE_STATES = frozenset({cases.CaseState.WAITING, cases.CaseState.VERIFYING})


@dataclass(frozen=True, slots=True)
class Work:
    """One examiner's work on a case before the decision."""

    examination: Examination | None
    analysis: cases.Analysis | None
    comparisons: tuple[cases.Comparison, ...]
    withdrawn: frozenset[CandidateId]
    """Exemplars that have left the case."""

    def current_exemplar(self) -> tuple[str, CandidateId] | None:
        """Return (label, candidate) of the exemplar to compare next.

        None if all exemplars not withdrawn are evaluated, or if the analysis found no value, so
        that nothing is compared. Raises StepOutOfOrderError before the analysis is sealed.
        """
        if self.examination is None or self.analysis is None:
            raise errors.StepOutOfOrderError("Seal the analysis of the probe first.")
        if not self.analysis.is_of_value:
            return None
        sealed = {comparison.label for comparison in self.comparisons}
        order = self.examination.order
        return next((s for s in order if s[0] not in sealed and s[1] not in self.withdrawn), None)

    def sealed_steps(self) -> SealedSteps:
        """Return the sealed work, without comparisons with withdrawn exemplars."""
        order = self.examination.order if self.examination else ()
        evaluated = {comparison.candidate_id for comparison in self.comparisons}
        return SealedSteps(
            analysis=self.analysis,
            comparisons=tuple(c for c in self.comparisons if c.candidate_id not in self.withdrawn),
            has_compared_all=all(one in evaluated | self.withdrawn for _, one in order),
        )


def work_of(unit: UnitOfWork, case_id: CaseId, examiner: UserId) -> Work:
    """Return an examiner's work on a case, read once for all that follows from it."""
    return Work(
        examination=unit.cases.examination(case_id, examiner),
        analysis=unit.cases.analysis(case_id, examiner),
        comparisons=unit.cases.comparisons(case_id, examiner),
        withdrawn=unit.findings.withdrawn(case_id),
    )


def held_case(unit: UnitOfWork, caller: Caller, case_id: CaseId) -> cases.Case:
    """Return an open case that the caller holds and has not decided yet.

    Raises NotFoundError, ClosedCaseError, AlreadyDecidedError, CaseNotClaimedError.
    """
    case = errors.existing(unit.cases.get(case_id))
    if case.state in cases.CLOSED_STATES:
        raise errors.ClosedCaseError
    if case.is_decided_by(caller.actor.user_id):
        raise errors.AlreadyDecidedError
    if case.claimed_by != caller.actor.user_id:
        raise errors.CaseNotClaimedError
    return case


def refuse_if_tampered(
    services: StoreServices, unit: UnitOfWork, caller: Caller, case: cases.Case, *also: str
) -> None:
    """Before any change, compare the search, its candidates and the sealed work with their events.

    `also` names further items whose rows are checked, such as the case's link. Raises
    EvidenceTamperedError if any of them differs; then the only change is the event that records
    this.
    """
    changed = unit.state.first_changed(case.search_id, case.case_id, *also)
    if changed is None:
        return
    found = events.TamperingFound(case.case_id, changed.ref, changed.seq)
    record(services, unit, caller, found, case)
    unit.commit()
    raise errors.EvidenceTamperedError


def claim_case(services: Services, caller: Caller, case_id: CaseId) -> None:
    """Claim a case. Claiming the caller's own case again changes nothing.

    Raises NotPermittedError, NotFoundError, ClosedCaseError, SelfVerificationError,
    CaseTakenError, CompetenceNotShownError or EvidenceTamperedError.
    """
    with services.begin(caller, Scope.EXAMINE) as unit:
        case = errors.existing(unit.cases.get(case_id))
        if case.claimed_by == caller.actor.user_id and case.state in EXAMINABLE_STATES:
            return
        _check_claimable(services, unit, case, caller.actor.user_id)
        refuse_if_tampered(services, unit, caller, case)
        _take(services, unit, case, caller.actor.user_id)
        if unit.cases.examination(case_id, caller.actor.user_id) is None:
            unit.cases.begin(_examination(services, unit, case, caller.actor.user_id))
        record(services, unit, caller, events.CaseClaimed(case_id), case)


def release_case(services: Services, caller: Caller, case_id: CaseId) -> None:
    """Return a case to the queue. Work already sealed stays sealed.

    Raises NotPermittedError, NotFoundError, ClosedCaseError, CaseNotClaimedError.
    """
    with services.begin(caller, Scope.EXAMINE) as unit:
        case = held_case(unit, caller, case_id)
        give_back(services, unit, case)
        record(services, unit, caller, events.CaseReleased(case_id), case)


def _check_claimable(
    services: Services, unit: UnitOfWork, case: cases.Case, user_id: UserId
) -> None:
    if case.state in cases.CLOSED_STATES:
        raise errors.ClosedCaseError
    if case.is_decided_by(user_id):
        raise errors.SelfVerificationError
    if unit.searches.submitted_by(case.search_id) == user_id:
        raise errors.SelfVerificationError(
            "You asked for this search: another examiner must compare the exemplars."
        )
    if case.claimed_by is not None or case.state not in EXAMINABLE_STATES:
        raise errors.CaseTakenError
    is_mark = case.activity is cases.Activity.MARK_COMPARISON
    if is_mark and not may_take_marks(services, unit, user_id):
        raise errors.CompetenceNotShownError


def _examination(
    services: Services, unit: UnitOfWork, case: cases.Case, examiner: UserId
) -> Examination:
    candidates = [one.candidate_id for one in line_up(services.policy, unit, case)]
    taken = unit.cases.labels(case.case_id)
    # If two examiners saw the same label, they could talk about the same exemplar.
    while True:
        seed = new_seed(services.new_id())
        order = shuffled(candidates, seed)
        if taken.isdisjoint(label for label, _ in order):
            break
    return Examination(
        case_id=case.case_id,
        examiner=examiner,
        shuffle_seed=seed,
        order=order,
        begun_at=services.now(),
    )


def give_back(services: Services, unit: UnitOfWork, case: cases.Case) -> None:
    """Put a held case, or a difference of opinion, at the end of the queue under a new name.

    Under its old name and place, it would show an observer that somebody had held it.
    """
    moved = replace(
        case,
        state=cases.CaseState.VERIFYING if case.state is cases.CaseState.DIFFERING else case.state,
        claimed_by=None,
        revision=services.new_id(),
        ready_at=services.now(),
    )
    unit.cases.save(moved, expected_revision=case.revision)


def ask_further(
    services: Services,
    unit: UnitOfWork,
    caller: Caller,
    case: cases.Case,
    cause: cases.FurtherCause,
    *,
    reason: str = "",
) -> None:
    """Record why a case goes to one more examiner; no examiner can read this."""
    asked = cases.FurtherExamination(
        further_id=FurtherId(services.new_id()),
        case_id=case.case_id,
        cause=cause,
        asked_by=caller.actor.user_id,
        asked_at=services.now(),
        reason=reason,
    )
    unit.findings.ask_further(asked)
    event = events.FurtherExaminationAsked(asked.further_id, case.case_id, cause)
    record(services, unit, caller, event, case)


def _take(services: Services, unit: UnitOfWork, case: cases.Case, examiner: UserId) -> None:
    moved = replace(case, claimed_by=examiner, revision=services.new_id())
    unit.cases.save(moved, expected_revision=case.revision)
