"""API schemas of matters that courts, forces and agencies report."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints

from domain.agencies import matters
from domain.courts.results import CourtOffence, CourtResult, Defendant, ResultLine, Term
from domain.errors import InvalidInputError
from domain.exchange.contents import StatedRestrictions
from domain.ids import PersonId, RecordId
from domain.people.items import ItemId
from domain.people.people import Sex
from domain.plain_values import plain
from domain.restrictions import Transmittable
from service.api.base import Answer, Body, Code, DateText, LongText, Next, OpaqueId, Text, Words
from service.api.people.convictions_schemas import RestrictionsBody
from service.api.people.records_schemas import CountryOrNone, Identifier, NameBody
from service.api.shapes import From, at, each, shows
from service.usecases.agencies.inbox import Inbox, LikelyRecord, last_day


class ReasonAnswer(Answer):
    """Why a matter waits, and which part of the message causes it."""

    doubt: str
    """Code of what is in doubt."""
    words: str
    """What is in doubt, in words."""
    pointer: str = Field(description="JSON pointer into `content`; empty for the whole message.")


@shows(matters.Step, without=("matter_id", "stepped_by", "person_id", "laid"))
class StepAnswer(Answer):
    """One step of a matter."""

    reasons: tuple[ReasonAnswer, ...]
    """Why the matter waits."""


class ToldAnswer(Answer):
    """The state of a matter, and any tasks that it creates in addition to changing the record."""

    matter_id: Annotated[str, From("matter.matter_id")]
    """Id of the matter."""
    state: Annotated[matters.MatterState, From("matter.state")]
    reasons: Annotated[tuple[ReasonAnswer, ...], From("matter.last.reasons")]
    """Why the matter waits."""
    tasks: tuple[str, ...]
    """Tasks that do not stop the result from being attached."""
    record_id: Annotated[RecordId | None, From("matter.last.record_id")]
    version: Annotated[int | None, From("matter.last.version")]
    """The version of the record that includes the matter; null if none does."""
    is_new: bool
    """False: the same content was received before, and nothing changed."""


class MatterHead(Answer):
    """A matter without its content."""

    matter_id: str
    """Id of the matter."""
    source: matters.MatterSource
    reference: str
    """The sender's reference for the matter."""
    received_at: datetime
    """When it was received."""
    state: matters.MatterState
    last_day: date = Field(description="The last day on which it may wait.")

    @classmethod
    def showing(cls, matter: matters.Matter, /, **others: Any) -> Self:
        """Return the answer with the last day, which depends on the source."""
        day = last_day(matter.source, matter.received_at)
        return super().showing(matter, last_day=day, **others)


class WaitingHead(MatterHead):
    """A matter that waits, and why."""

    reasons: Annotated[tuple[ReasonAnswer, ...], From("last.reasons")]
    """Why the matter waits."""
    is_late: bool
    """Whether it should be on a record by now."""


class WaitingCountAnswer(Answer):
    """The number of matters that wait in one state."""

    state: matters.MatterState
    count: int
    """The number of matters that wait."""
    oldest: datetime
    """When the oldest of them was received."""


class OverdueAnswer(Answer):
    """A conviction that its source no longer lets be kept: remove its matter."""

    record_id: Annotated[RecordId | None, From("keeping.record_id")]
    """The record; null if its matter is on no record."""
    item_id: Annotated[ItemId | None, From("keeping.item_id")]
    """The item of the record; null if its matter is on no record."""
    person_id: Annotated[PersonId | None, From("keeping.person_id")]
    """The person; null if its matter is on no record."""
    kept_until: date
    """The last day on which its source lets it be kept."""
    matter_id: str | None
    """The matter that told of it: two people remove it. Null if its force entered the
    conviction."""


class InboxAnswer(Answer):
    """Matters that wait, oldest first; and convictions to remove."""

    counts: tuple[WaitingCountAnswer, ...]
    """For each state, the number of waiting matters and the age of the oldest."""
    waiting: tuple[WaitingHead, ...]
    """The matters that wait, oldest first."""
    overdue: tuple[OverdueAnswer, ...]
    """Convictions on record that their source no longer lets be kept: at most fifty, those of the
    earliest day first, with every page."""
    next_after: Annotated[Next, From("next_key")]

    @classmethod
    def of(cls, inbox: Inbox, /) -> Self:
        """Return the inbox as an answer."""
        waiting = (
            WaitingHead.showing(one, is_late=one.matter_id in inbox.late) for one in inbox.waiting
        )
        return cls.showing(inbox, waiting=tuple(waiting))


def _plain(content: matters.MatterContent | None) -> Any:
    return None if content is None else plain(content)


class MatterAnswer(MatterHead):
    """A matter with its full content."""

    content: Annotated[dict[str, Any] | None, BeforeValidator(_plain)]
    """The message as read: hearing, case, defendant, offences, every line of a result. Null once
    it has been erased."""
    steps: tuple[StepAnswer, ...]
    """The steps taken on the matter, oldest first."""


