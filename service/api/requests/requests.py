"""Case officers open requests, list them by due day and read them; auditors read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Self

from fastapi import APIRouter, Query, Response
from pydantic import BeforeValidator, Field, StringConstraints

from domain.convictions import Court
from domain.disclosures import DisclosureNotice, SentDisclosure
from domain.errors import (
    IdempotencyConflictError,
    InvalidDateError,
    NoAgreementError,
    NotFoundError,
    OutsideCalendarError,
    UnknownRequestKindError,
)
from domain.ids import RequestId
from domain.request_states import OPEN, RequestState, Step
from domain.requests import (
    Ask,
    Channel,
    Entry,
    Identification,
    PartyKind,
    ReplyOutcome,
)
from domain.restrictions import UsePurpose
from service.api.authentication import RequestReader, RequestWorker
from service.api.base import Answer, Body, DateText, LongText, Next, OpaqueId, Text
from service.api.bodies import BodyOf, IdempotencyOf
from service.api.documentation import body_problems, call_problems, found_at
from service.api.parameters import After, IdInPath, Limit, ReferenceFilter
from service.api.people.records_schemas import DetailsBody
from service.api.shapes import From, shows
from service.usecases.requests.kind import Ground
from service.usecases.requests.notices import notice_due_on
from service.usecases.requests.opening import OpenRequest, open_request
from service.usecases.requests.reading import RequestsWanted, list_requests, show_request

KindName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,60}$")]
PartyCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{0,40}$")]
BasisCode = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9._:@/+=() -]{0,100}$"),
    Field(description="The agreement or provision that the request rests on."),
]


class PartyBody(Body):
    """Who asks: a State, an agency or a force by its code; a person has none."""

    kind: PartyKind
    code: PartyCode = ""


FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
"""The name of a further fact."""


class RequestBody(Body):
    """A request as it came in."""

    kind: KindName
    asker: PartyBody
    purpose: UsePurpose
    legal_basis: BasisCode = ""
    received_on: DateText = Field(description="The day from which the clock runs.")
    subject: DetailsBody = Field(description="The person who is asked about.")
    words: LongText = ""
    asker_name: Text = ""
    on_behalf_of: Text = Field(default="", description="Such as a court; kept sealed.")
    reference: Text = Field(default="", description="The asker's own; kept sealed.")
    about: OpaqueId | None = Field(default=None, description="The request that it follows up.")
    facts: Mapping[FactName, Text] = Field(
        default={},
        max_length=20,
        description="Further facts that the kind knows, such as `countries`; kept sealed.",
    )


class RequestIdAnswer(Answer):
    """A request that is stored."""

    request_id: str


class PartyAnswer(Answer):
    """A requester or recipient."""

    kind: PartyKind
    code: str


class RequestHead(Answer):
    """A request without its words."""

    of_part = "file.request"

    request_id: str
    kind: str
    channel: Channel
    asker: PartyAnswer
    purpose: UsePurpose
    legal_basis: str
    received_on: date
    state: Annotated[RequestState, From("file.state")]
    version: Annotated[int, From("file.version")] = Field(
        description="The number of the last entry: a step states it."
    )
    owner: Annotated[str, From("file.owner")]
    due_on: Annotated[date | None, From("due.on")] = Field(
        description="The last day in time; None without a clock, and while it stands still."
    )
    is_paused: Annotated[bool, From("due.is_paused")]
    is_overdue: Annotated[bool, From("due.is_overdue")]


class RequestListAnswer(Answer):
    """Requests, those due first in front."""

    requests: tuple[RequestHead, ...]
    is_whole: bool = Field(description="False when more match than are shown.")
    today: date
    next_after: Next


@shows(Entry)
class EntryAnswer(Answer):
    """One entry of the log of a request."""

    words: str = Field(description="Empty where none were said, or once they were erased.")


@shows(Identification)
class IdentificationAnswer(Answer):
    """The identity of the person and its basis."""


class RestrictionsAnswer(Answer):
    """The restrictions of its source."""

    transmittable: str
    purposes: tuple[UsePurpose, ...]
    retention_end: date | None
    needs_leave: bool


def _court(court: Court) -> str:
    return court.name or court.code


def _is_none(found: object) -> bool:
    return found is None


class JudgedAnswer(Answer):
    """A conviction that is held, and whether it may be disclosed today."""

    record_id: Annotated[str, From("assessed.held.ref.record_id")]
    item_id: Annotated[str, From("assessed.held.ref.item_id")]
    version: Annotated[int, From("assessed.held.ref.version")]
    court: Annotated[str, From("assessed.held.conviction.court"), BeforeValidator(_court)]
    decided_on: Annotated[date, From("assessed.held.conviction.decided_on")]
    offences: Annotated[tuple[str, ...], From("assessed.held.conviction.offences.title")]
    standing: Annotated[str, From("assessed.standing")] = Field(
        description="Such as spent; empty when nothing is computed of it."
    )
    may_leave: Annotated[bool, From("held_back"), BeforeValidator(_is_none)]
    why_not: Annotated[str, From("held_back.reason.value", "")]
    rule: Annotated[str, From("used.rule")]
    restrictions: Annotated[RestrictionsAnswer, From("assessed.held.conviction.restrictions")]


@shows(SentDisclosure, without=("request_id", "versions"))
class DisclosureAnswer(Answer):
    """The information that left to one recipient."""

    recipient: PartyAnswer
    items: Annotated[int, From("versions"), BeforeValidator(len)]
    content: str | None = Field(description="As JSON; None once it was erased.")


@shows(DisclosureNotice)
class DisclosureNoticeAnswer(Answer):
    """The news for the recipient of a disclosure."""

    due_on: date | None

    @classmethod
    def of(cls, notice: DisclosureNotice) -> Self:
        """Return the answer for a notice."""
        return cls.showing(notice, due_on=notice_due_on(notice))


def _ground_words(grounds: tuple[Ground, ...]) -> dict[str, str]:
    return {ground.code: ground.words for ground in grounds}


class RequestAnswer(RequestHead):
    """A request with everything that it is worked by."""

    # What was asked is empty once it was erased.
    words: Annotated[str, From("file.request.ask.words", "")]
    asker_name: Annotated[str, From("file.request.ask.asker_name", "")]
    on_behalf_of: Annotated[str, From("file.request.ask.on_behalf_of", "")]
    reference: Annotated[str, From("file.request.ask.reference", "")]
    facts: Annotated[Mapping[str, str], From("file.request.ask.facts", ()), BeforeValidator(dict)]
    steps: Annotated[tuple[Step, ...], From("steps")] = Field(
        description="The steps that are open."
    )
    deciders: Annotated[int, From("kind.deciders")]
    grounds: Annotated[Mapping[str, str], From("kind.grounds"), BeforeValidator(_ground_words)] = (
        Field(description="Of a refusal: codes and words.")
    )
    entries: Annotated[tuple[EntryAnswer, ...], From("file.entries")]
    identification: Annotated[IdentificationAnswer | None, From("file.identification")]
    may_say: Annotated[ReplyOutcome | None, From("assessment.outcome")] = Field(
        description="What an answer of today would say."
    )
    states_to_ask: Annotated[tuple[str, ...], From("assessment.states_to_ask", ())]
    convictions: Annotated[tuple[JudgedAnswer, ...], From("assessment.judged", ())]
    disclosures: Annotated[tuple[DisclosureAnswer, ...], From("disclosures")]
    notices: Annotated[tuple[DisclosureNoticeAnswer, ...], From("notices")]


router = APIRouter(prefix="/v1/requests", tags=["case officer"])

StateFilter = Annotated[
    RequestState | None, Query(description="Only those in this state; else all that are open.")
]


@router.post(
    "",
    status_code=201,
    responses=body_problems(
        IdempotencyConflictError,
        InvalidDateError,
        NoAgreementError,
        OutsideCalendarError,
        UnknownRequestKindError,
    )
    | found_at(201),
)
def post_request(
    call: RequestWorker, body: BodyOf[RequestBody], key: IdempotencyOf, response: Response
) -> RequestIdAnswer:
    """Open a request about a person."""
    command = body.to(
        OpenRequest, caller=call.caller, channel=Channel.API, ask=body.to(Ask), idempotency=key
    )
    request_id = open_request(call.services, command)
    response.headers["Location"] = f"/v1/requests/{request_id}"
    return RequestIdAnswer(request_id=request_id)


@router.get("", responses=call_problems())
def get_requests(
    call: RequestReader,
    *,
    state: StateFilter = None,
    reference: ReferenceFilter = None,
    after: After = None,
    limit: Limit = 50,
) -> RequestListAnswer:
    """Return requests by the day their answers are due, earliest first, without their text."""
    states = OPEN if state is None and reference is None else state and {state}
    wanted = RequestsWanted(states or frozenset(RequestState), reference=reference)
    found = list_requests(call.services, call.caller, wanted, after=after, limit=limit)
    return RequestListAnswer.of(found)


@router.get("/{request_id}", responses=call_problems(NotFoundError))
def get_request(call: RequestReader, request_id: IdInPath) -> RequestAnswer:
    """Return a request with its log, the convictions with their verdicts, and the disclosures."""
    return RequestAnswer.of(show_request(call.services, call.caller, RequestId(request_id)))
