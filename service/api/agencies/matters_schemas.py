"""API schemas of matters that courts, forces and agencies report."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints

from domain.agencies.matters import SOURCES, Matter, MatterContent, MatterSource, MatterState
from domain.agencies.told import TheirWord, as_told
from domain.courts.results import CourtOffence, CourtResult, Defendant, ResultLine, Term
from domain.errors import InvalidInputError
from domain.exchange.contents import StatedRestrictions
from domain.people.people import Sex
from domain.plain_values import plain
from domain.restrictions import Transmittable
from service.api.base import Answer, Body, Code, DateText, LongText, Next, OpaqueId, Text
from service.api.people.convictions_schemas import RestrictionsBody
from service.api.people.records_schemas import CountryOrNone, Identifier, NameBody
from service.api.shapes import From, at, each
from service.usecases.agencies.inbox import Inbox, last_day


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


class ToldAnswer(Answer):
    """The state of a matter, and any tasks that it creates in addition to changing the record."""

    matter_id: Annotated[str, From("matter.matter_id")]
    state: Annotated[MatterState, From("matter.state")]
    reasons: Annotated[tuple[ReasonAnswer, ...], From("matter.last.reasons")]
    tasks: tuple[str, ...]
    """Tasks that do not stop the result from being attached."""
    record_id: Annotated[str | None, From("matter.last.record_id")]
    version: Annotated[int | None, From("matter.last.version")]
    is_new: bool
    """False: the same content was received before, and nothing changed."""


class MatterHead(Answer):
    """A matter without its content."""

    matter_id: str
    source: MatterSource
    reference: str
    received_at: datetime
    state: MatterState
    last_day: date = Field(description="The last day on which it may wait.")

    @classmethod
    def showing(cls, matter: Matter, /, **others: Any) -> Self:
        """Return the answer with the last day, which depends on the source."""
        day = last_day(matter.source, matter.received_at)
        return super().showing(matter, last_day=day, **others)


class WaitingHead(MatterHead):
    """A matter that waits, and why."""

    reasons: Annotated[tuple[ReasonAnswer, ...], From("last.reasons")]
    is_late: bool


class WaitingCountAnswer(Answer):
    """The number of matters that wait in one state."""

    state: MatterState
    count: int
    oldest: datetime


class OverdueAnswer(Answer):
    """A conviction that its source no longer lets be kept: remove its matter."""

    record_id: Annotated[str | None, From("keeping.record_id")]
    """Null, as the next two, if its matter is on no record."""
    item_id: Annotated[str | None, From("keeping.item_id")]
    person_id: Annotated[str | None, From("keeping.person_id")]
    kept_until: date
    """The last day on which its source lets it be kept."""
    matter_id: str | None


class InboxAnswer(Answer):
    """Matters that wait, oldest first; and convictions to remove."""

    counts: tuple[WaitingCountAnswer, ...]
    waiting: tuple[WaitingHead, ...]
    overdue: tuple[OverdueAnswer, ...]
    next_after: Annotated[Next, From("next_key")]

    @classmethod
    def of(cls, inbox: Inbox, /) -> Self:
        """Return the inbox as an answer."""
        waiting = (
            WaitingHead.showing(one, is_late=one.matter_id in inbox.late) for one in inbox.waiting
        )
        return cls.showing(inbox, waiting=tuple(waiting))


def _plain(content: MatterContent | None) -> Any:
    return None if content is None else plain(content)


class MatterAnswer(MatterHead):
    """A matter with its full content."""

    content: Annotated[dict[str, Any] | None, BeforeValidator(_plain)]
    """The message as read: hearing, case, defendant, offences, every line of a result. Null once
    it has been erased."""
    steps: tuple[StepAnswer, ...]


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
    title: Annotated[Text, From("wording")]
    began_on: DateText
    ended_on: DateText | None = None
    convicted_on: DateText | None = None
    plea: Annotated[str, StringConstraints(pattern=r"^[1-8]?$")] = ""
    finding: Annotated[str, StringConstraints(pattern=r"^[GNAOC]?$")] = ""
    """G guilty, N not guilty, A guilty of an alternative offence, O no finding, C caution."""
    results: Annotated[tuple[LineBody, ...], Field(max_length=50)] = ()

    def offence(self) -> CourtOffence:
        """Return the offence without its number; raises InvalidDateError with a pointer."""
        lines = tuple(one.line() for one in self.results)
        return self.to(CourtOffence, sequence=None, date_code="1", lines=lines)


class LimitsBody(RestrictionsBody):
    """The limits that a country sets on a conviction that it told."""

    transmittable: Transmittable = Transmittable.UNKNOWN


class MatterBody(Body):
    """A matter about a person, from a court, a force or an agency, or through Interpol."""

    source: MatterSource
    reference: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    court: Code = Field(description="Code of the court, seven characters.")
    heard_on: DateText
    case_number: Code
    asn: Identifier = ""
    name: NameBody
    born_on: DateText | None = None
    sex: Sex | None = None
    pnc_number: Annotated[Identifier, From("pnc_id")] = ""
    offences: Annotated[tuple[MatterOffenceBody, ...], Field(max_length=100)] = ()
    country: CountryOrNone = ""
    """The country that convicted, for a conviction received through Interpol."""
    version: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    """The number of that country's word on this conviction. A later one corrects it."""
    limits: LimitsBody | None = None
    """What that country lets be done with the conviction. Absent: it has not said."""

    def content(self) -> MatterContent:
        """Return what the matter says. Raises InvalidDateError, InvalidInputError with a
        pointer.
        """
        result = self._result()
        if SOURCES[self.source].known_as.is_told:
            with at("/limits"):
                limits = (self.limits or LimitsBody()).to(StatedRestrictions)
            return as_told(result, TheirWord(self.country, self.version, limits))
        if self.country or self.limits or self.version > 1:
            raise InvalidInputError(
                "Only a conviction of another country has a country, a version and limits.",
                pointer="/source",
            )
        return result

    def _result(self) -> CourtResult:
        numbered = enumerate(each("/offences", self.offences, MatterOffenceBody.offence), 1)
        return self.to(
            CourtResult,
            petty_sessions_area="",
            heard_at="",
            defendant=self.to(Defendant),
            offences=tuple(replace(one, sequence=number) for number, one in numbered),
        )


class LaidBody(Body):
    """An offence of the message, and the charge on record that a person assigns it to."""

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

    record_id: Annotated[str, From("record.record_id")]
    version: int
    name: Annotated[str, From("record.details.names.display"), BeforeValidator("; ".join)]
    agrees: bool = Field(description="Whether name and date of birth agree with the matter's.")
    lists_number: bool
    takes_one: bool
    """Whether you may attach the matter without a second person."""
    charges: Annotated[tuple[str, ...], From("charges.item_id")]
    """The offences charged in the record's reports, as items."""


class LikelyRecordsAnswer(Answer):
    """Records that a matter may belong to, the likeliest first."""

    records: tuple[LikelyRecordAnswer, ...]
