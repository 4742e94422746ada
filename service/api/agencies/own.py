"""An agency's own requests: made, followed, and answered when the office has a question.

Agreements with agencies, for case officers and auditors.
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from domain.agencies.agencies import Agreement, AgreementStanding, Contact, LegalStatus, Reach
from domain.errors import (
    ConflictError,
    InvalidDateError,
    RequestStepError,
)
from domain.ids import RequestId, UserId
from domain.requests.requests import Ask
from domain.restrictions import UsePurpose
from service.api.authentication import AgencyAsker, AgreementKeeper, AgreementReader
from service.api.base import Answer, Body, DateText, Next, OpaqueId, PageAnswer, Text, Words
from service.api.bodies import AgencyInPath, Before, BodyOf, IdInPath, Limit
from service.api.call_routes import CallRouter
from service.api.people.records_schemas import DetailsBody
from service.api.requests.requests import RequestIdAnswer
from service.api.shapes import shows
from service.usecases.agencies import agreements, asking

AgencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,40}$")]


class ContactBody(Body):
    """A person to write to at an agency."""

    states = Contact

    name: Text
    email: Text


class AgreementBody(Body):
    """A new version of an agreement, in force from now on."""

    states = Agreement

    agency: AgencyCode
    expected_version: Annotated[int, Field(ge=0, lt=2**31)] = 0
    """The version that you have read; the call is refused if there is a newer version."""
    name: Text
    legal_status: LegalStatus
    purposes: Annotated[tuple[UsePurpose, ...], Field(min_length=1, max_length=20)]
    reach: Reach
    standing: AgreementStanding = AgreementStanding.AGREED
    starts_on: DateText
    review_on: DateText
    contacts: Annotated[tuple[ContactBody, ...], Field(max_length=20)] = ()


@shows(Contact)
class ContactAnswer(Answer):
    """A person to write to at an agency."""


@shows(Agreement, without=("made_by",))
class AgencyAgreementAnswer(Answer):
    """One version of an agreement."""

    contacts: tuple[ContactAnswer, ...]


class AgreementsAnswer(Answer):
    """Agreements: the current version for every agency, or all versions for one agency."""

    agreements: tuple[AgencyAgreementAnswer, ...]


class MemberBody(Body):
    """An account or a client that is to act for an agency."""

    user: OpaqueId
    """Opaque id of an account or a client."""


agreements_router = CallRouter(prefix="/v1/agreements", tags=["case officer"])


@agreements_router.get("")
def get_agreements(call: AgreementReader) -> AgreementsAnswer:
    """Return the current agreement of every agency."""
    return AgreementsAnswer(agreements=call.use(agreements.list_agreements))


@agreements_router.post("", InvalidDateError, status_code=201)
def post_agreement(call: AgreementKeeper, body: BodyOf[AgreementBody]) -> AgencyAgreementAnswer:
    """Store the next version of an agreement."""
    return AgencyAgreementAnswer.of(call.carry_out(agreements.make_agreement, body))


@agreements_router.get("/{agency}")
def get_agreement(call: AgreementReader, agency: AgencyInPath) -> AgreementsAnswer:
    """Return all versions of an agreement, oldest first."""
    return AgreementsAnswer(agreements=call.use(agreements.show_agreement, agency))


@agreements_router.post("/{agency}/members", status_code=204)
def post_agency_member(
    call: AgreementKeeper, agency: AgencyInPath, body: BodyOf[MemberBody]
) -> None:
    """Let an account or a client act for an agency."""
    call.use(agreements.name_member, agency, UserId(body.user))


_FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,60}$")]


class AgencyRequestBody(Body):
    """A request of an agency in its own name."""

    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,60}$")]
    """Name of the kind of request."""
    purpose: UsePurpose
    subject: DetailsBody
    """The person that the request is about."""
    words: Words = ""
    reference: Text = ""
    """Your own reference, such as a custody number."""
    facts: dict[_FactName, Text] = Field(default={}, max_length=20)
    """Further facts that this kind of request needs, by name."""
    message_id: Text = ""
    """Your id of this message. The same id sent again makes no second request."""


@shows(asking.AgencyRequest)
class AgencyRequestAnswer(Answer):
    """A request as its agency sees it."""


class AgencyRequestsAnswer(PageAnswer):
    """The requests of an agency, newest first."""

    requests: tuple[AgencyRequestAnswer, ...]
    next_before: Next


@shows(agreements.AgencyWatch)
class AgencyWatchAnswer(Answer):
    """A case that an agency asked to watch."""


class AgencyWatchesAnswer(PageAnswer):
    """The watches of an agency, newest first."""

    watches: tuple[AgencyWatchAnswer, ...]
    next_before: Next


class AgencyReplyBody(Body):
    """An agency's answer to a question of the office."""

    words: Words


