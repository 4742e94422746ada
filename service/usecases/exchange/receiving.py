"""Signed transmissions of other States, taken and answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from domain.events.exchange import MessageRefused
from domain.exchange.codec import read_message, write_message
from domain.exchange.codes import FaultCode
from domain.exchange.faults import MessageFaultError
from domain.exchange.identifiers import StateCode
from domain.exchange.messages import Message
from domain.exchange.partners import Partner
from service.ports.exchange import Head
from service.storage.unit_of_work import UnitOfWork
from service.usecases.exchange.desk import EXCHANGER, ExchangeDesk
from service.usecases.exchange.partners import in_force
from service.usecases.exchange.sending import new_head
from service.usecases.exchange.taking import Acting, Taking
from service.usecases.log.recording import record
from service.usecases.services import StoreServices

MOST_TRANSMISSIONS = 100
"""In one call."""

_KEPT_BEYOND = timedelta(hours=1)


def nothing_more(unit: UnitOfWork, message: Message) -> None:
    """Do nothing beyond taking a message."""
    del unit, message


@dataclass(frozen=True, slots=True)
class Opened:
    """A transmission of a State whose key signed it, or what is wrong with it."""

    state: StateCode
    message: Message | MessageFaultError


def receive(
    services: StoreServices,
    desk: ExchangeDesk,
    transmissions: Sequence[str],
    act: Acting = nothing_more,
) -> tuple[str, ...]:
    """Take transmissions and return signed answers, one to each message that wants one.

    All is one transaction. A transmission that nobody known signed is refused as a whole, with an
    event and without an answer of ours: raises MessageFaultError. So is a call with too many.
    """
    if len(transmissions) > MOST_TRANSMISSIONS:
        raise MessageFaultError(fault=FaultCode.TOO_LARGE)
    try:
        return _taken(services, desk, transmissions, act)
    except MessageFaultError as fault:
        with services.units.write() as unit:
            record(unit, services.surroundings, EXCHANGER, MessageRefused(fault.fault))
            unit.commit()
        raise


def _taken(
    services: StoreServices, desk: ExchangeDesk, transmissions: Sequence[str], act: Acting
) -> tuple[str, ...]:
    now = services.surroundings.clock()
    with services.units.write() as unit:
        keys = {(one.state, one.key_id): one for one in in_force(unit.partners.every())}
        opened = [_opened(unit, desk, keys, one, now) for one in transmissions]
        answers: list[Message] = []
        for state, group in groupby(opened, key=lambda one: one.state):
            taking = Taking(services, desk, unit, state, act)
            answers += taking.take([one.message for one in group])
        unit.commit()
    return tuple(
        desk.signatures.sign(write_message(one), new_head(services, desk, one.receiver))
        for one in answers
    )


def _opened(
    unit: UnitOfWork,
    desk: ExchangeDesk,
    keys: Mapping[tuple[StateCode, str], Partner],
    transmission: str,
    now: datetime,
) -> Opened:
    """Return the content signed by a State's key; raises MessageFaultError without such a key."""
    head = desk.signatures.head(transmission)
    partner = keys.get((head.sender, head.key_id))
    if partner is None:
        raise MessageFaultError(fault=FaultCode.UNKNOWN_SENDER)
    body = desk.signatures.opened(transmission, partner.public_key)
    try:
        _demand_fresh(unit, desk, head, now)
        return Opened(partner.state, read_message(body))
    except MessageFaultError as fault:
        return Opened(partner.state, fault)


def _demand_fresh(unit: UnitOfWork, desk: ExchangeDesk, head: Head, now: datetime) -> None:
    if head.audience != desk.own:
        raise MessageFaultError(fault=FaultCode.NOT_FOR_US)
    if abs(now - head.signed_at) > desk.clock_skew:
        raise MessageFaultError(fault=FaultCode.CLOCK_OFF)
    if not unit.inbox.is_new(head.sender, head.nonce, head.signed_at):
        raise MessageFaultError(fault=FaultCode.REPLAYED)


def forget_transmissions(services: StoreServices, desk: ExchangeDesk) -> int:
    """Forget transmissions that would be refused for their time anyway; return how many."""
    before = services.surroundings.clock() - desk.clock_skew - _KEPT_BEYOND
    with services.units.write() as unit:
        forgotten = unit.inbox.forget_transmissions(before)
        unit.commit()
    return forgotten
