"""Decisions that a State need not be told."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Caller, Scope
from domain.errors import InvalidInputError
from domain.events.exchange import DutyExempted, MessageRequeued
from domain.exchange.duties import COMPUTED, DutyKey, Exemption, ExemptionCode
from domain.exchange.identifiers import MessageId
from service.storage.exchange.outbox import SentMessage
from service.usecases.existing import existing
from service.usecases.log.recording import record
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class ExemptDuty:
    """One duty, and why it does not hold."""

    key: DutyKey
    code: ExemptionCode
    words: str


def exempt_duty(services: StoreServices, caller: Caller, command: ExemptDuty) -> Exemption:
    """Put on record that a State need not be told; information told already stays told.

    Raises NotPermittedError, NotFoundError (no such version of a record), InvalidInputError (no
    reason, or an exemption that is computed), ConflictError (exempt already).
    """
    caller.actor.require(Scope.OPERATE)
    if not command.words.strip():
        raise InvalidInputError("Give the reason in words.", pointer="/words")
    if command.code in COMPUTED:
        raise InvalidInputError(
            "The service computes this exemption: it cannot be decided.", pointer="/code"
        )
    key = command.key
    exemption = Exemption(
        services.surroundings.new_id(),
        key,
        command.code,
        command.words.strip(),
        caller.actor.user_id,
        services.surroundings.clock(),
    )
    with services.units.write() as unit:
        held = existing(unit.records.version(key.record_id, key.version))
        unit.exemptions.add(exemption)
        event = DutyExempted(
            exemption.exemption_id,
            key.record_id,
            held.head.person_id,
            version=key.version,
            state=key.state,
            code=command.code,
        )
        record(unit, services.surroundings, caller, event)
        unit.commit()
    return exemption


def dead_letters(services: StoreServices, limit: int = 100) -> tuple[SentMessage, ...]:
    """Return messages that a State refused with a fault, oldest first."""
    with services.units.read() as unit:
        return unit.outbox.dead_letters(limit)


def queue_again(services: StoreServices, caller: Caller, message_id: MessageId) -> None:
    """Hand a message over once more, unchanged and under its own id.

    Raises NotPermittedError, NotFoundError (unknown, or it waits already).
    """
    caller.actor.require(Scope.OPERATE)
    with services.units.write() as unit:
        known = existing(unit.outbox.of([message_id]).get(message_id))
        now = services.surroundings.clock()
        existing(unit.outbox.queue_again(message_id, now) or None)
        event = MessageRequeued(message_id, known.kind)
        record(unit, services.surroundings, caller, event)
        unit.commit()
