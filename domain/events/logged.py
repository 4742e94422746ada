"""Entries of the log: one for every change of state, written in the transaction of the change."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.access.access import Caller
from domain.events.declaring import Event
from domain.ids import CaseId, EventId, EventType, ForceCode


@dataclass(frozen=True, slots=True)
class PayloadRef:
    """An event's personal payload, as the public log refers to it."""

    ref: str
    """The opaque id of the vault item."""
    commitment: str
    """HMAC-SHA256 of the payload under the item's own key, 64 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that has no number in the log yet."""

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
    """The event's personal payloads, encrypted in the vault, where they can be erased."""
    told: Event | None = field(default=None, compare=False)
    """The declared event. If it is given, the entry commits to the event's rows."""


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event of the log, with its number and its canonical body (RFC 8785 JSON, UTF-8)."""

    seq: int
    """The number of the event. Numbers are contiguous from 0."""
    event_id: EventId
    event_type: EventType
    at: datetime
    """When it happened."""
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
