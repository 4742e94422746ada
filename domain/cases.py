"""The examiners' work on one search: analyses, comparisons, decisions, and the resulting link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.enhancements import Enhancement
from domain.errors import InvalidInputError
from domain.finding_policy import MOST_POINT_PAIRS
from domain.fingers import Fingers
from domain.forces import NO_FORCE
from domain.ids import (
    CandidateId,
    CaseId,
    DecisionId,
    EncounterId,
    ForceCode,
    FurtherId,
    LinkId,
    PersonId,
    RecordId,
    SearchId,
    UserId,
)
from domain.markups import LARGEST_PX, FingerMarkup, is_marked
from domain.point_geometry import FingerGeometry
from domain.prints import FingerPosition


class Activity(StrEnum):
    """Controlled prints against controlled prints, or a mark; statistics never mix the two."""

    TENPRINT_CHECK = "tenprint check"
    MARK_COMPARISON = "mark comparison"


class CaseState(StrEnum):
    """The stage a case has reached."""

    WAITING = "waiting"
    """Awaiting a first examination."""
    VERIFYING = "verifying"
    """A decision is sealed, or several that differ; another person examines."""
    DIFFERING = "differing"
    """The sealed decisions differ; a supervisor reviews them."""
    LINKED = "linked"
    NOT_LINKED = "not linked"


CLOSED_STATES = frozenset({CaseState.LINKED, CaseState.NOT_LINKED})


class Outcome(StrEnum):
    """An examiner's finding (ACE-V)."""

    IDENTIFIED = "identified"
    EXCLUDED = "excluded"
    INCONCLUSIVE = "inconclusive"
    INSUFFICIENT = "insufficient"


class Priority(StrEnum):
    """The urgency of a case; with the activity it sets the target time."""

    URGENT = "urgent"
    HIGH = "high"
    ROUTINE = "routine"


class Withdrawal(StrEnum):
    """Why an exemplar left an open case."""

    ERASED = "erased"
    """Its person was erased."""
    MERGED = "merged"
    """Its capture went to another person by a merge, or by taking one back."""
    REVOKED = "revoked"
    """The link by which its capture was put under its person was revoked."""


class DecisionKind(StrEnum):
    """First examination and verification are both `examination`: an examiner cannot tell which."""

    EXAMINATION = "examination"
    RESOLUTION = "resolution"


class FurtherCause(StrEnum):
    """Why a case went to one examiner more. No examiner is told that it did."""

    DIFFERENCE = "difference"
    """Sealed decisions differ."""
    SUPERVISOR = "supervisor"
    """A supervisor has read them and wants another opinion."""


@dataclass(frozen=True, slots=True)
class FurtherExamination:
    """A case that went to one examiner more than usual; that examiner is not told."""

    further_id: FurtherId
    case_id: CaseId
    cause: FurtherCause
    asked_by: UserId
    """The supervisor, or the examiner whose decision made the difference."""
    asked_at: datetime
    reason: str = ""
    """The supervisor's own words."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """The sealed first step: only the probe, before any exemplar is seen."""

    case_id: CaseId
    examiner: UserId
    is_of_value: bool
    notes: str
    sealed_at: datetime
    fingers: tuple[FingerMarkup, ...] = ()
    """The mark-up of the fingers, those left out that the examiner did not mark up."""


class Placing(StrEnum):
    """How a person put a point on a print; no program places one."""

    CLICKED = "clicked"
    MOVED = "moved"
    """The cross was moved there by keys."""
    SNAPPED = "snapped"
    """The cross was put near a minutia, and sent to it by a key."""


@dataclass(frozen=True, slots=True)
class PointPair:
    """One feature that an examiner marked in both prints of a finger, in pixels of each image."""

    position: FingerPosition
    """The exemplar's finger."""
    probe_x_px: int
    probe_y_px: int
    exemplar_x_px: int
    exemplar_y_px: int
    probe_placing: Placing | None = None
    """None for a pair of the matcher, or sealed before this was recorded; the same below."""
    exemplar_placing: Placing | None = None

    @property
    def places_px(self) -> tuple[int, int, int, int]:
        """The four coordinates."""
        return (self.probe_x_px, self.probe_y_px, self.exemplar_x_px, self.exemplar_y_px)


