"""Entries of the log: one for every state change, in the transaction that makes the change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.access import Caller
from domain.events.declaring import Event
from domain.ids import CaseId, EventId, EventType, ForceCode


@dataclass(frozen=True, slots=True)
class PayloadRef:
    """An event's personal payload, as the public log refers to it."""

    ref: str
    """The vault item, an opaque id."""
    commitment: str
    """HMAC-SHA256 of the payload under the item's own key, 64 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event before the log numbers it."""

    event_id: EventId
    event_type: EventType
    at: datetime
    caller: Caller
    force: ForceCode | None
    case_id: CaseId | None = None
    subject_refs: tuple[str, ...] = ()
    """Opaque ids of the subjects; never personal data."""
    facts: tuple[tuple[str, str | int], ...] = ()
    """Public codes, digests and counts; no floats, no personal data."""
    payloads: tuple[PayloadRef, ...] = ()
    """The personal payloads of the event, kept encrypted in the vault and erasable there."""
    told: Event | None = field(default=None, compare=False)
    """The declared event; with it, the entry commits to the rows of the event."""


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event of the log: its number and its canonical body (RFC 8785 JSON, UTF-8)."""

    seq: int
    """Contiguous from 0."""
    event_id: EventId
    event_type: EventType
    at: datetime
    body: bytes


def restated(event: NewEvent, told: Event) -> NewEvent:
    """Return the event with the type, subjects and facts of `told`."""
    return replace(
        event,
        event_type=told.event_type,
        subject_refs=told.subject_refs,
        facts=told.facts,
        told=told,
    )
