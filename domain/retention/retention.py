"""How long data about people may be kept: purge plans and reviews."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from domain.errors import InvalidInputError
from domain.ids import EncounterId, ErasureId, PersonId, RequestId, UserId

# At first a plan is only a list of the people whose prints no rule keeps. Nothing is hidden or
# destroyed before an independent count has found the same people and two people have released
# the plan.


PlanId = NewType("PlanId", str)
"""Id of the plan."""


class PlanRefusal(StrEnum):
    """Why a plan can never be released."""

    TOO_MANY = "more people than the cap"
    TOO_LARGE_A_SHARE = "a larger share of all people than the cap"


class PlanState(StrEnum):
    """The state of a plan."""

    REFUSED = "refused"
    """The plan exceeds a limit, or the independent count found different people."""
    UNCOUNTED = "not counted again"
    COUNTED = "counted again"
    """The independent count agrees, and two people may release the plan."""
    HALF_RELEASED = "released by one"
    RELEASED = "released"
    DONE = "carried out"
    """Every person in the plan is hidden or was spared."""


MAY_RELEASE = frozenset({PlanState.COUNTED, PlanState.HALF_RELEASED})
"""The states in which a person may release a plan."""


class Settled(StrEnum):
    """The outcome for one person in a released plan."""

    HIDDEN = "hidden"
    """Prints removed from every search now, and destroyed after the waiting period."""
    SPARED = "spared"
    """When their turn came: no longer due, no longer held, or under another erasure."""


class PurgeEnd(StrEnum):
    """How the purge of a person's prints ended."""

    CALLED_BACK = "called back"
    """By a supervisor within the waiting period, or because something recorded in it keeps the
    prints: searches find them as before."""
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class Caps:
    """The limits on how many people one plan may purge."""

    people: int = 1_000
    per_mille: int = 10
    """The limit on people in the plan, per thousand people held."""

    SMALL = 5
    """The limit on the share applies only if more than this many people are due."""

    def refusal(self, due: int, people: int) -> PlanRefusal | None:
        """Return why a plan for `due` of `people` people is refused, or None."""
        if due > self.people:
            return PlanRefusal.TOO_MANY
        if due > self.SMALL and due * 1_000 > self.per_mille * people:
            return PlanRefusal.TOO_LARGE_A_SHARE
        return None


@dataclass(frozen=True, slots=True)
class PlanCapture:
    """A capture to purge, its event, and the last basis for keeping it."""

    encounter_id: EncounterId
    event: str
    """An item of a record, as `record.item`; empty if a review decided, or no event is known."""
    provision: str
    last_day: date | None
    """The last day on which it could lawfully be kept; None if no period ever applied."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A person some or all of whose prints are to be purged, and the last basis of keeping."""

    person_id: PersonId
    provision: str
    last_day: date | None
    """The last day on which they could lawfully be kept; None if no period ever applied."""
    captures: tuple[PlanCapture, ...] = ()
    """The captures that are to be purged. Other captures of the person are kept."""


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """The counts of a plan."""

    people: int
    """The number of people held. People who were merged count as one."""
    due: int
    kept: int
    reviews: int
    """The number of people to review: neither kept indefinitely nor purged."""
    added: int = 0
    """The number of people who are due now and were not in the previous plan."""
    gone: int = 0
    """The number of people no longer due whom the previous plan had not purged."""


@dataclass(frozen=True, slots=True)
class Recount:
    """The result of an independent count, compared with a plan."""

    recount_id: str
    due: int
    """The number of captures due. `missing` and `beyond` also count captures."""
    missing: int
    """Captures due in the count but not in the plan, which would fail to delete them."""
    beyond: int
    """Captures in the plan but not due in the count: deleting them would be wrong."""
    reviews: int
    """According to the count, the number of people for whom no rule decides."""
    counted_by: UserId
    counted_at: datetime
    """When it was counted."""


