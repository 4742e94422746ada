"""Receiving and answering transmissions from other States, either signed or left in folders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from domain.exchange.codes import FaultCode, MessageFaultError, Partner, StateCode, Transport
from domain.exchange.messages import Message, read_message, write_message
from service.live.refusals import TransmissionRefusal
from service.ports.exchange import Carried, Found, Head
from service.storage.unit_of_work import UnitOfWork
from service.usecases.exchange.desk import EXCHANGER, ExchangeDesk
from service.usecases.exchange.partners import in_force, partners
from service.usecases.exchange.sending import new_head
from service.usecases.exchange.taking import Acting, Taking
from service.usecases.log.refused_calls import record_refusal
from service.usecases.services import StoreServices

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
        record_refusal(services, TransmissionRefusal(EXCHANGER, fault.fault))
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
    now = services.surroundings.clock()
    answers: list[Message] = []
    repeatable: list[TransmissionRefusal] = []
    with services.units.write() as unit:
        read = [(one.state, _read(unit, desk, one, now)) for one in opened]
        for state, group in groupby(read, key=lambda one: one[0]):
            taking = Taking(services, desk, unit, state, act)
            answers += taking.take([one for _, one in group])
            desk.count_refused(state, taking.refused)
            repeatable += [TransmissionRefusal(EXCHANGER, one, state) for one in taking.repeatable]
        unit.commit()
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
    before = services.surroundings.clock() - desk.clock_skew - _KEPT_BEYOND
    with services.units.write() as unit:
        forgotten = unit.inbox.forget_transmissions(before)
        unit.commit()
    return forgotten


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
    with services.units.write() as unit:
        taking = Taking(services, desk, unit, partner.state, act)
        answers = taking.take([_message(one) for one in found])
        unit.commit()
    if folder.put(partner, answers) is not Carried.TAKEN:
        return 0
    for one in found:
        folder.settle(partner, one)
    return len(found)


def _message(found: Found) -> Message | MessageFaultError:
    return found.message or found.fault or MessageFaultError(fault=FaultCode.MALFORMED)
