"""A force's view of its searches and links: outcome, owner, and its own records alone.

No score, no candidate, no case: those stay with the examiners.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.access import Caller, Role, Scope
from domain.cases import Link
from domain.errors import NotFoundError
from domain.ids import ForceCode, LinkId, RecordId, SearchId
from domain.searches import Search, SearchState
from service.storage.unit_of_work import UnitOfWork
from service.usecases.links.disclosures import disclose
from service.usecases.links.links import visible_link
from service.usecases.log.witnessing import awaits_witness
from service.usecases.services import Services


@dataclass(frozen=True, slots=True)
class LinkedRecord:
    """A link as the caller may know it."""

    link: Link
    owner: ForceCode | None
    """The force that holds the record; None when the person has none or was erased."""
    record_id: RecordId | None
    """None for a force that does not hold the record: it asks the owner."""


@dataclass(frozen=True, slots=True)
class SearchStanding:
    """A search and, when it is linked, the record."""

    search: Search
    linked: LinkedRecord | None


@dataclass(frozen=True, slots=True)
class StandingPage:
    """A page of a force's searches, newest first."""

    standings: tuple[SearchStanding, ...]
    next_before: str | None


def search_standing(
    services: Services, caller: Caller, search_id: SearchId, *, scope: Scope = Scope.READ_SEARCHES
) -> SearchStanding:
    """Return how a search of the caller's force stands.

    The caller must hold `scope`: a submitter may read the outcome of that search.
    Raises NotPermittedError, NotFoundError.
    """
    caller.actor.require(scope)
    force = caller.require_force()
    with services.units.read() as unit:
        search = unit.searches.get(search_id)
        if search is None or search.force != force:
            raise NotFoundError
        standing = _standing(services, unit, caller, search)
    disclose(services, caller, _links((standing,)))
    return standing


def search_standings(
    services: Services, caller: Caller, *, before: str | None, limit: int
) -> StandingPage:
    """Return how the searches of the caller's force stand; raises NotPermittedError."""
    caller.actor.require(Scope.READ_SEARCHES)
    with services.units.read() as unit:
        page = unit.searches.page(caller.require_force(), before=before, limit=limit)
        standings = tuple(_standing(services, unit, caller, search) for search in page.searches)
    disclose(services, caller, _links(standings))
    return StandingPage(standings, page.next_before)


def link_standing(services: Services, caller: Caller, link_id: LinkId) -> LinkedRecord:
    """Return a link as the caller may know it; raises NotPermittedError, NotFoundError."""
    caller.actor.require(Scope.READ_LINKS)
    with services.units.read() as unit:
        linked = _linked(unit, caller, visible_link(services, unit, caller, link_id))
    disclose(services, caller, (linked.link,))
    return linked


def _links(standings: Sequence[SearchStanding]) -> tuple[Link, ...]:
    return tuple(standing.linked.link for standing in standings if standing.linked)


def _standing(
    services: Services, unit: UnitOfWork, caller: Caller, search: Search
) -> SearchStanding:
    link = unit.links.get(search.link_id) if search.link_id else None
    if link and awaits_witness(services, unit, link):
        # To the force, it is still being examined: that it is linked is not told before.
        waiting = replace(search, state=SearchState.EXAMINING, outcome=None, link_id=None)
        return SearchStanding(waiting, None)
    return SearchStanding(search, _linked(unit, caller, link) if link else None)


def _linked(unit: UnitOfWork, caller: Caller, link: Link) -> LinkedRecord:
    record = unit.people.record(link.record_id) if link.record_id else None
    owner = record.force if record else None
    is_known = caller.actor.role is not Role.FORCE or owner == caller.actor.force
    return LinkedRecord(link, owner, link.record_id if is_known else None)
