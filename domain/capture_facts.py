"""Facts about a capture that the rules of retention ask for and no record tells.

Which event it was taken at, an extension by a court, a consent, a determination: one officer
states it, another agrees. Each changes what a purge destroys, so none counts before that. What
was stated in error is revoked in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from domain.errors import InvalidInputError
from domain.ids import EncounterId, PersonId, UserId

FactId = NewType("FactId", str)


class FactKind(StrEnum):
    """A kind of statement about a capture."""

    EVENT = "taken at an event"
    """An arrest, or a conviction, on a record of the person."""
    VOLUNTEER = "given voluntarily"
    PURPOSE_FULFILLED = "purpose fulfilled"
    """Of prints given voluntarily."""
    CONSENT = "consent of the person"
    CONSENT_WITHDRAWN = "consent withdrawn"
    COMMISSIONER_CONSENT = "consent of the Commissioner"
    COURT_EXTENSION = "extended by a court"
    DETERMINATION = "national security determination"
    UNLAWFUL = "unlawfully taken"
    """Also after an unlawful arrest, or of a person mistaken for another."""
    OTHER_REGIME = "another regime"
    """Such as the Criminal Procedure and Investigations Act 1996."""
    REVOKED = "stated in error"
    """Another fact, which no longer counts."""


class FactDecision(StrEnum):
    """The decision of the second person."""

    AGREED = "agreed"
    REFUSED = "refused"


NEEDS = {
    FactKind.PURPOSE_FULFILLED: FactKind.VOLUNTEER,
    FactKind.CONSENT_WITHDRAWN: FactKind.CONSENT,
}
"""Facts that end another one, which must be in force."""


@dataclass(frozen=True, slots=True)
class StatedFact:
    """A fact as one person states it; raises InvalidInputError where its parts do not fit."""

    kind: FactKind
    on: date
    """The day of the order, the consent, or the event."""
    event: str = ""
    """The item of a record, as `record.item`; only with `FactKind.EVENT`."""
    revokes: FactId | None = None
    words: str = ""
    """The document that shows it, and why; kept sealed."""

    def __post_init__(self) -> None:
        if not self.words.strip():
            raise InvalidInputError("Name the document that shows this fact.", pointer="/words")
        if bool(self.event) is not (self.kind is FactKind.EVENT):
            raise InvalidInputError(
                "Name the event of a capture that was taken at one, and of no other.",
                pointer="/event",
            )
        if (self.revokes is not None) is not (self.kind is FactKind.REVOKED):
            raise InvalidInputError(
                "Name the fact that was stated in error, and no other.", pointer="/revokes"
            )


@dataclass(frozen=True, slots=True)
class CaptureFact:
    """A fact on record, and the decision of the second person once there is one."""

    fact_id: FactId
    encounter_id: EncounterId
    kind: FactKind
    on: date
    event: str
    revokes: FactId | None
    proposed_by: UserId
    proposed_at: datetime
    decision: FactDecision | None = None
    decided_by: UserId | None = None
    decided_at: datetime | None = None
    words: str = ""

    @property
    def waits(self) -> bool:
        """Whether a second person has to decide."""
        return self.decision is None


@dataclass(frozen=True, slots=True)
class FactAbout:
    """A fact with the person of its capture."""

    fact: CaptureFact
    person_id: PersonId


def in_force(facts: Iterable[CaptureFact]) -> Mapping[FactKind, CaptureFact]:
    """Return the facts that count, the last of each kind: agreed, and not revoked.

    `facts`: of one capture, in the order of their decisions.
    """
    agreed = [one for one in facts if one.decision is FactDecision.AGREED]
    revoked = {one.revokes for one in agreed}
    return {
        one.kind: one
        for one in agreed
        if one.fact_id not in revoked and one.kind is not FactKind.REVOKED
    }
