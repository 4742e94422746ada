"""Receiving and answering transmissions from other States, signed or left in folders.

A message that asks for information becomes a request, in the transaction that stores the message.
The reply contains only what two people have decided to release, because a disclosure consists only
of what `domain.requests.releasing` released to this State.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from domain.errors import InvalidInputError
from domain.exchange.codes import (
    FaultCode,
    MessageFaultError,
    Partner,
    ReplyCode,
    StateCode,
    Transport,
)
from domain.exchange.contents import StatedConviction, details_of
from domain.exchange.messages import Message, Reply, Request, read_message, write_message
from domain.people.convictions import Conviction
from domain.plain_values import read_plain
from domain.requests.requests import Ask, Channel, Party, PartyKind, ReplyOutcome
from domain.restrictions import Restrictions, Transmittable
from service.live.refusals import Refusal, refused_transmission
from service.ports.exchange import Carried, Found, Head
from service.storage.exchange.inbox import DecidedRequest
from service.storage.unit_of_work import UnitOfWork
from service.usecases.exchange.asking import queue_reply, reply_of
from service.usecases.exchange.desk import EXCHANGER, AtDesk, ExchangeDesk, in_force, partners
from service.usecases.exchange.sending import REPLY_CODES, new_head
from service.usecases.exchange.stating import conviction_stated
from service.usecases.exchange.taking import Acting, Taking
from service.usecases.log.recording import record_refusal
from service.usecases.requests.opening import OpenRequest, open_in
from service.usecases.services import Services, StoreServices

MOST_TRANSMISSIONS = 100
"""The largest number of transmissions in one call."""

_KEPT_BEYOND = timedelta(hours=1)


def nothing_more(unit: UnitOfWork, message: Message) -> None:
    """Have no further effect beyond storing the message."""
    del unit, message


@dataclass(frozen=True, slots=True)
class Opened:
    """A transmission whose signature was made with a State's registered key."""

    state: StateCode
    head: Head
    body: bytes


def receive(
    services: StoreServices,
    desk: ExchangeDesk,
    transmissions: Sequence[str],
    act: Acting = nothing_more,
) -> tuple[str, ...]:
    """Store transmissions and return signed answers, one for each message that needs one.

    Everything is done in one transaction, which begins after every signature has been checked. If
    any transmission has no known signature, the whole call is refused without a signed answer;
    such refusals are counted, with at most two events per time window. Raises MessageFaultError
    for these and for a call with too many transmissions, and RateLimitedError for a State whose
    messages have been refused too often.
    """
    try:
        opened = _opened(services, desk, transmissions)
    except MessageFaultError as fault:
        record_refusal(services, refused_transmission(EXCHANGER, fault.fault))
        raise
    return _taken(services, desk, opened, act)


def _opened(
    services: StoreServices, desk: ExchangeDesk, transmissions: Sequence[str]
) -> list[Opened]:
    if len(transmissions) > MOST_TRANSMISSIONS:
        raise MessageFaultError(fault=FaultCode.TOO_LARGE)
    with services.units.read() as unit:
        keys = {(one.state, one.key_id): one for one in in_force(unit.partners.every())}
    return [_signed(desk, keys, one) for one in transmissions]


def _signed(
    desk: ExchangeDesk, keys: Mapping[tuple[StateCode, str], Partner], transmission: str
) -> Opened:
    """Return the content signed with a State's key.

    Raises MessageFaultError if there is no such key.
    """
    head = desk.signatures.head(transmission)
    partner = keys.get((head.sender, head.key_id))
    if partner is None:
        raise MessageFaultError(fault=FaultCode.UNKNOWN_SENDER)
    body = desk.signatures.opened(transmission, partner.public_key)
    return Opened(partner.state, head, body)


def _taken(
    services: StoreServices, desk: ExchangeDesk, opened: Sequence[Opened], act: Acting
) -> tuple[str, ...]:
    now = services.now()
    answers: list[Message] = []
    repeatable: list[Refusal] = []
    with services.units.begin() as unit:
        read = [(one.state, _read(unit, desk, one, now)) for one in opened]
        for state, group in groupby(read, key=lambda one: one[0]):
            taking = Taking(services, desk, unit, state, act)
            answers += taking.take([one for _, one in group])
            desk.count_refused(state, taking.refused)
            repeatable += [
                refused_transmission(EXCHANGER, one, state) for one in taking.repeatable
            ]
    for refusal in repeatable:
        record_refusal(services, refusal)
    return tuple(
        desk.signatures.sign(write_message(one), new_head(services, desk, one.receiver))
        for one in answers
    )


def _read(
    unit: UnitOfWork, desk: ExchangeDesk, one: Opened, now: datetime
) -> Message | MessageFaultError:
    try:
        _demand_fresh(unit, desk, one.head, now)
        return read_message(one.body)
    except MessageFaultError as fault:
        return fault


