"""API schemas of matters that courts, forces and agencies tell."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from domain.agencies.matters import Matter, MatterSource, MatterState, Step
from domain.courts.results import CourtOffence, CourtResult, Defendant, ResultLine, Term
from domain.people.people import Sex
from domain.plain_values import plain
from service.api.base import Answer, Body, Code, DateText, LongText, Next, OpaqueId, Text
from service.api.dates import read_day
from service.api.people.records_schemas import Identifier, NameBody
from service.api.shapes import at
from service.usecases.agencies.inbox import (
    Inbox,
    last_day,
)
from service.usecases.agencies.matters import (
    ToldMatter,
)


class ReasonAnswer(Answer):
    """Why a matter waits, and which part of the message causes it."""

    doubt: str
    words: str
    pointer: str = Field(description="JSON pointer into `content`; empty for the whole message.")


class StepAnswer(Answer):
    """One step of a matter."""

    number: int
    state: MatterState
    stepped_at: datetime
    reasons: tuple[ReasonAnswer, ...]
    words: str
    record_id: str | None
    version: int | None = Field(description="The version of the record that includes the matter.")

    @classmethod
    def told(cls, step: Step) -> StepAnswer:
        """Return a step as an answer."""
        return cls(
            number=step.number,
            state=step.state,
            stepped_at=step.stepped_at,
            reasons=tuple(
                ReasonAnswer(doubt=one.doubt, words=one.words, pointer=one.pointer)
                for one in step.reasons
            ),
            words=step.words,
            record_id=step.record_id,
            version=step.version,
        )


class ToldAnswer(Answer):
    """The state of a matter, and the tasks that remain beside the record."""

    matter_id: str
    state: MatterState
    reasons: tuple[ReasonAnswer, ...]
    tasks: tuple[str, ...]
    """Tasks that do not stop the result from being attached."""
    record_id: str | None
    version: int | None
    is_new: bool
    """False: the same content was received before, and nothing changed."""

    @classmethod
    def told(cls, told: ToldMatter) -> ToldAnswer:
        """Return the state of a matter as an answer."""
        last = StepAnswer.told(told.matter.last)
        return cls(
            matter_id=told.matter.matter_id,
            state=last.state,
            reasons=last.reasons,
            tasks=told.tasks,
            record_id=last.record_id,
            version=last.version,
            is_new=told.is_new,
        )


class MatterHead(Answer):
    """A matter without its content."""

    matter_id: str
    source: MatterSource
    reference: str
    received_at: datetime
    state: MatterState
    last_day: date = Field(description="The last day on which it may wait.")

    @classmethod
    def fields_of(cls, matter: Matter) -> dict[str, Any]:
        """Return the fields that heads and whole matters share."""
        return {
            "matter_id": matter.matter_id,
            "source": matter.source,
            "reference": matter.reference,
            "received_at": matter.received_at,
            "state": matter.state,
            "last_day": last_day(matter.source, matter.received_at),
        }


class WaitingHead(MatterHead):
    """A matter that waits, and why."""

    reasons: tuple[ReasonAnswer, ...]
    is_late: bool


class WaitingCountAnswer(Answer):
    """The number of matters that wait in one state."""

    state: MatterState
    count: int
    oldest: datetime


class InboxAnswer(Answer):
    """Matters that wait, oldest first."""

    counts: tuple[WaitingCountAnswer, ...]
    waiting: tuple[WaitingHead, ...]
    next_after: Next

    @classmethod
    def told(cls, inbox: Inbox) -> InboxAnswer:
        """Return the inbox as an answer."""
        waiting = (
            WaitingHead(
                **MatterHead.fields_of(one),
                reasons=StepAnswer.told(one.last).reasons,
                is_late=one.matter_id in inbox.late,
            )
            for one in inbox.waiting
        )
        counts = (
            WaitingCountAnswer(state=one.state, count=one.count, oldest=one.oldest)
            for one in inbox.counts
        )
        return cls(counts=tuple(counts), waiting=tuple(waiting), next_after=inbox.next_key)


class MatterAnswer(MatterHead):
    """A matter with its full content."""

    content: dict[str, Any] | None
    """The message as read: hearing, case, defendant, offences, every line of a result. Null once
    it has been erased."""
    steps: tuple[StepAnswer, ...]

    @classmethod
    def told(cls, matter: Matter) -> MatterAnswer:
        """Return a matter as an answer."""
        return cls(
            **MatterHead.fields_of(matter),
            content=None if matter.content is None else plain(matter.content),
            steps=tuple(map(StepAnswer.told, matter.steps)),
        )


ResultCode = Annotated[str, StringConstraints(pattern=r"^([0-9]{4})?$")]


class LineBody(Body):
    """One result of an offence."""

    code: ResultCode = ""
    text: LongText = ""
    pence: Annotated[int, Field(ge=0, lt=10**14)] | None = None
    duration: Annotated[int, Field(ge=1, le=9999)] | None = None
    unit: Literal["D", "W", "M", "Y", "H", "S", "L"] = "M"

    def line(self) -> ResultLine:
        """Return the line that the body states."""
        terms = () if self.duration is None else (Term(self.duration, self.unit),)
        return ResultLine(self.code, self.text, terms=terms, pence=self.pence)


class MatterOffenceBody(Body):
    """One offence with its verdict and results."""

    code: Code
    title: Text
    began_on: DateText
    ended_on: DateText | None = None
    convicted_on: DateText | None = None
    plea: Annotated[str, StringConstraints(pattern=r"^[1-8]?$")] = ""
    finding: Annotated[str, StringConstraints(pattern=r"^[GNAOC]?$")] = ""
    """G guilty, N not guilty, A guilty of an alternative offence, O no finding, C caution."""
    results: Annotated[tuple[LineBody, ...], Field(max_length=50)] = ()


class MatterBody(Body):
    """A matter that a court, a force or an agency tells about a person."""

    source: MatterSource
    reference: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    court: Code = Field(description="Code of the court, seven characters.")
    heard_on: DateText
    case_number: Code
    asn: Identifier = ""
    name: NameBody
    born_on: DateText | None = None
    sex: Sex | None = None
    pnc_number: Identifier = ""
    offences: Annotated[tuple[MatterOffenceBody, ...], Field(max_length=100)] = ()

    def result(self) -> CourtResult:
        """Return the matter in the form of a court result.

        Raises InvalidDateError with a pointer.
        """
        who = Defendant(
            self.name.to_domain(),
            born_on=_day(self.born_on, "/born_on"),
            sex=self.sex,
            pnc_id=self.pnc_number,
        )
        return CourtResult(
            self.reference,
            self.court,
            "",
            _day(self.heard_on, "/heard_on"),
            "",
            self.case_number,
            self.asn,
            who,
            tuple(_offence(n, one) for n, one in enumerate(self.offences)),
        )


def _day(text: str | None, pointer: str) -> date | None:
    if text is None:
        return None
    with at(pointer):
        return read_day(text)


def _offence(number: int, body: MatterOffenceBody) -> CourtOffence:
    where = f"/offences/{number}"
    return CourtOffence(
        number + 1,
        body.code,
        body.title,
        "1",
        _day(body.began_on, f"{where}/began_on"),
        _day(body.ended_on, f"{where}/ended_on"),
        plea=body.plea,
        convicted_on=_day(body.convicted_on, f"{where}/convicted_on"),
        finding=body.finding,
        lines=tuple(one.line() for one in body.results),
    )


class LaidBody(Body):
    """An offence of the message, and the charge on record that a person matches it with."""

    offence: Annotated[int, Field(ge=0, lt=1_000)]
    """Position of the offence in the message, from 0."""
    charge: Annotated[str, StringConstraints(max_length=40)] = ""
    """The item of the record; if absent, the court added the offence."""


Expected = Annotated[int, Field(ge=1, lt=2**31)]


class AttachMatterBody(Body):
    """The record and charges to which a person would attach a matter."""

    expected_step: Expected = Field(description="The last step that you have seen.")
    record_id: OpaqueId
    expected_version: Expected = Field(description="The live version that you have seen.")
    laid: Annotated[tuple[LaidBody, ...], Field(max_length=100)] = ()
    """Where each offence of a court's result belongs; none for another State's."""
    words: LongText


class ReturnMatterBody(Body):
    """Why a matter is sent back, or removed from its record."""

    expected_step: Expected
    words: LongText


class AnswerProposalBody(Body):
    """A second person's answer to a proposal."""

    expected_step: Expected
    agrees: bool
    words: LongText = ""


class LikelyRecordAnswer(Answer):
    """A record that a matter may belong to."""

    record_id: str
    version: int
    name: str
    agrees: bool = Field(description="Whether name and date of birth agree with the matter's.")
    lists_number: bool
    takes_one: bool
    """Whether you may attach the matter without a second person."""
    charges: tuple[str, ...]
    """The offences charged in the record's reports, as items."""


class LikelyRecordsAnswer(Answer):
    """Records that a matter may belong to, the likeliest first."""

    records: tuple[LikelyRecordAnswer, ...]
