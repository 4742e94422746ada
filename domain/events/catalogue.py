"""Every type of event, by its name, and the entries of the log."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.access.access import Caller
from domain.errors import LogDamagedError
from domain.events import (
    access,
    agencies,
    applications,
    certificates,
    conversion,
    disclosure,
    examination,
    exchange,
    links,
    log,
    looking,
    messages,
    misuse,
    models,
    people,
    publication,
    requests,
    retention,
    searches,
)
from domain.events.declaring import DECLARED, Event, Facts, Webhook, read_as
from domain.ids import CaseId, EventId, EventType, ForceCode, Topic

AREAS = (
    *(people, searches, examination, links, access, log, looking, misuse, messages),
    models,
    exchange,
    requests,
    certificates,
    disclosure,
    applications,
    agencies,
    conversion,
    retention,
    publication,
)
"""The modules that declare events. A module for a new area must be added here."""

KINDS: Mapping[EventType, type[Event]] = DECLARED
"""The declared classes, by the name of their type."""


def event_types() -> list[EventType]:
    """Return the names of all types of event, in alphabetical order."""
    return sorted(KINDS)


def kind_of(event_type: EventType) -> type[Event]:
    """Return the declared class of a type. Raises LogDamagedError if the type is not known."""
    kind = KINDS.get(event_type)
    if kind is None:
        raise LogDamagedError("An event in the log has an unknown type.")
    return kind


def parse(event_type: EventType, subject_refs: tuple[str, ...], facts: Facts) -> Event:
    """Return the typed event that a body states. Raises LogDamagedError if the body is wrong."""
    return read_as(kind_of(event_type), subject_refs, facts)


def looks() -> frozenset[EventType]:
    """Return the types of event that record that a person was shown personal data."""
    return frozenset(name for name, kind in KINDS.items() if kind.declared.is_look)


def webhooks() -> dict[EventType, Webhook]:
    """Return the webhook messages, by the type of the event that causes them."""
    found = {name: kind.declared.webhook for name, kind in KINDS.items()}
    return {name: webhook for name, webhook in found.items() if webhook is not None}


def topics() -> dict[Topic, str]:
    """Return every type of message, sorted, with the name of the id that it carries."""
    carried = {webhook.topic: webhook.names for webhook in webhooks().values()}
    return dict(sorted(carried.items()))


# Every change of state writes an entry, in its own transaction.


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