def check_points(points: Sequence[PointPair]) -> None:
    """Raise InvalidInputError for too many pairs, and for one off a picture or put by nobody."""
    is_within = all(0 <= place <= LARGEST_PX for pair in points for place in pair.places_px)
    if len(points) > MOST_POINT_PAIRS or not is_within:
        raise InvalidInputError(
            f"Mark at most {MOST_POINT_PAIRS} pairs of points, at pixels 0 to {LARGEST_PX} of"
            " each picture.",
            pointer="/points",
        )
    if any(None in (pair.probe_placing, pair.exemplar_placing) for pair in points):
        raise InvalidInputError(
            "State how each point was set in each print: clicked, moved or snapped.",
            pointer="/points",
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """The sealed evaluation of one exemplar by one examiner."""

    case_id: CaseId
    examiner: UserId
    label: str
    """The neutral label under which this examiner saw the exemplar."""
    candidate_id: CandidateId
    outcome: Outcome
    reason: str
    sealed_at: datetime
    points: tuple[PointPair, ...] = ()
    """The examiner's marks, sealed with the evaluation."""
    fingers: Fingers | None = None
    """Not recorded by releases before fingers were named; the same below."""
    policy_version: int | None = None
    """The version of the policy on findings that it met."""
    points_added: int | None = None
    """How many points were not marked in the analysis; not recorded by earlier releases."""
    geometry: tuple[FingerGeometry, ...] = ()
    """Geometry of the pairs of each finger with points; not recorded by earlier releases."""
    why_close: str = ""
    """Why the points are spread over less than the office demands, where they are."""
    enhancements: tuple[Enhancement, ...] = ()
    """The looks of the prints, other than as captured, under which it was made."""
    earlier: tuple[Comparison, ...] = ()
    """The evaluations that this one revised, the first one first."""


def added_points(analysis: Analysis | None, points: Sequence[PointPair]) -> tuple[PointPair, ...]:
    """Return the points of a comparison that the analysis had not marked in the probe.

    They were seen after the exemplar was.
    """
    fingers = analysis.fingers if analysis else ()
    return tuple(
        pair
        for pair in points
        if not is_marked(fingers, pair.position, pair.probe_x_px, pair.probe_y_px)
    )


@dataclass(frozen=True, slots=True)
class Decision:
    """One person's sealed outcome of a case."""

    decision_id: DecisionId
    case_id: CaseId
    decided_by: UserId
    kind: DecisionKind
    outcome: Outcome
    candidate_id: CandidateId | None
    """Set exactly when the outcome is `identified`."""
    reason: str
    sealed_at: datetime
    shuffle_seed: int
    """The seed of the order in which the exemplars were shown, so that it can be replayed."""
    fingers: Fingers | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """The work on one search.

    `revision` is a random string that changes with the case, so that stale writes are refused. A
    counter would reveal how often the case has moved, and with it whether an examination is a
    verification. It is also the name of a waiting case in the queue of an examiner, as a task: a
    case that comes back has another name there.
    """

    case_id: CaseId
    search_id: SearchId
    force: ForceCode
    activity: Activity
    state: CaseState
    opened_at: datetime
    revision: str
    ready_at: datetime
    """When it came into the queue for the work that it waits for now, or is held for."""
    claimed_by: UserId | None = None
    decisions: tuple[Decision, ...] = ()

    @property
    def is_control(self) -> bool:
        """Whether the case is a control item: no force has it, and it makes no link."""
        return self.force == NO_FORCE

    def is_decided_by(self, user_id: UserId) -> bool:
        """Whether this person has sealed a decision on the case."""
        return any(decision.decided_by == user_id for decision in self.decisions)


@dataclass(frozen=True, slots=True)
class Link:
    """A confirmed connection between a search's capture and a record; revoked, never deleted."""

    link_id: LinkId
    case_id: CaseId
    search_id: SearchId
    candidate_id: CandidateId
    person_id: PersonId
    record_id: RecordId | None
    encounter_id: EncounterId | None
    force: ForceCode
    decision_ids: tuple[DecisionId, ...]
    """At least two decisions, by different people."""
    linked_at: datetime
    revoked_at: datetime | None = None
    revoked_by: UserId | None = None
    revocation_reason: str = ""
    fingers: Fingers | None = None
    """Fingers that its examiners compared, and those that each of them identified."""