@dataclass(frozen=True, slots=True)
class Release:
    """The release of a plan by one person."""

    released_by: UserId
    released_at: datetime
    """When it was released."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """The outcome for one person in a plan, and what happened to the prints."""

    settlement_id: str
    plan_id: PlanId
    person_id: PersonId
    outcome: Settled
    erasure_id: ErasureId | None
    """Id of the erasure. Used for plans of earlier releases, which erased all data of a person."""
    settled_at: datetime
    due_at: datetime | None = None
    """Time at which the prints are destroyed; None for people who are spared."""
    ended: PurgeEnd | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with its outcome. Its lines are read separately."""

    plan_id: PlanId
    on: date
    """The day for which the plan was computed."""
    rules: str
    """The identifiers of the rules by which the plan was computed."""
    figures: PlanFigures
    refusal: PlanRefusal | None
    """The limit that the plan exceeds."""
    made_by: UserId
    made_at: datetime
    """When it was made."""
    previous_id: PlanId | None = None
    """The previous plan."""
    recount: Recount | None = None
    releases: tuple[Release, ...] = ()
    settled: int = 0
    """The number of people in the plan who are hidden or spared."""

    @property
    def agrees(self) -> bool:
        """Whether the last count found the same people and captures."""
        count = self.recount
        return (
            count is not None
            and not count.missing
            and not count.beyond
            and count.reviews == self.figures.reviews
        )

    @property
    def state(self) -> PlanState:
        """The state of the plan."""
        if self.refusal is not None or (self.recount is not None and not self.agrees):
            return PlanState.REFUSED
        if len(self.releases) > 1:
            is_done = self.settled >= self.figures.due
            return PlanState.DONE if is_done else PlanState.RELEASED
        if self.releases:
            return PlanState.HALF_RELEASED
        return PlanState.UNCOUNTED if self.recount is None else PlanState.COUNTED


class ReviewDecision(StrEnum):
    """The decision of a review."""

    KEEP = "keep"
    RESTRICT = "restrict"
    """The data is kept but not used: a restriction of the data is requested."""
    ERASE = "erase"


class ReviewGround(StrEnum):
    """The ground for a decision."""

    FACTS_ESTABLISHED = "facts established"
    """The missing facts are now known, and there is a legal power to keep the data."""
    COURT_EXTENSION = "extended by a court"
    COMMISSIONER_CONSENT = "consent of the Commissioner"
    PROCEEDINGS_OPEN = "proceedings open"
    EVIDENCE = "must be kept as evidence"
    ACCURACY_CONTESTED = "accuracy contested"
    NO_POWER = "no power covers keeping"
    UNLAWFULLY_TAKEN = "unlawfully taken"


_GROUNDS = {
    ReviewDecision.KEEP: frozenset(
        {
            ReviewGround.FACTS_ESTABLISHED,
            ReviewGround.COURT_EXTENSION,
            ReviewGround.COMMISSIONER_CONSENT,
            ReviewGround.PROCEEDINGS_OPEN,
        }
    ),
    ReviewDecision.RESTRICT: frozenset({ReviewGround.EVIDENCE, ReviewGround.ACCURACY_CONTESTED}),
    ReviewDecision.ERASE: frozenset({ReviewGround.NO_POWER, ReviewGround.UNLAWFULLY_TAKEN}),
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision with its ground and, if the data stays, the day of the next review.

    Raises InvalidInputError if the ground does not support the decision, if the next day is
    missing or in the past, or if a next day is stated with an erasure.
    """

    decision: ReviewDecision
    ground: ReviewGround
    next_on: date | None

    def __post_init__(self) -> None:
        if self.ground not in _GROUNDS[self.decision]:
            raise InvalidInputError(
                "This ground does not support that decision: choose another ground.",
                pointer="/ground",
            )
        if (self.next_on is None) is not (self.decision is ReviewDecision.ERASE):
            raise InvalidInputError(
                "State the date of the next review, unless the outcome is an erasure.",
                pointer="/next_on",
            )


@dataclass(frozen=True, slots=True)
class Review:
    """A decision about a person. It came into force when a second person agreed."""

    request_id: RequestId
    person_id: PersonId
    ruling: Ruling
    versions: str
    """The versions of the records decided on, as `versions_text` writes them."""
    decided_by: UserId
    """The second person."""
    decided_at: datetime


def versions_text(versions: dict[str, int]) -> str:
    """Return records and their versions as one text: opaque ids and numbers, in order."""
    return " ".join(f"{record_id}@{versions[record_id]}" for record_id in sorted(versions))
