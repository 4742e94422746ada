"""Case officers open requests, list them by due day and read them; auditors only read them."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Self

from fastapi import Query, Response
from pydantic import BeforeValidator, Field, StringConstraints

from domain import errors
from domain.ids import RecordId, RequestId, UserId
from domain.people.convictions import Court
from domain.people.items import ItemId
from domain.requests.disclosures import DisclosureNotice, SentDisclosure
from domain.requests.request_states import OPEN, RequestState, Step
from domain.requests.requests import Ask, Channel, Entry, Identification, PartyKind, ReplyOutcome
from domain.restrictions import Restrictions, UsePurpose
from service.api.authentication import RequestReader, RequestWorker
from service.api.base import Answer, Body, DateText, Next, OpaqueId, Text, Words
from service.api.bodies import After, BodyOf, IdempotencyOf, IdInPath, Limit
from service.api.call_routes import CallRouter, found_at
from service.api.people.records_schemas import DetailsBody
from service.api.shapes import From, shows
from service.usecases.requests import opening, reading
from service.usecases.requests.kind import Ground
from service.usecases.requests.notices import notice_due_on

KindName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,60}$")]
PartyCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{0,40}$")]
BasisCode = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9._:@/+=() -]{0,100}$"),
    Field(description="The agreement or legal provision that the request is based on."),
]


class PartyBody(Body):
    """The requester: a State, an agency or a force by its code; a private person has no code."""

    kind: PartyKind
    code: PartyCode = ""
    """Code of the State, agency or force; empty for a private person."""


RequesterReference = Annotated[
    Text | None,
    Query(
        min_length=1,
        description="Only entries with this reference of the requester; upper and lower case are"
        " the same.",
    ),
]
FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
"""The name of a further fact."""


class RequestBody(Body):
    """A request as it was received."""

    kind: KindName
    """Name of the kind of request."""
    asker: PartyBody
    purpose: UsePurpose
    legal_basis: BasisCode = ""
    received_on: DateText = Field(description="The day from which the clock runs.")
    subject: DetailsBody = Field(description="The person that the request is about.")
    words: Words = ""
    asker_name: Text = ""
    """Name of the person who writes for the requester."""
    on_behalf_of: Text = Field(default="", description="Such as a court; stored sealed.")
    reference: Text = ""
    """The requester's own reference; stored sealed."""
    about: OpaqueId | None = None
    """The earlier request that this request follows up."""
    facts: Mapping[FactName, Text] = Field(default={}, max_length=20)
    """Further facts that this kind of request has, such as `countries`; stored sealed."""


class RequestIdAnswer(Answer):
    """The id of a stored request."""

    request_id: RequestId


class PartyAnswer(Answer):
    """A requester or recipient."""

    kind: PartyKind
    code: str
    """Code of the State, agency or force; empty for a private person."""


class RequestHead(Answer):
    """A request without its words."""

    of_part = "file.request"

    request_id: RequestId
    kind: str
    """Name of the kind of request."""
    channel: Channel
    asker: PartyAnswer
    """The requester, by a code."""
    purpose: UsePurpose
    legal_basis: str
    """Code of the agreement or legal provision that the request is based on."""
    received_on: date
    """The day of receipt, from which the clock runs."""
    state: Annotated[RequestState, From("file.state")]
    version: Annotated[int, From("file.version")]
    """The number of the last entry; the next step must state it."""
    owner: Annotated[UserId, From("file.owner")]
    """Opaque id of the account that took the last step of the work."""
    due_on: Annotated[date | None, From("due.on")]
    """The last day for an answer in time; null if there is no clock, or while it is paused."""
    is_paused: Annotated[bool, From("due.is_paused")]
    """Whether the clock is paused by a question to the requester."""
    is_overdue: Annotated[bool, From("due.is_overdue")]
    """Whether the target time has passed."""


class RequestListAnswer(Answer):
    """Requests, earliest due day first."""

    requests: tuple[RequestHead, ...]
    """The requests, earliest due day first."""
    is_whole: bool = Field(description="False if more requests match than are shown.")
    today: date
    """The date by which due days were judged."""
    next_after: Next


@shows(Entry)
class EntryAnswer(Answer):
    """One entry of the log of a request."""

    words: str = Field(description="Empty if there were no words, or once they have been erased.")


@shows(Identification)
class IdentificationAnswer(Answer):
    """The identity of the person, and the basis of the identification."""


@shows(Restrictions)
class RestrictionsAnswer(Answer):
    """The restrictions that the conviction's source imposed."""

    transmittable: str
    """Whether the source allows the data to be passed on."""


def _court(court: Court) -> str:
    return court.name or court.code


def _is_none(found: object) -> bool:
    return found is None


