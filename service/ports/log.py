"""The log of events: appended in the transaction of the change, numbered without gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.events import EventType, LoggedEvent, NewEvent
from domain.ids import CaseId, EventId, ForceCode, UserId


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


class EventLog(Protocol):
    """Append-only; the database refuses updates and deletes as well."""

    def append(self, event: NewEvent) -> None:
        """Queue an event; it gets its number and its place in the tree when the work commits."""

    def size(self) -> int:
        """Return the number of committed events."""

    def entries(self, *, start: int, limit: int) -> tuple[LoggedEvent, ...]:
        """Return committed events from number `start` in order."""

    def about(self, subject_ref: str) -> tuple[LoggedEvent, ...]:
        """Return the committed events that name this subject, in order."""

    def find(self, event_id: EventId) -> LoggedEvent | None:
        """Return a committed event by its id."""

    def latest(self, event_type: EventType) -> LoggedEvent | None:
        """Return the newest committed event of a type."""

    def search(
        self, wanted: EventFilter, *, before: int | None, limit: int
    ) -> Sequence[LoggedEvent]:
        """Return committed events that meet the filter, newest first, numbered under `before`."""

    def every(self) -> Iterator[LoggedEvent]:
        """Yield all committed events in order, in bounded memory."""

    def root(self) -> bytes:
        """Return the RFC 6962 root over all committed events."""

    def node(self, level: int, index: int) -> bytes:
        """Return a stored node of the tree; raises NotFoundError."""

    def nodes(self, places: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        """Return stored nodes by (level, index); raises NotFoundError when one is missing."""
