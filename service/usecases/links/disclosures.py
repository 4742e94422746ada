"""Disclosures of a link are put on record, and their recipients are told of a revocation."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from domain.access import Caller, Role, Scope
from domain.cases import Link
from domain.events.links import Disclosed
from domain.events.looking import Listed, Looked, LookKind
from domain.list_pages import ListPage, page_behind
from domain.notices import Notice
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.looking import keep_look, look, look_at
from service.usecases.log.recording import Concern, record
from service.usecases.services import StoreServices


def show_links(
    services: StoreServices, caller: Caller, links: Sequence[Link], told: Looked | Listed
) -> None:
    """Put on record that links are shown, or what they led to, before they are.

    A force is told of them, which is a separate event in the same transaction.
    """
    force = caller.actor.force
    if caller.actor.role is not Role.FORCE or force is None or not links:
        keep_look(services, caller, told, links[0] if len(links) == 1 else Concern())
        return
    now = services.surroundings.clock()
    with services.units.write() as unit:
        for link in links:
            unit.notices.tell(link.link_id, force, now)
        event = Disclosed(tuple(link.link_id for link in links), force)
        record(unit, services.surroundings, caller, event)
        record(unit, services.surroundings, caller, told)
        unit.commit()


def show_link_to(
    services: StoreServices, caller: Caller, kind: LookKind, link: Link, *more: str | None
) -> None:
    """Put on record that one link is shown, and `more` beside it."""
    shown = (link.link_id, link.search_id, link.record_id, *more)
    show_links(services, caller, (link,), look_at(services, kind, shown))


def give_notices(services: StoreServices, unit: UnitOfWork, link: Link) -> int:
    """Store a notice of revocation for every force that was told of a link; return how many."""
    told = unit.notices.recipients(link.link_id)
    now = services.surroundings.clock()
    for force in told:
        unit.notices.give(Notice(services.surroundings.new_id(), link.link_id, force, now))
    return len(told)


def own_notices(
    services: StoreServices, caller: Caller, *, before: str | None = None, limit: int
) -> ListPage[Notice, str]:
    """Return the notices to the caller's force, newest first; raises NotPermittedError."""
    caller.actor.require(Scope.READ_SEARCHES)
    with services.units.read() as unit:
        notices = unit.notices.of_force(caller.require_force())
    page = page_behind(notices, before, limit, attrgetter("notice_id"))
    look(services, caller, LookKind.NOTICES, (notice.link_id for notice in page.items))
    return page
