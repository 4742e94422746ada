"""The examiners' work on one search: analyses, comparisons, decisions, and the resulting link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain import ids
from domain.errors import InvalidInputError
from domain.examination.finding_policy import MOST_POINT_PAIRS
from domain.examination.markups import LARGEST_PX, Enhancement, FingerMarkup, is_marked
from domain.examination.point_geometry import FingerGeometry
from domain.forces import NO_FORCE
from domain.prints.prints import FingerPosition, Fingers


class Activity(StrEnum):
    """Whether prints are compared with prints or with a mark. Statistics never mix the two."""

    TENPRINT_CHECK = "tenprint check"
    MARK_COMPARISON = "mark comparison"


class CaseState(StrEnum):
    """The stage a case has reached."""

    WAITING = "waiting"
    """Awaiting a first examination."""
    VERIFYING = "verifying"
    """A decision is sealed, and another person must examine the case. Decisions may differ."""
    DIFFERING = "differing"
    """The sealed decisions differ, and a supervisor must review them."""
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
    """The urgency of a case. Urgency and activity together set the target time."""

    URGENT = "urgent"
    HIGH = "high"
    ROUTINE = "routine"


class Withdrawal(StrEnum):
    """Why an exemplar was withdrawn from an open case."""

    ERASED = "erased"
    """Its person was erased."""
    MERGED = "merged"
    """Its capture was moved to another person, because a merge was made or undone."""
    REVOKED = "revoked"
    """The link that had assigned its capture to its person was revoked."""


class DecisionKind(StrEnum):
    """The kind of decision. First examination and verification are both `examination`, so that an
    examiner cannot tell which it is.
    """

    EXAMINATION = "examination"
    RESOLUTION = "resolution"


class FurtherCause(StrEnum):
    """Why one more examiner was assigned to a case. No examiner is told."""

    DIFFERENCE = "difference"
    """The sealed decisions differ."""
    SUPERVISOR = "supervisor"
    """A supervisor has read the sealed decisions and wants another opinion."""


@dataclass(frozen=True, slots=True)
class FurtherExamination:
    """The assignment of a case to one more examiner than usual. That examiner is not told."""

    further_id: ids.FurtherId
    case_id: ids.CaseId
    cause: FurtherCause
    asked_by: ids.UserId
    """The supervisor, or the examiner whose decision differed from the earlier ones."""
    asked_at: datetime
    """When the further examination was requested."""
    reason: str = ""
    """The supervisor's own words."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """The sealed first step of an examination: the examiner has seen only the probe."""

    case_id: ids.CaseId
    examiner: ids.UserId
    is_of_value: bool
    notes: str
    sealed_at: datetime
    fingers: tuple[FingerMarkup, ...] = ()
    """The mark-up of each finger; fingers that the examiner did not mark up are left out."""


class Placing(StrEnum):
    """How a person set a point on a print: clicked, moved or snapped. No program sets points."""

    CLICKED = "clicked"
    MOVED = "moved"
    """The person moved the cross there with keys."""
    SNAPPED = "snapped"
    """The person put the cross near a minutia, and moved it onto the minutia with a key."""


@dataclass(frozen=True, slots=True)
class PointPair:
    """One feature that an examiner marked in both prints of a finger, in pixels of each image."""

    position: FingerPosition
    """The position of the exemplar's finger."""
    probe_x_px: int
    """Column of the point in the probe, in pixels from the left."""
    probe_y_px: int
    """Row of the point in the probe, in pixels from the top."""
    exemplar_x_px: int
    """Column of the point in the exemplar, in pixels from the left."""
    exemplar_y_px: int
    """Row of the point in the exemplar, in pixels from the top."""
    probe_placing: Placing | None = None
    """None for pairs of the matcher or of earlier releases, as in `exemplar_placing`."""
    exemplar_placing: Placing | None = None

    @property
    def places_px(self) -> tuple[int, int, int, int]:
        """The four coordinates of the pair."""
        return (self.probe_x_px, self.probe_y_px, self.exemplar_x_px, self.exemplar_y_px)


