"""Erasures and merges of people: requested, confirmed by another person, done or undone."""

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
    """The reference of the court order that shortens the wait; empty if there is none."""
    asked_by: UserId
    asked_at: datetime
    """When the erasure was requested."""
    confirmed_by: UserId | None = None
    """Opaque id of the second person; None until confirmed."""
    confirmed_at: datetime | None = None
    """When a second person confirmed it; None until then."""
    due_at: datetime | None = None
    """Time at which the erasure is carried out; None until it is confirmed."""
    outcome: ErasureEnd | None = None
    ended_by: UserId | None = None
    """Opaque id of the account that ended the erasure; None until then."""
    ended_at: datetime | None = None
    """When the erasure ended; None until then."""

    @property
    def state(self) -> ErasureState:
        """The state of the erasure."""
        if self.outcome is not None:
            return ErasureState(self.outcome.value)
        return ErasureState.ASKED if self.confirmed_at is None else ErasureState.WAITING


@dataclass(frozen=True, slots=True)
class Merge:
    """A proposal that two persons are one, or that a merge was wrong, and its confirmation."""

    merge_id: str
    """Id of the proposal."""
    surviving: PersonId
    """The person who stays."""
    absorbed: PersonId
    """The person who was merged into the surviving person, or None."""
    undoes: str | None
    """The merge that is to be undone; None if this is a merge."""
    reason: str
    """The reason in words; it is stored sealed, and is not part of the log."""
    proposed_by: UserId
    proposed_at: datetime
    """When it was proposed."""
    confirmed_by: UserId | None = None
    """Opaque id of the second person; None until confirmed."""
    confirmed_at: datetime | None = None
    """When a second person confirmed it; None until then."""