ResultCode = Annotated[str, StringConstraints(pattern=r"^([0-9]{4})?$")]


class LineBody(Body):
    """One result of an offence."""

    code: ResultCode = ""
    """Code of the result, four digits; empty if there is only the text."""
    text: LongText = ""
    """The result in words."""
    pence: Annotated[int, Field(ge=0, lt=10**14)] | None = None
    """An amount of money in pence; null if the result has none."""
    duration: Annotated[int, Field(ge=1, le=9999)] | None = None
    """A duration in `unit`; null if the result has none."""
    unit: Literal["D", "W", "M", "Y", "H", "S", "L"] = "M"
    """Unit of the duration."""

    def line(self) -> ResultLine:
        """Return the line that the body states."""
        terms = () if self.duration is None else (Term(self.duration, self.unit),)
        return ResultLine(self.code, self.text, terms=terms, pence=self.pence)


class MatterOffenceBody(Body):
    """One offence with its verdict and results."""

    states = CourtOffence

    code: Code
    title: Annotated[Text, From("wording")]
    began_on: DateText
    ended_on: DateText | None = None
    convicted_on: DateText | None = None
    plea: Annotated[str, StringConstraints(pattern=r"^[1-8]?$")] = ""
    finding: Annotated[str, StringConstraints(pattern=r"^[GNAOC]?$")] = ""
    results: Annotated[tuple[LineBody, ...], Field(max_length=50)] = ()
    """Every line of the result."""

    def offence(self) -> CourtOffence:
        """Return the offence without its number; raises InvalidDateError with a pointer."""
        lines = tuple(one.line() for one in self.results)
        return self.to(CourtOffence, sequence=None, date_code="1", lines=lines)


class LimitsBody(RestrictionsBody):
    """The limits that a country sets on a conviction that it told."""

    transmittable: Transmittable = Transmittable.UNKNOWN


class MatterBody(Body):
    """A matter about a person, from a court, a force or an agency, or through Interpol."""

    source: matters.MatterSource
    reference: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """The sender's reference for the matter."""
    court: Code = Field(description="Code of the court, seven characters.")
    heard_on: DateText
    """The day of the hearing."""
    case_number: Code
    """The court's number of the case."""
    asn: Identifier = ""
    """Arrest Summons Number."""
    name: NameBody
    born_on: DateText | None = None
    """Date of birth in the message; null if it has none."""
    sex: Sex | None = None
    pnc_number: Annotated[Identifier, From("pnc_id")] = ""
    """PNC ID in the message; empty if it has none."""
    offences: Annotated[tuple[MatterOffenceBody, ...], Field(max_length=100)] = ()
    """The offences, each with its verdict and results."""
    country: CountryOrNone = ""
    """The country that convicted, for a conviction received through Interpol."""
    version: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    """The number of that country's word on this conviction. A later one corrects it."""
    limits: LimitsBody | None = None
    """What that country lets be done with the conviction. Absent: it has not said."""

    def content(self) -> matters.MatterContent:
        """Return the content. Raises InvalidDateError, InvalidInputError with a pointer."""
        result = self._result()
        if matters.SOURCES[self.source].known_as.is_told:
            with at("/limits"):
                limits = (self.limits or LimitsBody()).to(StatedRestrictions)
            return matters.as_told(result, matters.TheirWord(self.country, self.version, limits))
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


Expected = Annotated[
    int,
    Field(
        ge=1,
        lt=2**31,
        description="The number of the last step you have seen; the call is refused if another"
        " step has been taken since.",
    ),
]


class AttachMatterBody(Body):
    """The record and charges to which a person would attach a matter."""

    expected_step: Expected
    record_id: OpaqueId
    """Id of the record."""
    expected_version: Expected = Field(description="The live version that you have seen.")
    laid: Annotated[tuple[LaidBody, ...], Field(max_length=100)] = ()
    """Where each offence of a court's result belongs; none for another State's."""
    words: Words


class ReturnMatterBody(Body):
    """Why a matter is sent back, or removed from its record."""

    expected_step: Expected
    words: Words


class AnswerProposalBody(Body):
    """A second person's answer to a proposal."""

    expected_step: Expected
    agrees: bool
    """Whether the second person agrees, so that the proposal takes effect."""
    words: Words = ""


@shows(LikelyRecord, without=("record",))
class LikelyRecordAnswer(Answer):
    """A record that a matter may belong to."""

    record_id: Annotated[RecordId, From("record.record_id")]
    name: Annotated[str, From("record.details.names.display"), BeforeValidator("; ".join)]
    """Names on record, the main name first."""
    charges: Annotated[tuple[str, ...], From("charges.item_id")]
    """The offences charged in the record's reports, as items."""


class LikelyRecordsAnswer(Answer):
    """Records that a matter may belong to, the likeliest first."""

    records: tuple[LikelyRecordAnswer, ...]
