"""Every type of event, by its name."""

from collections.abc import Mapping

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
from domain.ids import EventType, Topic

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
