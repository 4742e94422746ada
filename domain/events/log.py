"""Searches of the log itself."""

from __future__ import annotations

from datetime import datetime

from domain.events.declaring import Event, event
from domain.events.texts import Subject
from domain.ids import EventType, ForceCode, UserId


@event("log-searched", is_look=True)
class LogSearched(Event):
    """The log was searched, or a report was made from it."""

    subject_ref: Subject[str | None] = None
    """The id that was asked for."""
    found: int = 0
    view: str | None = None
    """The report that was asked for."""
    asked_actor: UserId | None = None
    asked_force: ForceCode | None = None
    asked_event_type: EventType | None = None
    asked_since: datetime | None = None
    asked_until: datetime | None = None
