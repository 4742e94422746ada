"""Deletions of data left by arrests, as they travel in both directions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import Field

from domain.access import Caller
from domain.disclosure.deletions import DeletionCase, DeletionPart, DeletionState
from domain.ids import DeletionId, EncounterId, RecordId, RequestId
from domain.people import ArrestReport
from service.api.base import SHOWN_IN_ORDER, Answer, Body, LongText, OpaqueId, Reason
from service.api.requests.requests_schemas import KindName
from service.usecases.disclosure.deciding import DecideDeletion, ListedDeletion
from service.usecases.disclosure.deletions import AskDeletion

Parts = Annotated[tuple[DeletionPart, ...], Field(max_length=2)]


class DeletionBody(Body):
    """A case to open, for one arrest."""

    record_id: OpaqueId
    item_id: OpaqueId = Field(description="The arrest report.")
    asked: Parts
    captures: Annotated[tuple[OpaqueId, ...], Field(max_length=50)] = Field(
        default=(), description="The prints that were taken then, where prints are asked for."
    )
    ground: KindName
    words: LongText = ""

    def to_command(self, caller: Caller, request_id: RequestId) -> AskDeletion:
        """Return the command."""
        return AskDeletion(
            caller,
            request_id,
            RecordId(self.record_id),
            self.item_id,
            frozenset(self.asked),
            tuple(EncounterId(one) for one in self.captures),
            self.ground,
            self.words,
        )


class DeletionDecisionBody(Body):
    """The decision of the owning force, or its review by another officer of it."""

    approved: Parts = Field(description="Of what was asked for; none: rejected.")
    ground: KindName
    reasons: Reason

    def to_command(self, caller: Caller, deletion_id: DeletionId) -> DecideDeletion:
        """Return the command."""
        return DecideDeletion(
            caller, deletion_id, frozenset(self.approved), self.ground, self.reasons
        )


ShownParts = Annotated[tuple[DeletionPart, ...], SHOWN_IN_ORDER]


class DeletionDecisionAnswer(Answer):
    """A decision of a force, or its review."""

    number: int
    approved: ShownParts
    ground: str
    reasons: str
    decided_by: str
    decided_at: datetime


class DeletionAnswer(Answer):
    """A case of a deletion."""

    deletion_id: str
    request_id: str
    record_id: str
    item_id: str
    owner: str
    state: DeletionState
    asked: ShownParts
    captures: tuple[str, ...]
    ground: str
    words: str
    opened_at: datetime
    decisions: tuple[DeletionDecisionAnswer, ...]
    chases: int
    done_at: datetime | None

    @classmethod
    def of(cls, case: DeletionCase) -> Self:
        """Return the answer for a case."""
        return cls.showing(case)


class ArrestAnswer(Answer):
    """An arrest of the person, and whether its deletion can be asked for."""

    record_id: str
    item_id: str
    force: str
    on: date
    offences: tuple[str, ...]
    why_not: str

    @classmethod
    def of(cls, arrest: Any) -> Self:
        """Return the answer for an arrest."""
        return cls.showing(arrest, **_told(arrest.report))


def _told(report: ArrestReport) -> dict[str, Any]:
    offences = tuple(offence.title for offence in report.offences)
    return {"force": report.force, "on": report.on, "offences": offences}


class CaptureHeldAnswer(Answer):
    """Prints that are held of the person."""

    encounter_id: str
    force: str


class DeletionsOfRequestAnswer(Answer):
    """The arrests and prints of the person, and the cases that were opened."""

    arrests: tuple[ArrestAnswer, ...]
    captures: tuple[CaptureHeldAnswer, ...]
    cases: tuple[DeletionAnswer, ...]


class ListedDeletionAnswer(Answer):
    """A case with its age, which decides nothing."""

    case: DeletionAnswer
    due_on: date | None
    age_days: int
    is_late: bool

    @classmethod
    def of(cls, listed: ListedDeletion) -> Self:
        """Return the answer for a case in a list."""
        return cls.showing(listed)


class DeletionListAnswer(Answer):
    """The cases of a force that are not carried out, oldest first."""

    deletions: tuple[ListedDeletionAnswer, ...]


class OwnDeletionAnswer(ListedDeletionAnswer):
    """A case as the owning force decides it."""

    arrest_on: date | None
    offences: tuple[str, ...]

    @classmethod
    def of(cls, found: Any) -> Self:
        """Return the answer for a case and its arrest, None once that was deleted."""
        listed, report = found
        offences = tuple(one.title for one in report.offences) if report else ()
        return cls.showing(listed, arrest_on=report and report.on, offences=offences)


class GroundAnswer(Answer):
    """A ground on which a deletion is asked for."""

    code: str
    words: str
    is_verified: bool = Field(description="False: its wording must not be cited.")


class GroundListAnswer(Answer):
    """The grounds of deletions."""

    grounds: tuple[GroundAnswer, ...]
