"""The log of events: appended in the transaction of the change, numbered without gaps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from domain.events import LoggedEvent, NewEvent


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

    def every(self) -> Iterator[LoggedEvent]:
        """Yield all committed events in order, in bounded memory."""

    def root(self) -> bytes:
        """Return the RFC 6962 root over all committed events."""

    def node(self, level: int, index: int) -> bytes:
        """Return a stored node of the tree; raises NotFoundError."""