router = CallRouter(prefix="/v1/agency", tags=["agency"])


@router.get("/agreement")
def get_own_agreement(call: AgencyAsker) -> AgencyAgreementAnswer:
    """Return your agency's current agreement."""
    return AgencyAgreementAnswer.of(call.use(agreements.own_agreement))


@router.post("/requests", status_code=201)
def post_agency_request(call: AgencyAsker, body: BodyOf[AgencyRequestBody]) -> RequestIdAnswer:
    """Make a request within the agreement: a names enquiry, or a record created on your behalf."""
    return RequestIdAnswer(request_id=call.carry_out(asking.ask_as_agency, body, ask=body.to(Ask)))


@router.get("/requests")
def get_agency_requests(
    call: AgencyAsker, before: Before = None, limit: Limit = 50
) -> AgencyRequestsAnswer:
    """Return your requests, newest first, without their answers."""
    return AgencyRequestsAnswer.of(call.use(asking.list_own_requests, before=before, limit=limit))


@router.get("/requests/{request_id}")
def get_agency_request(call: AgencyAsker, request_id: IdInPath) -> AgencyRequestAnswer:
    """Return one of your requests with its answer."""
    return AgencyRequestAnswer.of(call.use(asking.show_own_request, RequestId(request_id)))


@router.post("/requests/{request_id}/answer", status_code=204)
def post_agency_answer(
    call: AgencyAsker, request_id: IdInPath, body: BodyOf[AgencyReplyBody]
) -> None:
    """Answer the question of the office."""
    call.use(asking.answer_as_agency, RequestId(request_id), body.words)


@router.get("/watches")
def get_agency_watches(
    call: AgencyAsker, before: Before = None, limit: Limit = 50
) -> AgencyWatchesAnswer:
    """Return the watches of your cases, newest first, and which of the cases to ask about
    again.
    """
    return AgencyWatchesAnswer.of(call.use(agreements.list_watches, before=before, limit=limit))


@router.post("/requests/{request_id}/watch", status_code=201)
def post_agency_watch(call: AgencyAsker, request_id: IdInPath) -> AgencyWatchAnswer:
    """Watch an answered case for twelve months: you are told once to ask again."""
    return AgencyWatchAnswer.of(call.use(agreements.watch_case, RequestId(request_id)))


@router.post("/requests/{request_id}/watch/confirmation")
def post_agency_watch_confirmation(call: AgencyAsker, request_id: IdInPath) -> AgencyWatchAnswer:
    """Confirm for another quarter that you watch the case."""
    return AgencyWatchAnswer.of(call.use(agreements.confirm_watch, RequestId(request_id)))


@router.post("/requests/{request_id}/watch/end", RequestStepError, ConflictError)
def post_agency_watch_end(call: AgencyAsker, request_id: IdInPath) -> AgencyWatchAnswer:
    """End the watch of a case."""
    return AgencyWatchAnswer.of(call.use(agreements.end_watch, RequestId(request_id)))
