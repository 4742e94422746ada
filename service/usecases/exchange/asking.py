"""Requests to other States, replies to their requests, and requests by our own officers.

What a reply may say is decided where requests are decided; here it is made into a message. An own
officer's request goes to every member State of which the person is a national, as the law
requires.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.access.access import Caller, Scope
from domain.errors import ConflictError, InvalidInputError, NotFoundError, existing
from domain.events.exchange import MessagesQueued
from domain.events.looking import LookKind
from domain.exchange import messages
from domain.exchange.codes import (
    MessageId,
    MessageKind,
    MessageNumber,
    ReplyCode,
    StateCode,
    ThreeWay,
)
from domain.exchange.contents import StatedConviction
from domain.exchange.duties import DutyKey
from domain.ids import PersonRow
from domain.list_pages import ListPage
from domain.office_days import office_day
from domain.people.people import Details
from domain.plain_values import made_from
from domain.restrictions import UsePurpose
from rules.code_tables import Standing
from service.storage.exchange.inbox import AskedState
from service.storage.exchange.outbox import Outgoing
from service.storage.unit_of_work import UnitOfWork
from service.usecases.exchange.desk import AtDesk, ExchangeDesk
from service.usecases.exchange.stating import person_stated
from service.usecases.idempotency import IdempotencyKey, claimed, remember
from service.usecases.log.recording import look
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that has no id yet."""

    kind: MessageKind
    receivers: tuple[StateCode, ...]
    """Each receiver gets its own copy, which names all receivers."""
    content: messages.Content
    response_to: MessageId | None = None
    deadline: date | None = None
    urgency: ThreeWay = ThreeWay.UNKNOWN
    duty: DutyKey | None = None
    """The duty to notify that the message fulfils."""
    version_at: datetime | None = None
    """When the version of the record was made that the message states."""
    person_row: PersonRow | None = None
    """The person without whom the message is not sent."""


@dataclass(frozen=True, slots=True)
class AskStates:
    """A question to the other States of which a person is a national."""

    details: Details
    purpose: UsePurpose
    legal_basis: str
    reference: str
    capture: str | None = None
    """The person's prints in our capture format, base64."""


def ask_states(
    services: StoreServices, desk: ExchangeDesk, caller: Caller, command: AskStates
) -> tuple[MessageId, ...]:
    """Ask every member State of which the person is a national; return the ids of the requests.

    Raises the same errors as `put_questions`.
    """
    with services.units.begin() as unit:
        return put_questions(AtDesk(services, unit, desk, caller), command)


def put_questions(at: AtDesk, command: AskStates) -> tuple[MessageId, ...]:
    """Queue a question to each member State of which the person is a national; return the ids.

    Raises InvalidInputError if no nationality is that of another member State, and
    MessageFaultError if the question does not fit the published schema.
    """
    desk, today = at.desk, office_day(at.now)
    states = tuple(
        StateCode(country)
        for country in dict.fromkeys(one.country for one in command.details.nationalities)
        if country != desk.own and desk.members.standing(country, today) is Standing.IN_FORCE
    )
    if not states:
        raise InvalidInputError(
            "The person has no nationality of another member country, so there is no country "
            "to ask.",
            pointer="/subject/nationalities",
        )
    person = person_stated(
        command.details, has_prints=command.capture is not None, reference=command.reference
    )
    content = messages.Request(
        person, command.purpose, command.legal_basis, command.reference, command.capture
    )
    return put_in_queue(at, [Draft(MessageKind.REQUEST, states, content)])


def queue_reply(
    at: AtDesk,
    request_id: MessageId,
    reply: messages.Reply | messages.Refusal | messages.FurtherInformation,
) -> MessageId:
    """Queue the answer to another State's request, in the current transaction; return its id.

    Raises NotFoundError (no such request was received), ConflictError (a final answer has been
    given).
    """
    asked = existing(at.unit.inbox.known([request_id]).get(request_id))
    if asked.kind is not MessageKind.REQUEST:
        raise ConflictError("This message is not a request, so it cannot be answered.")
    ends = (MessageKind.REPLY, MessageKind.REFUSAL)
    if any(at.unit.outbox.has_answered(request_id, kind) for kind in ends):
        raise ConflictError("The request has already been answered.")
    draft = Draft(_KINDS[type(reply)], (asked.sender,), reply, request_id)
    return put_in_queue(at, [draft])[0]


_KINDS: dict[type, MessageKind] = {
    messages.Reply: MessageKind.REPLY,
    messages.Refusal: MessageKind.REFUSAL,
    messages.FurtherInformation: MessageKind.FURTHER_INFORMATION,
}


