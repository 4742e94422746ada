"""Case officers open requests, list them by due day and read them; auditors read them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from domain.errors import (
    IdempotencyConflictError,
    InvalidDateError,
    NoAgreementError,
    NotFoundError,
    OutsideCalendarError,
    UnknownRequestKindError,
)
from domain.ids import RequestId
from domain.request_states import OPEN, RequestState
from domain.requests import Ask, Channel
from service.api.authentication import RequestReader, RequestWorker
from service.api.bodies import BodyOf, IdempotencyOf
from service.api.documentation import body_problems, call_problems, found_at
from service.api.parameters import After, IdInPath, Limit, ReferenceFilter
from service.api.requests.requests_schemas import (
    RequestAnswer,
    RequestBody,
    RequestIdAnswer,
    RequestListAnswer,
)
from service.api.state import ServicesOf
from service.usecases.requests.opening import OpenRequest, open_request
from service.usecases.requests.reading import RequestsWanted, list_requests, show_request

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
    caller: RequestWorker,
    body: BodyOf[RequestBody],
    key: IdempotencyOf,
    services: ServicesOf,
    response: Response,
) -> RequestIdAnswer:
    """Open a request about a person."""
    command = body.to(
        OpenRequest, caller=caller, channel=Channel.API, ask=body.to(Ask), idempotency=key
    )
    request_id = open_request(services, command)
    response.headers["Location"] = f"/v1/requests/{request_id}"
    return RequestIdAnswer(request_id=request_id)


@router.get("", responses=call_problems())
def get_requests(
    caller: RequestReader,
    services: ServicesOf,
    *,
    state: StateFilter = None,
    reference: ReferenceFilter = None,
    after: After = None,
    limit: Limit = 50,
) -> RequestListAnswer:
    """Return requests by the day on which their answer is due, without their words."""
    states = OPEN if state is None and reference is None else state and {state}
    wanted = RequestsWanted(states or frozenset(RequestState), reference=reference)
    found = list_requests(services, caller, wanted, after=after, limit=limit)
    return RequestListAnswer.of(found)


@router.get("/{request_id}", responses=call_problems(NotFoundError))
def get_request(
    caller: RequestReader, request_id: IdInPath, services: ServicesOf
) -> RequestAnswer:
    """Return a request with its log, the convictions with their verdicts, and the disclosures."""
    return RequestAnswer.of(show_request(services, caller, RequestId(request_id)))
