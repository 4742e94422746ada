"""Sending messages with retries, storing the answers, and acting on acknowledgements."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.events.exchange import MessagesAnswered, MessagesSent
from domain.events.requests import DisclosureAcknowledged
from domain.exchange.codes import (
    ANSWER_KINDS,
    MessageFaultError,
    MessageId,
    MessageKind,
    Partner,
    ReplyCode,
    StateCode,
    Transport,
)
from domain.exchange.messages import Fault, Message, Reply, read_message
from domain.requests.requests import ReplyOutcome
from service.ports.exchange import Carriage, Carried, Head
from service.storage.exchange.inbox import DisclosedBy
from service.storage.exchange.outbox import Answered, Claimed
from service.storage.unit_of_work import UnitOfWork
from service.usecases.exchange.desk import EXCHANGER, ExchangeDesk, partner_of, partners
from service.usecases.log.recording import record
from service.usecases.services import StoreServices


def note_arrival(services: StoreServices, unit: UnitOfWork, reply_id: MessageId) -> None:
    """Record, only once, that the disclosure in a reply has arrived.

    A denial that took its place, because a link was revoked or the person erased, carries nothing.
    """
    found = unit.replies.disclosed_by(reply_id)
    if found is None or _is_denied_instead(found):
        return
    disclosure_id = found.disclosure_id
    if unit.disclosures.acknowledge(disclosure_id, EXCHANGER.actor.user_id, services.now()):
        record(services, unit, EXCHANGER, DisclosureAcknowledged(disclosure_id))


REPLY_CODES = {
    ReplyOutcome.INFORMATION: ReplyCode.SUCCESSFUL,
    ReplyOutcome.NO_RECORD: ReplyCode.SUCCESSFUL,
    ReplyOutcome.SEVERAL_PEOPLE: ReplyCode.SEVERAL_PEOPLE,
    ReplyOutcome.PRINTS_DO_NOT_MATCH: ReplyCode.PRINTS_DO_NOT_MATCH,
    ReplyOutcome.DENIED: ReplyCode.DENIED,
    ReplyOutcome.NOT_IDENTIFIED: ReplyCode.DENIED,
    ReplyOutcome.NOTHING_TO_GIVE: ReplyCode.DENIED,
    ReplyOutcome.NOT_CERTIFIABLE: ReplyCode.DENIED,
}
"""The reply code for each outcome. "Not identified" must not be reported as "no record". We know
of no ECRIS code for it, so the reply is a denial."""


def _is_denied_instead(found: DisclosedBy) -> bool:
    content = None if found.body is None else read_message(found.body).content
    return isinstance(content, Reply) and content.outcome is not REPLY_CODES[found.outcome]


_REPLY = MessageKind.REPLY
_FIRST_WAIT = timedelta(seconds=15)
_LONGEST_WAIT = timedelta(hours=1)
"""The longest wait between attempts. Attempts never stop, because a duty does not lapse."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """The result of sending messages."""

    handed: int
    acknowledged: int
    faults: int
    unreachable: tuple[StateCode, ...]


def send_due(
    services: StoreServices, desk: ExchangeDesk, is_stopped: Callable[[], bool] = lambda: False
) -> Sweep:
    """Send every message that is due, State by State.

    A State that cannot be reached is retried later.
    """
    handed = acknowledged = faults = 0
    unreachable = []
    known = partners(services)
    with services.units.read() as unit:
        receivers = unit.outbox.receivers(services.now())
    for state in receivers:
        partner = partner_of(known, state)
        if partner is None:
            _put_off(services, state, attempts=20)
            unreachable.append(state)
            continue
        while not is_stopped():
            claimed = _claim(services, desk, state)
            if not claimed:
                break
            carriage, answers = _carry(services, desk, partner, claimed)
            if carriage.carried is not Carried.TAKEN:
                _put_off(services, state, attempts=max(one.attempts for one in claimed))
                unreachable.append(state)
                break
            told = _settle(services, partner, claimed, answers)
            handed += len(claimed)
            acknowledged += told[0]
            faults += told[1]
    return Sweep(handed, acknowledged, faults, tuple(unreachable))


def _claim(services: StoreServices, desk: ExchangeDesk, state: StateCode) -> tuple[Claimed, ...]:
    now = services.now()
    with services.units.begin() as unit:
        return unit.outbox.claim(state, now, now + desk.lease, desk.at_once)


def _carry(
    services: StoreServices, desk: ExchangeDesk, partner: Partner, claimed: Sequence[Claimed]
) -> tuple[Carriage, list[Message]]:
    """Send messages, outside any transaction; return the answers that can be trusted."""
    bodies = [one.body for one in claimed if one.body]
    if partner.transport is Transport.DROP_FOLDER:
        messages = [read_message(body) for body in bodies]
        carried = desk.needed_folder().put(partner, messages)
        return Carriage(carried), []
    transmissions = [_signed(services, desk, partner.state, body) for body in bodies]
    carriage = desk.http.carry(partner, transmissions)
    return carriage, opened_answers(services, desk, partner.state, carriage.answers)


def _signed(services: StoreServices, desk: ExchangeDesk, receiver: StateCode, body: bytes) -> str:
    return desk.signatures.sign(body, new_head(services, desk, receiver))


def new_head(services: StoreServices, desk: ExchangeDesk, receiver: StateCode) -> Head:
    """Return the head of a new transmission."""
    return Head(
        desk.own,
        receiver,
        desk.signatures.key_id(desk.signatures.public_key),
        services.new_id(),
        services.now(),
    )


def opened_answers(
    services: StoreServices, desk: ExchangeDesk, state: StateCode, answers: Sequence[str]
) -> list[Message]:
    """Return the answers signed for us with one of the State's keys; others are ignored."""
    keys = {one.key_id: one.public_key for one in partners(services) if one.state == state}
    found = []
    for transmission in answers:
        try:
            head = desk.signatures.head(transmission)
            key = keys.get(head.key_id)
            if key is None or head.sender != state or head.audience != desk.own:
                continue
            message = read_message(desk.signatures.opened(transmission, key))
        except MessageFaultError:
            continue
        if message.sender == state and message.receiver == desk.own:
            found.append(message)
    return found