def reply_of(
    code: ReplyCode, convictions: Sequence[StatedConviction] = (), ask: Sequence[str] = ()
) -> messages.Reply:
    """Return a reply.

    Raises InvalidInputError if the reply is not successful but has convictions.
    """
    if code is not ReplyCode.SUCCESSFUL and (convictions or ask):
        raise InvalidInputError(
            "Only a successful reply may contain convictions or name countries."
        )
    return messages.Reply(code, tuple(convictions), tuple(ask))


def put_in_queue(at: AtDesk, drafts: Sequence[Draft]) -> tuple[MessageId, ...]:
    """Queue messages in the current transaction, one for each receiver; return their ids.

    Raises MessageFaultError if a message does not fit the published schema.
    """
    copies = [(draft, state) for draft in drafts for state in draft.receivers]
    if not copies:
        return ()
    rows, now = at.unit.outbox.numbers(len(copies)), at.now
    made = [
        outgoing(at.desk, draft, state, row, now)
        for (draft, state), row in zip(copies, rows, strict=True)
    ]
    for one in made:
        # Check the message here: what the other State would refuse is never sent.
        messages.read_message(one.body)
    return _queued(at, made)


def queue_in_groups(at: AtDesk, made: Sequence[Outgoing]) -> None:
    """Queue messages in groups of the desk's size, each with one event."""
    for start in range(0, len(made), at.desk.at_once):
        _queued(at, made[start : start + at.desk.at_once])


def _queued(at: AtDesk, made: Sequence[Outgoing]) -> tuple[MessageId, ...]:
    at.unit.outbox.queue(made)
    ids = tuple(one.message_id for one in made)
    at.record(MessagesQueued(ids, len(ids)))
    return ids


def outgoing(
    desk: ExchangeDesk, draft: Draft, receiver: StateCode, row: int, at: datetime
) -> Outgoing:
    """Return a draft as a message to one State, with its row number."""
    number = MessageNumber(desk.own, receiver, draft.kind, row)
    envelope = made_from(
        messages.Envelope,
        draft,
        message_id=number.message_id,
        sender=desk.own,
        sent_at=at.replace(microsecond=0),
    )
    return Outgoing(
        row,
        number.message_id,
        draft.kind,
        receiver,
        messages.write_message(messages.Message(envelope, draft.content)),
        at,
        response_to=draft.response_to,
        duty=draft.duty,
        person_row=draft.person_row,
        due_on=draft.deadline.isoformat() if draft.deadline else None,
    )


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """A request to another State, with the messages that answer it, oldest first."""

    asked: AskedState
    content: messages.Request | None
    """None once erased. The content of an answer is also None once erased."""
    answers: tuple[messages.Message, ...] = ()


def ask_as_officer(
    services: StoreServices,
    desk: ExchangeDesk | None,
    caller: Caller,
    command: AskStates,
    key: IdempotencyKey | None = None,
) -> tuple[MessageId, ...]:
    """Ask every member State of which the person is a national; return the ids of the requests.

    Raises NotPermittedError, NotFoundError (this installation exchanges with no other State),
    InvalidInputError (no nationality of another member State), MessageFaultError (the request does
    not fit the published schema), IdempotencyConflictError.
    """
    caller.actor.require(Scope.WORK_REQUESTS)
    if desk is None:
        raise NotFoundError
    with services.units.begin() as unit:
        earlier = claimed(unit, caller, key)
        if earlier is not None:
            return tuple(map(MessageId, earlier.split()))
        ids = put_questions(AtDesk(services, unit, desk, caller), command)
        remember(services, unit, caller, key, " ".join(ids))
    return ids


def list_own_requests(
    services: StoreServices, caller: Caller, *, before: str | None, limit: int
) -> ListPage[OwnRequest, str]:
    """Return requests to other States, newest first, without their answers.

    Raises NotPermittedError.
    """
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
        page = unit.own_requests.latest(before=before, limit=limit)
    look(services, caller, LookKind.OWN_REQUESTS, [one.message_id for one in page.items])
    return ListPage(tuple(map(_own, page.items)), page.next_key)


def show_own_request(services: StoreServices, caller: Caller, message_id: MessageId) -> OwnRequest:
    """Return one request with its answers. Raises NotPermittedError, NotFoundError."""
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
        asked = existing(unit.own_requests.get(message_id))
        own = OwnRequest(asked, _own(asked).content, _answers(unit, message_id))
    look(services, caller, LookKind.OWN_REQUESTS, [message_id])
    return own


def _own(asked: AskedState) -> OwnRequest:
    message = None if asked.body is None else messages.read_message(asked.body)
    content = message.content if message else None
    return OwnRequest(asked, content if isinstance(content, messages.Request) else None)


def _answers(unit: UnitOfWork, message_id: MessageId) -> tuple[messages.Message, ...]:
    bodies = (one.body for one in unit.inbox.answers_to(message_id))
    return tuple(messages.read_message(body) for body in bodies if body)
