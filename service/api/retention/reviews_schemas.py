"""The bases of a person's data, and reviews of retention."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import Field

from domain.access import Caller
from domain.ids import RequestId
from domain.retention.reviews import ReviewDecision, ReviewGround, Ruling
from rules.retention import Basis
from service.api.base import Answer, Body, DateText, LongText, Reason
from service.api.dates import read_day
from service.usecases.retention.bases import ShownBases
from service.usecases.retention.due import Fate
from service.usecases.retention.reviewing import AgreeRuling, ProposeRuling


class KeepingAnswer(Answer):
    """The longest basis of one event."""

    reference: str = Field(description="The arrest summons number, or the conviction.")
    on: date
    situation: str
    keep: str = Field(
        description="destroy, until, while consented, while open, review, indefinite or other"
        " regime."
    )
    last_day: date | None = Field(description="The last lawful day, with `until`.")
    provision: str

    @classmethod
    def of(cls, value: Basis, /) -> Self:
        """Return the answer that shows a basis."""
        return cls(
            reference=value.prints.reference,
            on=value.prints.taken_on,
            situation=value.prints.situation.value,
            keep=value.keep.words,
            last_day=value.last_day,
            provision=value.provision,
        )


class BasesAnswer(Answer):
    """How long data of a person may be kept, as of today."""

    on: date
    fate: Fate = Field(description="Kept, due, or for a person to review.")
    provision: str = Field(description="What decides.")
    last_day: date | None = Field(description="The last lawful day; null without one.")
    events: tuple[KeepingAnswer, ...]
    records: tuple[str, ...] = Field(description="Records, kept on the longest basis.")
    captures: tuple[str, ...] = Field(description="Captures, kept on the longest basis.")

    @classmethod
    def of(cls, value: ShownBases, /) -> Self:
        """Return the answer that shows the bases."""
        found = value.standing
        return cls(
            on=value.on,
            fate=found.fate,
            provision=found.provision,
            last_day=found.last_day,
            events=tuple(KeepingAnswer.of(one) for one in found.bases),
            records=value.records,
            captures=value.captures,
        )


class OpenedReviewsAnswer(Answer):
    """The reviews that were opened."""

    request_ids: tuple[str, ...]


class RulingBody(Body):
    """The proposal of one person."""

    expected_version: int = Field(ge=1, description="The version that the caller has read.")
    decision: ReviewDecision
    ground: ReviewGround
    reason: Reason = Field(description="In words, kept sealed.")
    next_on: DateText | None = Field(
        default=None, description="The day of the next review; none with an erasure."
    )

    def to_command(self, caller: Caller, request_id: RequestId) -> ProposeRuling:
        """Return the command; raises InvalidDateError, InvalidInputError."""
        next_on = None if self.next_on is None else read_day(self.next_on)
        ruling = Ruling(self.decision, self.ground, next_on)
        return ProposeRuling(caller, request_id, self.expected_version, ruling, self.reason)


class RulingReadingBody(Body):
    """A second person's reading."""

    expected_version: int = Field(ge=1, description="The version that the caller has read.")
    agrees: bool
    words: LongText = Field(default="", description="Why not, where the reader does not agree.")

    def to_command(self, caller: Caller, request_id: RequestId) -> AgreeRuling:
        """Return the command."""
        return AgreeRuling(caller, request_id, self.expected_version, self.agrees, self.words)
