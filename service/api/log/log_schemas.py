"""Entries of the log, byte for byte."""

from __future__ import annotations

import base64
from datetime import datetime

from pydantic import Field

from domain.events.logged import LoggedEvent
from service.api.base import Answer
from service.api.codes import EventTypeCode
from service.usecases.log.audit import AuditPage
from service.usecases.log.reading import ConsistencyProof, InclusionProof, LogPage


class LogEntryAnswer(Answer):
    """One event."""

    seq: int
    event_id: str
    event_type: EventTypeCode
    at: datetime
    body: str = Field(
        description="Canonical JSON (RFC 8785); its UTF-8 bytes are the leaf of the log's tree."
    )

    @classmethod
    def of(cls, entry: LoggedEvent) -> LogEntryAnswer:
        """Return the answer for an event."""
        return cls(
            seq=entry.seq,
            event_id=entry.event_id,
            event_type=entry.event_type,
            at=entry.at,
            body=entry.body.decode("utf-8"),
        )


class InclusionAnswer(Answer):
    """The proof that one event is in the log."""

    event: LogEntryAnswer
    size: int = Field(description="How many events the checkpoint covers.")
    proof: tuple[str, ...] = Field(description="Steps from the leaf to the root, base64.")
    receipt: str = Field(description="The same as one file (C2SP tlog-proof).")

    @classmethod
    def of(cls, proved: InclusionProof) -> InclusionAnswer:
        """Return the answer for a proof."""
        return cls(
            event=LogEntryAnswer.of(proved.event),
            size=proved.size,
            proof=_steps(proved.steps),
            receipt=proved.receipt().encode().decode(),
        )


class ConsistencyAnswer(Answer):
    """The proof that the log only grew."""

    old_size: int
    size: int
    proof: tuple[str, ...] = Field(description="Steps, base64.")

    @classmethod
    def of(cls, proved: ConsistencyProof) -> ConsistencyAnswer:
        """Return the answer for a proof."""
        return cls(old_size=proved.old_size, size=proved.size, proof=_steps(proved.steps))


def _steps(steps: tuple[bytes, ...]) -> tuple[str, ...]:
    return tuple(base64.b64encode(step).decode() for step in steps)


class EventListAnswer(Answer):
    """Events that an audit search found, newest first."""

    entries: tuple[LogEntryAnswer, ...]
    next_before: int | None = Field(description="Pass as `before` for the next page.")

    @classmethod
    def of(cls, found: AuditPage) -> EventListAnswer:
        """Return the answer for a page."""
        return cls(
            entries=tuple(LogEntryAnswer.of(e) for e in found.entries),
            next_before=found.next_before,
        )


class LogPageAnswer(Answer):
    """Consecutive events."""

    entries: tuple[LogEntryAnswer, ...]
    size: int = Field(description="How many events the log holds.")

    @classmethod
    def of(cls, page: LogPage) -> LogPageAnswer:
        """Return the answer for a page."""
        return cls(entries=tuple(LogEntryAnswer.of(e) for e in page.entries), size=page.size)
