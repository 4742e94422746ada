"""An agency's own requests: made, followed, and answered when the office has a question."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from domain.errors import ConflictError, NoAgreementError, NotFoundError, RequestStepError
from domain.ids import RequestId
from domain.requests.requests import Ask
from domain.restrictions import UsePurpose
from service.api.agencies.agreements import AgencyAgreementAnswer
from service.api.authentication import AgencyAsker
from service.api.base import Answer, Body, LongText, Next, PageAnswer, Text
from service.api.bodies import BodyOf
from service.api.documentation import body_problems, call_problems
from service.api.parameters import Before, IdInPath, Limit
from service.api.people.records_schemas import DetailsBody
from service.api.requests.requests import RequestIdAnswer
from service.api.shapes import shows
from service.usecases.agencies import asking, watching
from service.usecases.agencies.agreements import own_agreement

_FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,60}$")]


class AgencyRequestBody(Body):
    """A request of an agency in its own name."""

    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,60}$")]
    purpose: UsePurpose
    subject: DetailsBody
    words: LongText = ""
    reference: Text = ""
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


@shows(watching.AgencyWatch)
class AgencyWatchAnswer(Answer):
    """A case that an agency asked to watch."""


class AgencyWatchesAnswer(PageAnswer):
    """The watches of an agency, newest first."""

    watches: tuple[AgencyWatchAnswer, ...]
    next_before: Next


class AgencyReplyBody(Body):
    """An agency's answer to a question of the office."""

    words: LongText


router = APIRouter(prefix="/v1/agency", tags=["agency"])


@router.get("/agreement", responses=call_problems(NoAgreementError))
def get_own_agreement(call: AgencyAsker) -> AgencyAgreementAnswer:
    """Return your agency's current agreement."""
    return AgencyAgreementAnswer.of(call.use(own_agreement))


@router.post("/requests", status_code=201, responses=body_problems(NoAgreementError))
def post_agency_request(call: AgencyAsker, body: BodyOf[AgencyRequestBody]) -> RequestIdAnswer:
    """Make a request within the agreement: a names enquiry, or a record created on your behalf."""
    return RequestIdAnswer(request_id=call.carry_out(asking.ask_as_agency, body, ask=body.to(Ask)))


@router.get("/requests", responses=call_problems(NoAgreementError))
def get_agency_requests(
    call: AgencyAsker, before: Before = None, limit: Limit = 50
) -> AgencyRequestsAnswer:
    """Return your requests, newest first, without their answers."""
    return AgencyRequestsAnswer.of(call.use(asking.list_own_requests, before=before, limit=limit))


@router.get("/requests/{request_id}", responses=call_problems(NoAgreementError, NotFoundError))
def get_agency_request(call: AgencyAsker, request_id: IdInPath) -> AgencyRequestAnswer:
    """Return one of your requests with its answer."""
    return AgencyRequestAnswer.of(call.use(asking.show_own_request, RequestId(request_id)))


@router.post(
    "/requests/{request_id}/answer",
    status_code=204,
    responses=body_problems(NoAgreementError, NotFoundError, RequestStepError),
)
def post_agency_answer(
    call: AgencyAsker, request_id: IdInPath, body: BodyOf[AgencyReplyBody]
) -> None:
    """Answer the question of the office."""
    call.use(asking.answer_as_agency, RequestId(request_id), body.words)


_WATCHED = call_problems(NoAgreementError, NotFoundError, RequestStepError, ConflictError)


@router.get("/watches", responses=call_problems(NoAgreementError))
def get_agency_watches(
    call: AgencyAsker, before: Before = None, limit: Limit = 50
) -> AgencyWatchesAnswer:
    """Return the watches of your cases, newest first, and which of the cases to ask about
    again.
    """
    return AgencyWatchesAnswer.of(call.use(watching.list_watches, before=before, limit=limit))


@router.post("/requests/{request_id}/watch", status_code=201, responses=_WATCHED)
def post_agency_watch(call: AgencyAsker, request_id: IdInPath) -> AgencyWatchAnswer:
    """Watch an answered case for twelve months: you are told once to ask again."""
    return AgencyWatchAnswer.of(call.use(watching.watch_case, RequestId(request_id)))


@router.post("/requests/{request_id}/watch/confirmation", responses=_WATCHED)
def post_agency_watch_confirmation(call: AgencyAsker, request_id: IdInPath) -> AgencyWatchAnswer:
    """Confirm for another quarter that you watch the case."""
    return AgencyWatchAnswer.of(call.use(watching.confirm_watch, RequestId(request_id)))


@router.post("/requests/{request_id}/watch/end", responses=_WATCHED)
def post_agency_watch_end(call: AgencyAsker, request_id: IdInPath) -> AgencyWatchAnswer:
    """End the watch of a case."""
    return AgencyWatchAnswer.of(call.use(watching.end_watch, RequestId(request_id)))