def _demand_fresh(unit: UnitOfWork, desk: ExchangeDesk, head: Head, now: datetime) -> None:
    if head.audience != desk.own:
        raise MessageFaultError(fault=FaultCode.NOT_FOR_US)
    if abs(now - head.signed_at) > desk.clock_skew:
        raise MessageFaultError(fault=FaultCode.CLOCK_OFF)
    if not unit.inbox.is_new(head.sender, head.nonce, head.signed_at):
        raise MessageFaultError(fault=FaultCode.REPLAYED)


def forget_transmissions(services: StoreServices, desk: ExchangeDesk) -> int:
    """Forget transmissions whose time alone would get them refused; return how many."""
    before = services.now() - desk.clock_skew - _KEPT_BEYOND
    with services.units.begin() as unit:
        return unit.inbox.forget_transmissions(before)


# An answer is a file in the State's `out` folder. It is written before the file that it answers is
# moved away. After a crash in between, the same message is read and answered again, which does no
# harm.


def collect(services: StoreServices, desk: ExchangeDesk, act: Acting = nothing_more) -> int:
    """Read and answer the files left by gateways; return how many files were read."""
    known = [one for one in partners(services) if one.transport is Transport.DROP_FOLDER]
    return sum(_collected(services, desk, partner, act) for partner in known)


def _collected(services: StoreServices, desk: ExchangeDesk, partner: Partner, act: Acting) -> int:
    folder = desk.needed_folder()
    found = folder.found(partner, desk.at_once)
    if not found:
        return 0
    with services.units.begin() as unit:
        taking = Taking(services, desk, unit, partner.state, act)
        answers = taking.take([_message(one) for one in found])
    if folder.put(partner, answers) is not Carried.TAKEN:
        return 0
    for one in found:
        folder.settle(partner, one)
    return len(found)


def _message(found: Found) -> Message | MessageFaultError:
    return found.message or found.fault or MessageFaultError(fault=FaultCode.MALFORMED)


KIND = "conviction-information"
"""The kind of request that a State's message becomes."""

_AT_ONCE = 50


def request_taker(services: Services, channel: Channel = Channel.EXCHANGE) -> Acting:
    """Return the effect of a message beyond being stored: a question opens a request."""

    def act(unit: UnitOfWork, message: Message) -> None:
        if isinstance(message.content, Request):
            _open(services, unit, message, channel)

    return act


def _open(services: Services, unit: UnitOfWork, message: Message, channel: Channel) -> None:
    """Open a request.

    Raises MessageFaultError if this kind of request cannot answer the message.
    """
    asked = message.content
    assert isinstance(asked, Request)  # noqa: S101 - the caller has looked
    command = OpenRequest(
        EXCHANGER,
        KIND,
        channel,
        Party(PartyKind.STATE, message.sender),
        asked.purpose,
        asked.legal_basis,
        services.today(),
        Ask(details_of(asked.person), reference=asked.reference, capture=asked.capture or ""),
        Restrictions(Transmittable.UNKNOWN, frozenset({asked.purpose})),
        message.message_id,
    )
    try:
        open_in(services, unit, command)
    except InvalidInputError as error:
        raise MessageFaultError(fault=FaultCode.NOT_ANSWERED) from error


def reply_decided(services: StoreServices, desk: ExchangeDesk) -> int:
    """Make replies to other States' requests that have been decided; return how many.

    All are made in one transaction. If interrupted, it can be run again and still makes each reply
    only once.
    """
    with services.units.read() as unit:
        if not unit.replies.waiting(1):
            return 0
    with services.units.begin() as unit:
        waiting = unit.replies.waiting(_AT_ONCE)
        for one in waiting:
            queue_reply(AtDesk(services, unit, desk), one.request_id, _reply(one))
    return len(waiting)


def _reply(decided: DecidedRequest) -> Reply:
    if decided.content is None:
        return reply_of(ReplyCode.DENIED)
    stated = json.loads(decided.content)
    code = REPLY_CODES[ReplyOutcome(stated["outcome"])]
    if code is not ReplyCode.SUCCESSFUL:
        return reply_of(code)
    convictions = [_conviction(one) for one in stated["items"]]
    return reply_of(code, convictions, stated["states_to_ask"])


def _conviction(item: dict[str, dict[str, object]]) -> StatedConviction:
    """Return a released conviction as it is sent, with its restrictions."""
    ref = item["ref"]
    conviction = read_plain(Conviction, item["conviction"])
    return conviction_stated(
        conviction,
        conviction_id=f"{ref['record_id']}.{ref['item_id']}",
        version=int(str(ref["version"])),
    )
