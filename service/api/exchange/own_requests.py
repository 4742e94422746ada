"""Case officers ask other States about a person, and read the replies."""

from __future__ import annotations

from fastapi import APIRouter

from domain.errors import IdempotencyConflictError, InvalidDateError, NotFoundError
from domain.exchange.faults import MessageFaultError
from domain.exchange.identifiers import MessageId
from service.api.authentication import RequestReader, RequestWorker
from service.api.bodies import BodyOf, IdempotencyOf
from service.api.documentation import body_problems, call_problems
from service.api.exchange.own_requests_schemas import (
    AskedAnswer,
    OwnRequestAnswer,
    OwnRequestBody,
    OwnRequestsAnswer,
)
from service.api.parameters import Before, IdInPath, Limit
from service.api.state import ServicesOf, StateOf
from service.usecases.exchange.own_requests import (
    ask_as_officer,
    list_own_requests,
    show_own_request,
)

router = APIRouter(prefix="/v1/exchange/requests", tags=["case officer"])


@router.post(
    "",
    status_code=201,
    responses=body_problems(
        IdempotencyConflictError, InvalidDateError, MessageFaultError, NotFoundError
    ),
)
def post_own_request(
    caller: RequestWorker, body: BodyOf[OwnRequestBody], key: IdempotencyOf, state: StateOf
) -> AskedAnswer:
    """Ask every member State of which the person is a national."""
    command = body.to_command()
    ids = ask_as_officer(state.services, state.exchange, caller, command, key)
    return AskedAnswer(message_ids=ids)


@router.get("", responses=call_problems())
def get_own_requests(
    caller: RequestReader, services: ServicesOf, before: Before = None, limit: Limit = 50
) -> OwnRequestsAnswer:
    """Return requests to other States, newest first."""
    return OwnRequestsAnswer.of(list_own_requests(services, caller, before=before, limit=limit))


@router.get("/{asked_id}", responses=call_problems(NotFoundError))
def get_own_request(
    caller: RequestReader, asked_id: IdInPath, services: ServicesOf
) -> OwnRequestAnswer:
    """Return a request to a State with the messages that answer it."""
    return OwnRequestAnswer.of(show_own_request(services, caller, MessageId(asked_id)))