def check_points(points: Sequence[PointPair]) -> None:
    """Raise InvalidInputError for too many pairs, or a point outside a picture or without a
    placing.
    """
    is_within = all(0 <= place <= LARGEST_PX for pair in points for place in pair.places_px)
    if len(points) > MOST_POINT_PAIRS or not is_within:
        raise InvalidInputError(
            f"Mark at most {MOST_POINT_PAIRS} pairs of points, with x and y from 0 to"
            f" {LARGEST_PX} pixels.",
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

    case_id: ids.CaseId
    examiner: ids.UserId
    label: str
    """The neutral label under which this examiner saw the exemplar."""
    candidate_id: ids.CandidateId
    outcome: Outcome
    reason: str
    sealed_at: datetime
    points: tuple[PointPair, ...] = ()
    fingers: Fingers | None = None
    """None if the release did not record fingers yet. The same applies to `policy_version`."""
    policy_version: int | None = None
    """The version of the finding policy whose requirements the comparison met."""
    points_added: int | None = None
    """The number of points not marked in the analysis; None in earlier releases."""
    geometry: tuple[FingerGeometry, ...] = ()
    """The geometry of the pairs of each finger with points. Earlier releases did not record it."""
    why_close: str = ""
    """The examiner's reason, if the points cover a smaller area than the office requires."""
    enhancements: tuple[Enhancement, ...] = ()
    earlier: tuple[Comparison, ...] = ()
    """The evaluations that this one revised, oldest first."""


def added_points(analysis: Analysis | None, points: Sequence[PointPair]) -> tuple[PointPair, ...]:
    """Return the points not marked in the analysis: set after seeing the exemplar."""
    fingers = analysis.fingers if analysis else ()
    return tuple(
        pair
        for pair in points
        if not is_marked(fingers, pair.position, pair.probe_x_px, pair.probe_y_px)
    )


@dataclass(frozen=True, slots=True)
class Decision:
    """One person's sealed outcome of a case."""

    decision_id: ids.DecisionId
    case_id: ids.CaseId
    decided_by: ids.UserId
    kind: DecisionKind
    outcome: Outcome
    candidate_id: ids.CandidateId | None
    """Set if and only if the outcome is `identified`."""
    reason: str
    sealed_at: datetime
    shuffle_seed: int
    """The seed from which the order of the exemplars can be reproduced."""
    fingers: Fingers | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """The examiners' work on one search.

    `revision` is a random string that changes with the case, so that stale writes are refused. A
    counter would reveal how often the case has changed, and therefore whether an examination is a
    verification. The string also names a waiting case as a task in an examiner's queue: a case
    that returns to the queue has a new name there.
    """

    case_id: ids.CaseId
    search_id: ids.SearchId
    force: ids.ForceCode
    activity: Activity
    state: CaseState
    opened_at: datetime
    revision: str
    ready_at: datetime
    """When the case entered the queue for the work that it waits for, or that is under way."""
    claimed_by: ids.UserId | None = None
    decisions: tuple[Decision, ...] = ()

    @property
    def is_control(self) -> bool:
        """Whether the case is a control item, which has no force and makes no link."""
        return self.force == NO_FORCE

    def is_decided_by(self, user_id: ids.UserId) -> bool:
        """Whether this person has sealed a decision on the case."""
        return any(decision.decided_by == user_id for decision in self.decisions)


@dataclass(frozen=True, slots=True)
class Link:
    """A confirmed connection of a search's capture and a record; revocable, never deleted."""

    link_id: ids.LinkId
    case_id: ids.CaseId
    search_id: ids.SearchId
    candidate_id: ids.CandidateId
    person_id: ids.PersonId
    record_id: ids.RecordId | None
    encounter_id: ids.EncounterId | None
    force: ids.ForceCode
    decision_ids: tuple[ids.DecisionId, ...]
    """At least two decisions, made by different people."""
    linked_at: datetime
    revoked_at: datetime | None = None
    revoked_by: ids.UserId | None = None
    revocation_reason: str = ""
    fingers: Fingers | None = None
    """The fingers that the examiners compared, and those that each of them identified."""
