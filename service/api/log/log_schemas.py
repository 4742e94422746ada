"""Entries of the log, byte for byte."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Self

from pydantic import Field

from domain.events.logged import LoggedEvent
from service.api.base import Answer, NextNumber, PageAnswer
from service.api.codes import EventTypeCode
from service.usecases.log.reading import ConsistencyProof, InclusionProof


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
    def of(cls, entry: LoggedEvent) -> Self:
        """Return the answer for an event."""
        return cls.showing(entry, body=entry.body.decode("utf-8"))


class InclusionAnswer(Answer):
    """The proof that one event is in the log."""

    event: LogEntryAnswer
    size: int = Field(description="How many events the checkpoint covers.")
    proof: tuple[str, ...] = Field(description="Steps from the leaf to the root, base64.")
    receipt: str = Field(description="The same as one file (C2SP tlog-proof).")

    @classmethod
    def of(cls, proved: InclusionProof) -> Self:
        """Return the answer for a proof."""
        return cls.showing(
            proved, proof=_steps(proved.steps), receipt=proved.receipt().encode().decode()
        )


class ConsistencyAnswer(Answer):
    """The proof that the log only grew."""

    old_size: int
    size: int
    proof: tuple[str, ...] = Field(description="Steps, base64.")

    @classmethod
    def of(cls, proved: ConsistencyProof) -> Self:
        """Return the answer for a proof."""
        return cls.showing(proved, proof=_steps(proved.steps))


def _steps(steps: tuple[bytes, ...]) -> tuple[str, ...]:
    return tuple(base64.b64encode(step).decode() for step in steps)


class EventListAnswer(PageAnswer):
    """Events that an audit search found, newest first."""

    entries: tuple[LogEntryAnswer, ...]
    next_before: NextNumber


class LogPageAnswer(Answer):
    """Consecutive events."""

    entries: tuple[LogEntryAnswer, ...]
    size: int = Field(description="How many events the log holds.")