def _settle(
    services: StoreServices,
    partner: Partner,
    claimed: Sequence[Claimed],
    answers: Sequence[Message],
) -> tuple[int, int]:
    """Store that messages were sent, and the answers.

    Return the numbers of new acknowledgements and faults.
    """
    now = services.now()
    ids = [one.message_id for one in claimed if one.body]
    with services.units.begin() as unit:
        # Nothing more is sent about an erased person.
        unit.outbox.leave_queue([one.message_id for one in claimed if not one.body])
        fresh = unit.outbox.mark_sent(ids, now)
        if fresh:
            record(services, unit, EXCHANGER, MessagesSent(fresh, partner.state))
        if partner.transport is Transport.DROP_FOLDER:
            unit.outbox.leave_queue(ids)
        return keep_answers(services, unit, partner.state, answers, now)


def keep_answers(
    services: StoreServices,
    unit: UnitOfWork,
    state: StateCode,
    answers: Sequence[Message],
    now: datetime,
) -> tuple[int, int]:
    """Store a State's acknowledgements and faults of our messages; ignore other answers.

    Returns how many of each were new.
    """
    about = {
        MessageId(one.envelope.response_to): one
        for one in answers
        if one.envelope.response_to and one.kind in ANSWER_KINDS
    }
    ours = unit.outbox.of(about)
    given = [
        _answered(message, message_id, now)
        for message_id, message in about.items()
        if message_id in ours and ours[message_id].receiver == state
    ]
    fresh = unit.outbox.answer(given)
    for one in fresh:
        if one.kind is MessageKind.ACKNOWLEDGEMENT and ours[one.message_id].kind is _REPLY:
            note_arrival(services, unit, one.message_id)
    taken = sum(one.kind is MessageKind.ACKNOWLEDGEMENT for one in fresh)
    if fresh:
        ids = tuple(one.answer_id for one in fresh)
        record(services, unit, EXCHANGER, MessagesAnswered(ids, state, taken, len(fresh) - taken))
    return taken, len(fresh) - taken


def _answered(message: Message, message_id: MessageId, now: datetime) -> Answered:
    fault = message.content.fault if isinstance(message.content, Fault) else None
    return Answered(message.message_id, message_id, message.kind, now, fault)


def _put_off(services: StoreServices, state: StateCode, *, attempts: int) -> None:
    """Wait longer and longer before the next attempt to reach a State, without ever giving up."""
    wait = min(_FIRST_WAIT * 2 ** min(attempts, 20), _LONGEST_WAIT)
    with services.units.begin() as unit:
        unit.outbox.put_off(state, services.now() + wait)