class JudgedAnswer(Answer):
    """A conviction on record, and whether it can be disclosed today."""

    record_id: Annotated[RecordId, From("assessed.held.ref.record_id")]
    item_id: Annotated[ItemId, From("assessed.held.ref.item_id")]
    version: Annotated[int, From("assessed.held.ref.version")]
    """Number of the version of the record."""
    court: Annotated[str, From("assessed.held.conviction.court"), BeforeValidator(_court)]
    """The court or other authority that decided."""
    decided_on: Annotated[date, From("assessed.held.conviction.decided_on")]
    """The day of the decision."""
    offences: Annotated[tuple[str, ...], From("assessed.held.conviction.offences.title")]
    """The titles of the offences."""
    standing: Annotated[str, From("assessed.standing")]
    """Such as spent; empty if nothing is computed for this conviction."""
    may_leave: Annotated[bool, From("held_back"), BeforeValidator(_is_none)]
    """Whether the conviction may be disclosed to the requester today."""
    why_not: Annotated[str, From("held_back.reason.value", "")]
    """Why the conviction may not be disclosed; empty if it may be."""
    rule: Annotated[str, From("used.rule")]
    """Identifier of the rule that decided; empty if there is none."""
    restrictions: Annotated[RestrictionsAnswer, From("assessed.held.conviction.restrictions")]


@shows(SentDisclosure, without=("request_id", "versions"))
class DisclosureAnswer(Answer):
    """The information that was disclosed to one recipient."""

    recipient: PartyAnswer
    """The recipient, by a code."""
    items: Annotated[int, From("versions"), BeforeValidator(len)]
    """The number of items that were disclosed."""
    content: str | None = Field(description="The content as JSON; null once it has been erased.")


@shows(DisclosureNotice)
class DisclosureNoticeAnswer(Answer):
    """A notice of a change, for the recipient of a disclosure."""

    due_on: date | None
    """The last day for an acknowledgement in time; null if there is none."""

    @classmethod
    def of(cls, notice: DisclosureNotice) -> Self:
        """Return the answer for a notice."""
        return cls.showing(notice, due_on=notice_due_on(notice))


def _ground_words(grounds: tuple[Ground, ...]) -> dict[str, str]:
    return {ground.code: ground.words for ground in grounds}


class RequestAnswer(RequestHead):
    """A request with everything needed to work on it."""

    # The words of the request are empty once they have been erased.
    words: Annotated[str, From("file.request.ask.words", "")]
    """Free text for people; it is never used in computation."""
    asker_name: Annotated[str, From("file.request.ask.asker_name", "")]
    """Name of the person who writes for the requester."""
    on_behalf_of: Annotated[str, From("file.request.ask.on_behalf_of", "")]
    """The person or body for whose benefit the request is made, such as a court or an employer."""
    reference: Annotated[str, From("file.request.ask.reference", "")]
    """The requester's own reference."""
    facts: Annotated[Mapping[str, str], From("file.request.ask.facts", ()), BeforeValidator(dict)]
    """Further facts that this kind of request has, by name."""
    steps: Annotated[tuple[Step, ...], From("steps")]
    """The steps that can be taken now."""
    deciders: Annotated[int, From("kind.deciders")]
    """The number of people who must decide on a request of this kind."""
    grounds: Annotated[Mapping[str, str], From("kind.grounds"), BeforeValidator(_ground_words)]
    """Grounds for a refusal: codes and words."""
    entries: Annotated[tuple[EntryAnswer, ...], From("file.entries")]
    """The steps of the request, in order."""
    identification: Annotated[IdentificationAnswer | None, From("file.identification")]
    """The identity of the person, and its basis; null until the person is identified."""
    may_say: Annotated[ReplyOutcome | None, From("assessment.outcome")]
    """What the answer would say if it were given today."""
    states_to_ask: Annotated[tuple[str, ...], From("assessment.states_to_ask", ())]
    """States whose convictions may not be disclosed, but which may be named; ISO 3166-1 alpha-3.
    """
    convictions: Annotated[tuple[JudgedAnswer, ...], From("assessment.judged", ())]
    """The convictions on record, each with whether it may be disclosed."""
    disclosures: Annotated[tuple[DisclosureAnswer, ...], From("disclosures")]
    """The answers that were sent because of the request."""
    notices: Annotated[tuple[DisclosureNoticeAnswer, ...], From("notices")]
    """Notices about changes to what was disclosed."""


router = CallRouter(prefix="/v1/requests", tags=["case officer"])

StateFilter = Annotated[
    RequestState | None,
    Query(description="Only requests in this state; if absent, all open requests."),
]


@router.post("", errors.InvalidDateError, status_code=201, responses=found_at(201))
def post_request(
    call: RequestWorker, body: BodyOf[RequestBody], key: IdempotencyOf, response: Response
) -> RequestIdAnswer:
    """Open a request about a person."""
    request_id = call.carry_out(
        opening.open_request, body, channel=Channel.API, ask=body.to(Ask), idempotency=key
    )
    response.headers["Location"] = f"/v1/requests/{request_id}"
    return RequestIdAnswer(request_id=request_id)


@router.get("")
def get_requests(
    call: RequestReader,
    *,
    state: StateFilter = None,
    reference: RequesterReference = None,
    after: After = None,
    limit: Limit = 50,
) -> RequestListAnswer:
    """Return requests by the day their answers are due, earliest first, without their text."""
    states = OPEN if state is None and reference is None else state and {state}
    wanted = reading.RequestsWanted(states or frozenset(RequestState), reference=reference)
    found = call.use(reading.list_requests, wanted, after=after, limit=limit)
    return RequestListAnswer.of(found)


@router.get("/{request_id}")
def get_request(call: RequestReader, request_id: IdInPath) -> RequestAnswer:
    """Return a request with its log, its convictions and verdicts, and its disclosures."""
    return RequestAnswer.of(call.use(reading.show_request, RequestId(request_id)))
