"""Convictions of other States in the inbox of matters: kept apart, or laid on a record by people.

All versions of a conviction have references that begin alike: the State that told it and its id
there. What stands on a record is corrected by a later version, and never doubled.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from domain.access import Caller
from domain.amendments import Add, Change, Correct
from domain.courts.results import Doubt, Reason
from domain.errors import ConflictError
from domain.exchange.codes import FaultCode, StateCode
from domain.exchange.messages import Message, Notification, Update
from domain.ids import RecordId
from domain.items import ItemId, ItemKind
from domain.matters import Matter, MatterSource, MatterState, Step
from domain.plain_values import plain
from service.storage.unit_of_work import UnitOfWork
from service.usecases.exchange.desk import EXCHANGER, ExchangeDesk
from service.usecases.exchange.stating import conviction_of
from service.usecases.people.matter_steps import store_matter, store_step
from service.usecases.services import StoreServices

QUARANTINED = {
    FaultCode.CONFLICT: Reason(Doubt.OTHER_CONTENT),
    FaultCode.SECOND_HAND: Reason(Doubt.SECOND_HAND, "/conviction/country"),
}
"""Why a message that is refused with such a fault is kept for people to decide on."""


def prefix_of(sender: StateCode, conviction_ref: str) -> str:
    """Return the beginning of the references of all versions of a conviction."""
    return f"{sender}/{conviction_ref}/"


def sender_of(matter: Matter) -> StateCode:
    """Return the State that told a matter."""
    return StateCode(matter.reference.partition("/")[0])


@dataclass(frozen=True, slots=True)
class Telling:
    """A State that tells convictions, in one transaction."""

    services: StoreServices
    desk: ExchangeDesk
    unit: UnitOfWork
    sender: StateCode

    def quarantine(self, message: Message, fault: FaultCode) -> None:
        """Keep a refused conviction whole for people to decide on: the first word stands."""
        content, reason = message.content, QUARANTINED.get(fault)
        if reason is not None and isinstance(content, Notification | Update):
            told = Notification(content.person, content.conviction)
            self.enter(told, MatterState.QUARANTINED, reason)

    def enter(self, told: Notification, state: MatterState, reason: Reason) -> Matter | None:
        """Put a conviction into the inbox, and return it; None for content that came before."""
        said = json.dumps(["state", self.sender, plain(told)], sort_keys=True)
        digest = self.desk.mac(f"matter {said}".encode()).hex()
        if self.unit.matters.same(digest) is not None:
            return None
        now, by = self.services.surroundings.clock(), EXCHANGER.actor.user_id
        prefix = prefix_of(self.sender, told.conviction.conviction_id)
        matter = Matter(
            self.services.surroundings.new_id(),
            MatterSource.STATE,
            f"{prefix}{told.conviction.version}",
            digest,
            by,
            now,
            told,
        )
        if not store_matter(self.services, self.unit, EXCHANGER, matter):
            return None
        step = Step(matter.matter_id, 1, state, by, now, (reason,))
        store_step(self.services, self.unit, EXCHANGER, step)
        return replace(matter, steps=(step,))


def change_by(unit: UnitOfWork, matter: Matter, told: Notification, on: RecordId) -> Change:
    """Return the change of a record by a conviction: added, or another version of it corrected.

    Raises ConflictError where another version stands on another record, InvalidInputError for
    facts that cannot be.
    """
    conviction = conviction_of(told.conviction, sender_of(matter))
    standing = standing_version(unit, matter)
    if standing is None or not standing.laid:
        return Add(ItemKind.CONVICTION, conviction)
    if standing.record_id != on:
        raise ConflictError(
            "Another version of this conviction is on another record: take that one off first."
        )
    ((_, item_id),) = standing.laid
    return Correct(ItemId(item_id), ItemKind.CONVICTION, conviction)


def standing_version(unit: UnitOfWork, matter: Matter) -> Step | None:
    """Return the step by which another version of a conviction stands on a record, or None."""
    prefix = matter.reference.rpartition("/")[0] + "/"
    others = unit.matters.under(MatterSource.STATE, prefix)
    attached = (one.last for one in others if one.state is MatterState.ATTACHED)
    return next((one for one in attached if one.matter_id != matter.matter_id), None)


def step_replaced(
    services: StoreServices, unit: UnitOfWork, caller: Caller, standing: Step
) -> None:
    """Have a version of a conviction that another one corrected stand on no record any more."""
    step = Step(
        standing.matter_id,
        standing.number + 1,
        MatterState.REPLACED,
        caller.actor.user_id,
        services.surroundings.clock(),
        person_id=standing.person_id,
        record_id=standing.record_id,
    )
    store_step(services, unit, caller, step)
