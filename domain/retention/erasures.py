"""Erasures and merges of people: requested by one person, confirmed by another, then carried out
or undone.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import ErasureId, PersonId, UserId


class ErasureBasis(StrEnum):
    """Why a person's data may no longer be kept (England and Wales, PACE 1984 s 63D onwards)."""

    NO_POWER_TO_RETAIN = "no power to retain"
    UNLAWFUL_TAKING = "unlawful taking"
    UNLAWFUL_ARREST = "unlawful arrest"
    MISTAKEN_IDENTITY = "mistaken identity"
    RETENTION_ENDED = "retention period ended"
    COURT_ORDER = "court order"


class ErasureEnd(StrEnum):
    """How an erasure ended."""

    CALLED_BACK = "called-back"
    CARRIED_OUT = "carried-out"


class ErasureState(StrEnum):
    """The state of an erasure."""

    ASKED = "asked"
    """Another person must confirm it; nothing is hidden yet."""
    WAITING = "waiting"
    """Confirmed: the person is hidden, and the erasure can still be cancelled."""
    CALLED_BACK = "called-back"
    CARRIED_OUT = "carried-out"


@dataclass(frozen=True, slots=True)
class Erasure:
    """A request to erase a person, and its state."""

    erasure_id: ErasureId
    person_id: PersonId
    basis: ErasureBasis
    authority: str
    """The reference of the deciding authority."""
    court_order: str
    """The reference of the court order that shortens the waiting period; empty if there is
    none.
    """
    asked_by: UserId
    asked_at: datetime
    confirmed_by: UserId | None = None
    confirmed_at: datetime | None = None
    due_at: datetime | None = None
    """Time at which the erasure is carried out; None until it is confirmed."""
    outcome: ErasureEnd | None = None
    ended_by: UserId | None = None
    ended_at: datetime | None = None

    @property
    def state(self) -> ErasureState:
        """The state of the erasure."""
        if self.outcome is not None:
            return ErasureState(self.outcome.value)
        return ErasureState.ASKED if self.confirmed_at is None else ErasureState.WAITING


@dataclass(frozen=True, slots=True)
class Merge:
    """A proposal that two persons on record are one human being, or that a merge was wrong, and
    its confirmation.
    """

    merge_id: str
    surviving: PersonId
    absorbed: PersonId
    undoes: str | None
    """The merge that is to be undone; None if this is a merge."""
    reason: str
    proposed_by: UserId
    proposed_at: datetime
    confirmed_by: UserId | None = None
    confirmed_at: datetime | None = None
