"""Erasures and merges of people: asked for by one, confirmed by another, carried out or undone."""

from __future__ import annotations

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
    """Where an erasure stands."""

    ASKED = "asked"
    """Another person has to confirm it; nothing is hidden yet."""
    WAITING = "waiting"
    """Confirmed: the person is hidden, and can still be brought back."""
    CALLED_BACK = "called-back"
    CARRIED_OUT = "carried-out"


@dataclass(frozen=True, slots=True)
class Erasure:
    """A request to erase a person, and how far it has come."""

    erasure_id: ErasureId
    person_id: PersonId
    basis: ErasureBasis
    authority: str
    """The reference of the deciding authority."""
    court_order: str
    """The reference of the court order that shortens the wait; empty if there is none."""
    asked_by: UserId
    asked_at: datetime
    confirmed_by: UserId | None = None
    confirmed_at: datetime | None = None
    due_at: datetime | None = None
    """Time from which it is carried out; None until it is confirmed."""
    outcome: ErasureEnd | None = None
    ended_by: UserId | None = None
    ended_at: datetime | None = None

    @property
    def state(self) -> ErasureState:
        """Its state."""
        if self.outcome is not None:
            return ErasureState(self.outcome.value)
        return ErasureState.ASKED if self.confirmed_at is None else ErasureState.WAITING


@dataclass(frozen=True, slots=True)
class Merge:
    """A proposal that two persons are one, or that a merge was wrong, and its confirmation."""

    merge_id: str
    surviving: PersonId
    absorbed: PersonId
    undoes: str | None
    """The merge that is to be undone; None for a merge."""
    reason: str
    proposed_by: UserId
    proposed_at: datetime
    confirmed_by: UserId | None = None
    confirmed_at: datetime | None = None
