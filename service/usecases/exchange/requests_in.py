"""Requests from other States, handled and answered like all other requests.

A message that asks for information becomes a request of the kind `conviction-information`, in the
transaction that stores the message. The reply contains what two people have decided to release. It
cannot contain anything else, because a disclosure consists only of what
`domain.requests.releasing` released to this State.
"""

import json

from domain.errors import InvalidInputError
from domain.exchange.codes import FaultCode, MessageFaultError, ReplyCode
from domain.exchange.contents import StatedConviction, details_of
from domain.exchange.messages import Message, Reply, Request
from domain.people.convictions import Conviction
from domain.plain_values import read_plain
from domain.requests.requests import Ask, Channel, Party, PartyKind, ReplyOutcome
from domain.restrictions import Restrictions, Transmittable
from service.storage.exchange.inbox import DecidedRequest
from service.storage.unit_of_work import UnitOfWork
from service.usecases.exchange.asking import queue_reply, reply_of
from service.usecases.exchange.desk import EXCHANGER, ExchangeDesk
from service.usecases.exchange.stating import conviction_stated
from service.usecases.exchange.taking import Acting
from service.usecases.requests.opening import OpenRequest, open_in
from service.usecases.services import Services, StoreServices

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
        services.surroundings.clock().date(),
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
    with services.units.write() as unit:
        waiting = unit.replies.waiting(_AT_ONCE)
        for one in waiting:
            queue_reply(services, unit, desk, EXCHANGER, one.request_id, _reply(one))
        unit.commit()
    return len(waiting)


def _reply(decided: DecidedRequest) -> Reply:
    if decided.content is None:
        return reply_of(ReplyCode.DENIED)
    stated = json.loads(decided.content)
    code = CODES[ReplyOutcome(stated["outcome"])]
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


CODES = {
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
