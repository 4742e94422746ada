"""Disclosures of a link are put on record, and their recipients hear of a revocation."""

from __future__ import annotations

from collections.abc import Sequence

from domain.access import Caller, Role, Scope
from domain.cases import Link
from domain.events.links import Disclosed
from domain.notices import Notice
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record
from service.usecases.services import StoreServices


def disclose(services: StoreServices, caller: Caller, links: Sequence[Link]) -> None:
    """Append the event that a force was told of these links, before it is told; once a call.

    Does nothing for other roles, whose looking has events of its own.
    """
    force = caller.actor.force
    if caller.actor.role is not Role.FORCE or force is None or not links:
        return
    now = services.surroundings.clock()
    with services.units.write() as unit:
        for link in links:
            unit.notices.tell(link.link_id, force, now)
        event = Disclosed(tuple(link.link_id for link in links), force)
        record(unit, services.surroundings, caller, event)
        unit.commit()


def give_notices(services: StoreServices, unit: UnitOfWork, link: Link) -> int:
    """Store a notice of revocation for every force that was told of a link; return how many."""
    told = unit.notices.recipients(link.link_id)
    now = services.surroundings.clock()
    for force in told:
        unit.notices.give(Notice(services.surroundings.new_id(), link.link_id, force, now))
    return len(told)


def own_notices(services: StoreServices, caller: Caller, *, limit: int) -> tuple[Notice, ...]:
    """Return the notices to the caller's force, newest first; raises NotPermittedError."""
    caller.actor.require(Scope.READ_SEARCHES)
    with services.units.read() as unit:
        return unit.notices.of_force(caller.require_force(), limit=limit)
