"""Deletion of data left by an arrest: a case for each arrest, decided by the force that owns it.

The entry and the prints are asked for and decided apart. A decision can be reviewed once, by
another officer of the force. Nothing is decided by the passing of time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import DeletionId, EncounterId, ForceCode, PersonId, RecordId, RequestId, UserId
from domain.people import ArrestReport, DisposalType


class DeletionPart(StrEnum):
    """Kinds of data left by an arrest."""

    ENTRY = "entry"
    """The arrest report in the record."""
    PRINTS = "prints"
    """The captures that were taken then."""


class DeletionState(StrEnum):
    """Where a case stands."""

    WAITING = "waiting for the force"
    DECIDED = "decided"
    REVIEWED = "reviewed"
    CARRIED_OUT = "carried out"


@dataclass(frozen=True, slots=True)
class DeletionDecision:
    """The decision of a force, or its review."""

    number: int
    """1: the decision; 2: the review."""
    approved: frozenset[DeletionPart]
    """The approved parts of those requested; empty: rejected."""
    ground: str
    """The code of the ground that it rests on."""
    reasons: str
    """Sealed. Empty once they were erased."""
    decided_by: UserId
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class DeletionCase:
    """One arrest event that a person asks to be deleted."""

    deletion_id: DeletionId
    request_id: RequestId
    person_id: PersonId
    record_id: RecordId
    item_id: str
    """Id of the arrest report."""
    owner: ForceCode
    asked: frozenset[DeletionPart]
    captures: tuple[EncounterId, ...]
    """The prints that are asked for."""
    ground: str
    words: str
    """Why, in the words of the person. Sealed. Empty once they were erased."""
    opened_by: UserId
    opened_at: datetime
    decisions: tuple[DeletionDecision, ...] = ()
    chases: int = 0
    """How often the force was reminded."""
    done_at: datetime | None = None

    @property
    def decision(self) -> DeletionDecision | None:
        """The decision in force: a review goes before the decision it reviewed."""
        return self.decisions[-1] if self.decisions else None

    @property
    def approved(self) -> frozenset[DeletionPart]:
        """The parts to delete by the decision in force."""
        return frozenset() if self.decision is None else self.decision.approved

    @property
    def state(self) -> DeletionState:
        """Its state."""
        if self.done_at is not None:
            return DeletionState.CARRIED_OUT
        if len(self.decisions) > 1:
            return DeletionState.REVIEWED
        return DeletionState.DECIDED if self.decisions else DeletionState.WAITING


CONVICTED = (
    "A court convicted on this arrest: only a court can undo a conviction, and its entry is kept"
    " to the hundredth birthday."
)
OPEN = "The investigation or the proceedings are open: apply again when they have ended."


def why_not(report: ArrestReport) -> str:
    """Return why the deletion of an arrest cannot be asked for; empty where it can.

    No further action, acquittals, cautions and penalty notices can be asked for.
    """
    last = [
        max(offence.disposals, key=lambda one: one.on).disposal_type if offence.disposals else None
        for offence in report.offences
    ]
    disposals = {one.disposal_type for offence in report.offences for one in offence.disposals}
    if DisposalType.CONVICTED in disposals:
        return CONVICTED
    if not last or any(one in (None, DisposalType.CHARGED) for one in last):
        return OPEN
    return ""
