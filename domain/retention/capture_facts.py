"""Facts about a capture that the rules of retention need and no record contains.

Examples: the event at which the capture was taken, an extension by a court, a consent, a
determination. One officer states the fact, and another must agree to it. Each fact changes what a
purge destroys, so a fact has no effect before it is agreed. A fact stated in error is revoked in
the same way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from domain.errors import InvalidInputError
from domain.ids import EncounterId, PersonId, UserId
from domain.plain_text import require_words

FactId = NewType("FactId", str)
"""Id of the fact."""


class FactKind(StrEnum):
    """A kind of statement about a capture."""

    EVENT = "taken at an event"
    """An arrest, or a conviction, on a record of the person."""
    VOLUNTEER = "given voluntarily"
    PURPOSE_FULFILLED = "purpose fulfilled"
    """For prints given voluntarily."""
    CONSENT = "consent of the person"
    CONSENT_WITHDRAWN = "consent withdrawn"
    COMMISSIONER_CONSENT = "consent of the Commissioner"
    COURT_EXTENSION = "extended by a court"
    DETERMINATION = "national security determination"
    UNLAWFUL = "unlawfully taken"
    """Also of prints taken after an unlawful arrest, or from somebody mistaken for another."""
    OTHER_REGIME = "another regime"
    """Retained under another law, such as the Criminal Procedure and Investigations Act 1996."""
    REVOKED = "stated in error"
    """Revokes another fact, which then has no effect."""


class FactDecision(StrEnum):
    """The decision of the second person."""

    AGREED = "agreed"
    REFUSED = "refused"


NEEDS = {
    FactKind.PURPOSE_FULFILLED: FactKind.VOLUNTEER,
    FactKind.CONSENT_WITHDRAWN: FactKind.CONSENT,
}
"""Facts that end another fact. The other fact must be in force."""


@dataclass(frozen=True, slots=True)
class StatedFact:
    """A fact as one person states it. Raises InvalidInputError if its parts are inconsistent."""

    kind: FactKind
    on: date
    """The day of the order, the consent, or the event."""
    event: str = ""
    """The item of a record, written as `record.item`; only used with `FactKind.EVENT`."""
    revokes: FactId | None = None
    words: str = ""
    """The document that proves the fact, and the reason. Sealed."""

    def __post_init__(self) -> None:
        require_words(self.words, "/words", "Name the document that proves this statement.")
        if bool(self.event) is not (self.kind is FactKind.EVENT):
            raise InvalidInputError(
                "Name the event if the statement says at which event the prints were taken. "
                "Otherwise leave the event out.",
                pointer="/event",
            )
        if (self.revokes is not None) is not (self.kind is FactKind.REVOKED):
            raise InvalidInputError(
                "Name another statement only if your statement says that the other was made "
                "in error.",
                pointer="/revokes",
            )


@dataclass(frozen=True, slots=True)
class CaptureFact:
    """A fact on record, with the decision of the second person if it has been made."""

    fact_id: FactId
    encounter_id: EncounterId
    kind: FactKind
    on: date
    """The day of the order, the consent or the event."""
    event: str
    """The item of a record, as `record.item`; empty if there is none."""
    revokes: FactId | None
    """The fact that was stated in error; set only if this revokes a fact."""
    proposed_by: UserId
    proposed_at: datetime
    """When it was proposed."""
    decision: FactDecision | None = None
    """Null until a second person has decided."""
    decided_by: UserId | None = None
    """Opaque id of the account that decided; None until then."""
    decided_at: datetime | None = None
    """When it was decided; None until then."""
    words: str = ""
    """The document that proves the fact."""

    @property
    def waits(self) -> bool:
        """Whether a second person still has to decide."""
        return self.decision is None


@dataclass(frozen=True, slots=True)
class FactAbout:
    """A fact, with the person whose capture it concerns."""

    fact: CaptureFact
    person_id: PersonId


def in_force(facts: Iterable[CaptureFact]) -> Mapping[FactKind, CaptureFact]:
    """Return the facts in force, the last of each kind that is agreed and not revoked.

    `facts` are those of one capture, in the order of their decisions.
    """
    agreed = [one for one in facts if one.decision is FactDecision.AGREED]
    revoked = {one.revokes for one in agreed}
    return {
        one.kind: one
        for one in agreed
        if one.fact_id not in revoked and one.kind is not FactKind.REVOKED
    }
