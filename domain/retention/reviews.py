"""Decisions of people on whether data is kept, where no rule computes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.ids import PersonId, RequestId, UserId


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
    """The person who agreed."""
    decided_at: datetime


def versions_text(versions: dict[str, int]) -> str:
    """Return records with their versions as one text: opaque ids and numbers, in order."""
    return " ".join(f"{record_id}@{versions[record_id]}" for record_id in sorted(versions))
