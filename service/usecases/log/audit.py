"""The audit search: events by actor, subject, time and purpose; the search itself is an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter

from domain.access import Caller, Scope
from domain.event_filter import EventFilter
from domain.events.log import LogSearched
from domain.events.logged import LoggedEvent
from domain.ids import UserId
from domain.list_orders import ListOrder
from domain.list_pages import ListPage, page_of
from service.usecases.log.recording import Concern, record
from service.usecases.services import StoreServices


def actor_names(
    services: StoreServices, caller: Caller, actors: Iterable[UserId]
) -> Mapping[UserId, str]:
    """Return the sign-in names of actors that are accounts here; raises NotPermittedError."""
    caller.actor.require(Scope.READ_LOG)
    with services.units.read() as unit:
        return unit.accounts.names(sorted(set(actors)))


def actor_named(services: StoreServices, caller: Caller, name: str) -> UserId:
    """Return the account of a sign-in name, else the text as an identifier itself.

    Raises NotPermittedError.
    """
    caller.actor.require(Scope.READ_LOG)
    with services.units.read() as unit:
        account = unit.accounts.by_name(name)
    return UserId(name) if account is None else account.user_id


def search_events(
    services: StoreServices,
    caller: Caller,
    wanted: EventFilter,
    *,
    before: int | None,
    limit: int,
    order: ListOrder | None = None,
) -> ListPage[LoggedEvent, int]:
    """Return the events that meet a filter; the question is logged first.

    The newest come first, or the first of an order; `before` is the last of the page before.
    Raises NotPermittedError.
    """
    caller.actor.require(Scope.READ_LOG)
    with services.units.write() as unit:
        found = tuple(unit.events.search(wanted, before=before, limit=limit + 1, order=order))
        page = page_of(found, limit, attrgetter("seq"))
        event = LogSearched(
            wanted.subject_ref,
            found=len(page.items),
            asked_actor=wanted.actor,
            asked_force=wanted.force,
            asked_event_type=wanted.event_type,
            asked_since=wanted.since,
            asked_until=wanted.until,
        )
        record(unit, services.surroundings, caller, event, Concern(case_id=wanted.case_id))
        unit.commit()
    return page
