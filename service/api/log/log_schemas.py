"""Entries of the log, byte for byte."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Annotated, Self

from pydantic import BeforeValidator, Field

from service.api.base import Answer, NextNumber, PageAnswer
from service.api.codes import EventTypeCode
from service.api.shapes import From
from service.usecases.log.reading import InclusionProof


class LogEntryAnswer(Answer):
    """One event."""

    seq: int
    event_id: str
    event_type: EventTypeCode
    at: datetime
    body: Annotated[str, BeforeValidator(bytes.decode)] = Field(
        description="Canonical JSON (RFC 8785); its UTF-8 bytes are the leaf of the log's tree."
    )


def _in_base64(steps: tuple[bytes, ...]) -> tuple[str, ...]:
    return tuple(base64.b64encode(step).decode() for step in steps)


_Steps = Annotated[tuple[str, ...], From("steps"), BeforeValidator(_in_base64)]


class InclusionAnswer(Answer):
    """The proof that one event is in the log."""

    event: LogEntryAnswer
    size: int = Field(description="How many events the checkpoint covers.")
    proof: _Steps = Field(description="Steps from the leaf to the root, base64.")
    receipt: str = Field(description="The same as one file (C2SP tlog-proof).")

    @classmethod
    def of(cls, proved: InclusionProof) -> Self:
        """Return the answer for a proof."""
        return cls.showing(proved, receipt=proved.receipt().encode().decode())


class ConsistencyAnswer(Answer):
    """The proof that the log only grew."""

    old_size: int
    size: int
    proof: _Steps = Field(description="Steps, base64.")


class EventListAnswer(PageAnswer):
    """Events that an audit search found, newest first."""

    entries: tuple[LogEntryAnswer, ...]
    next_before: NextNumber


class LogPageAnswer(Answer):
    """Consecutive events."""

    entries: tuple[LogEntryAnswer, ...]
    size: int = Field(description="How many events the log holds.")
