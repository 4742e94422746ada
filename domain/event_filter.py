"""What an audit search of the log asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.ids import CaseId, EventType, ForceCode, UserId


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What an audit search asks for; what is None is not asked."""

    actor: UserId | None = None
    force: ForceCode | None = None
    case_id: CaseId | None = None
    subject_ref: str | None = None
    """An opaque id that the event names: a person, a search, a link ..."""
    event_type: EventType | None = None
    since: datetime | None = None
    """From this moment on."""
    until: datetime | None = None
    """Before this moment."""
