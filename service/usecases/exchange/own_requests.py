"""Requests of our own officers to other States, and the replies to them."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Caller, Scope
from domain.errors import NotFoundError
from domain.events.looking import LookKind
from domain.exchange.codec import read_message
from domain.exchange.identifiers import MessageId
from domain.exchange.messages import Message, Request
from domain.list_pages import ListPage
from service.storage.exchange.inbox import AskedState
from service.storage.unit_of_work import UnitOfWork
from service.usecases.exchange.asking import AskStates, put_questions
from service.usecases.exchange.desk import ExchangeDesk
from service.usecases.existing import existing
from service.usecases.idempotency import IdempotencyKey, claimed, remember
from service.usecases.log.looking import look
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """A request to a State, with the messages that answer it, oldest first."""

    asked: AskedState
    content: Request | None
    """None once it was erased; likewise an answer."""
    answers: tuple[Message, ...] = ()


def ask_as_officer(
    services: StoreServices,
    desk: ExchangeDesk | None,
    caller: Caller,
    command: AskStates,
    key: IdempotencyKey | None = None,
) -> tuple[MessageId, ...]:
    """Ask every member State of which the person is a national; return the ids of the requests.

    Raises NotPermittedError, NotFoundError (this installation exchanges with no other State),
    InvalidInputError (no other member State among the nationalities), MessageFaultError (beyond
    the published schema), IdempotencyConflictError.
    """
    caller.actor.require(Scope.WORK_REQUESTS)
    if desk is None:
        raise NotFoundError
    with services.units.write() as unit:
        earlier = claimed(unit, caller, key)
        if earlier is not None:
            return tuple(map(MessageId, earlier.split()))
        ids = put_questions(services, unit, desk, caller, command)
        remember(services, unit, caller, key, " ".join(ids))
        unit.commit()
    return ids


def list_own_requests(
    services: StoreServices, caller: Caller, *, before: str | None, limit: int
) -> ListPage[OwnRequest, str]:
    """Return requests to other States, newest first, without their answers.

    Raises NotPermittedError.
    """
    caller.actor.require(Scope.READ_REQUESTS)
    with services.units.read() as unit:
        page = unit.own_requests.latest(before=before, limit=limit)
    look(services, caller, LookKind.OWN_REQUESTS, [one.message_id for one in page.items])
    return ListPage(tuple(map(_own, page.items)), page.next_key)


def show_own_request(services: StoreServices, caller: Caller, message_id: MessageId) -> OwnRequest:
    """Return one request with its answers; raises NotPermittedError, NotFoundError."""
    caller.actor.require(Scope.READ_REQUESTS)
    with services.units.read() as unit:
        asked = existing(unit.own_requests.get(message_id))
        own = OwnRequest(asked, _own(asked).content, _answers(unit, message_id))
    look(services, caller, LookKind.OWN_REQUESTS, [message_id])
    return own


def _own(asked: AskedState) -> OwnRequest:
    message = None if asked.body is None else read_message(asked.body)
    content = message.content if message else None
    return OwnRequest(asked, content if isinstance(content, Request) else None)


def _answers(unit: UnitOfWork, message_id: MessageId) -> tuple[Message, ...]:
    bodies = (one.body for one in unit.inbox.answers_to(message_id))
    return tuple(read_message(body) for body in bodies if body)
