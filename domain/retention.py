"""How long data of people may be kept: data due, the plans that purge it, and reviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from domain.errors import InvalidInputError
from domain.ids import EncounterId, ErasureId, PersonId, RequestId, UserId

# A plan is a file before it is anything else: it names the people whose prints no rule keeps, and
# nothing is touched before an independent count has found the same people and two people
# have released it.


PlanId = NewType("PlanId", str)


class PlanRefusal(StrEnum):
    """Why a plan can never be released."""

    TOO_MANY = "more people than the cap"
    TOO_LARGE_A_SHARE = "a larger share of all people than the cap"


class PlanState(StrEnum):
    """Where a plan stands."""

    REFUSED = "refused"
    """It exceeds a cap, or the count found other people."""
    UNCOUNTED = "not counted again"
    COUNTED = "counted again"
    """The count agrees: two people may release it."""
    HALF_RELEASED = "released by one"
    RELEASED = "released"
    DONE = "carried out"
    """Every person of it is hidden, or was spared."""


class Settled(StrEnum):
    """The outcome for one person of a released plan."""

    HIDDEN = "hidden"
    """Their prints are out of every search at once, and destroyed after the wait of erasures."""
    SPARED = "spared"
    """No longer due, gone or under another erasure when the turn came."""


class PurgeEnd(StrEnum):
    """How the purge of a person's prints ended."""

    CALLED_BACK = "called back"
    """Called back by a supervisor within the wait: searches find them as before."""
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that one plan may purge."""

    people: int = 1_000
    per_mille: int = 10
    """People of the plan per thousand people held."""

    SMALL = 5
    """So few people are no share of anything: the cap of the share begins above."""

    def refusal(self, due: int, people: int) -> PlanRefusal | None:
        """Return why a plan of `due` among `people` is refused; None when it is not."""
        if due > self.people:
            return PlanRefusal.TOO_MANY
        if due > self.SMALL and due * 1_000 > self.per_mille * people:
            return PlanRefusal.TOO_LARGE_A_SHARE
        return None


@dataclass(frozen=True, slots=True)
class PlanCapture:
    """A capture to purge, with the event that it was taken at and the last basis that kept it."""

    encounter_id: EncounterId
    event: str
    """The item of a record, as `record.item`; empty where a review decided, or none is known."""
    provision: str
    last_day: date | None
    """The last lawful day; None where no period ever ran."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A person whose prints to purge, all or some, and the last basis that kept these."""

    person_id: PersonId
    provision: str
    last_day: date | None
    """The last lawful day; None where no period ever ran."""
    captures: tuple[PlanCapture, ...] = ()
    """The captures that the purge takes; others of the person stay."""


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """The counts of a plan."""

    people: int
    """People held, those merged as one."""
    due: int
    kept: int
    reviews: int
    """A person has to look at them: neither kept for ever nor purged."""
    added: int = 0
    """People who are due now and were not in the previous plan."""
    gone: int = 0
    """People of the previous plan who were not purged by it and are no longer due."""


@dataclass(frozen=True, slots=True)
class Recount:
    """An independent count against a plan."""

    recount_id: str
    due: int
    """Captures, like the next two."""
    missing: int
    """Due by the count, and not in the plan: it fails to delete."""
    beyond: int
    """In the plan and not due by the count: the plan deletes too much."""
    reviews: int
    """People."""
    counted_by: UserId
    counted_at: datetime


@dataclass(frozen=True, slots=True)
class Release:
    """A person's release of a plan."""

    released_by: UserId
    released_at: datetime


@dataclass(frozen=True, slots=True)
class Settlement:
    """The outcome for one person of a plan, and what came of the prints."""

    settlement_id: str
    plan_id: PlanId
    person_id: PersonId
    outcome: Settled
    erasure_id: ErasureId | None
    """Id of the erasure, for plans of earlier releases, which erased people whole."""
    settled_at: datetime
    due_at: datetime | None = None
    """Time from which the prints are destroyed; None for people who are spared."""
    ended: PurgeEnd | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with its outcome; its lines are read apart."""

    plan_id: PlanId
    on: date
    rules: str
    """The identifiers of the rules that it was computed by."""
    figures: PlanFigures
    refusal: PlanRefusal | None
    made_by: UserId
    made_at: datetime
    previous_id: PlanId | None = None
    recount: Recount | None = None
    """The last one."""
    releases: tuple[Release, ...] = ()
    settled: int = 0
    """How many of its people are hidden or spared."""

    @property
    def agrees(self) -> bool:
        """Whether the last count found the same people."""
        count = self.recount
        return (
            count is not None
            and not count.missing
            and not count.beyond
            and count.reviews == self.figures.reviews
        )

    @property
    def state(self) -> PlanState:
        """Its state."""
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
    """Kept, and out of use: a restriction of the data is asked for."""
    ERASE = "erase"


class ReviewGround(StrEnum):
    """The ground of a decision."""

    FACTS_ESTABLISHED = "facts established"
    """The missing facts are known now, and a power covers keeping."""
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
    """A decision with its ground and, where data stays, the day of the next review.

    Raises InvalidInputError for a ground that does not carry the decision, and for a next day
    that is missing, in the past or stated with an erasure.
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
                "Name the day of the next review; an erasure has none.", pointer="/next_on"
            )


@dataclass(frozen=True, slots=True)
class Review:
    """A decision on a person, in force since a second person agreed."""

    request_id: RequestId
    person_id: PersonId
    ruling: Ruling
    versions: str
    """The versions of the records that it was decided on, as `versions_text` writes them."""
    decided_by: UserId
    """The second person."""
    decided_at: datetime


def versions_text(versions: dict[str, int]) -> str:
    """Return records with their versions as one text: opaque ids and numbers, in order."""
    return " ".join(f"{record_id}@{versions[record_id]}" for record_id in sorted(versions))
