"""A force's view of its searches and links: the outcome, the owner, and only its own records.

Scores, candidates and cases are shown only to examiners.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from domain.access.access import Caller, Purpose, Role, Scope
from domain.errors import NotFoundError
from domain.events.examination import FurtherSearchAsked
from domain.events.looking import LookKind
from domain.examination.cases import Link
from domain.ids import ForceCode, LinkId, RecordId, SearchId
from domain.list_pages import ListOrder, ListPage
from domain.prints.prints import FingerPosition, Impression
from domain.searches.searches import Search, SearchState
from service.ports.print_images import CapturedImage, captured, picture_facts
from service.provenance.canonical import read_event
from service.storage.searches.search_bodies import SearchOrder
from service.storage.unit_of_work import UnitOfWork
from service.usecases.links.links import show_link_to, show_links, visible_link
from service.usecases.log.checkpoints import awaits_witness, may_be_told
from service.usecases.log.recording import look_at
from service.usecases.references import reference_digest
from service.usecases.services import Services


@dataclass(frozen=True, slots=True)
class LinkedRecord:
    """A link, as far as the caller may know it."""

    link: Link
    owner: ForceCode | None
    """The force that owns the record; None if the person has no record or was erased."""
    record_id: RecordId | None
    """None for a force that does not own the record: it must ask the owner."""


@dataclass(frozen=True, slots=True)
class SearchStanding:
    """A search, and the linked record if there is a link."""

    search: Search
    linked: LinkedRecord | None
    reference: str = ""
    """The client's own reference."""
    record_reference: str = ""
    """The reference given by the record's owner. Empty if there is none, and in lists."""
    examiner_minutiae: int | None = None
    """The number of minutiae that an examiner marked in a search that they asked for; None
    otherwise, and in lists."""
    added_minutiae: int = 0
    """How many the extractor found inside the examiner's outline."""


def submitted_state(services: Services, caller: Caller, search_id: SearchId) -> SearchState:
    """Return the state of a search, for a caller that submits the search again.

    Raises NotPermittedError, NotFoundError.
    """
    caller.actor.require(Scope.SEARCH)
    with services.units.read() as unit:
        search = _own_search(unit, caller, search_id)
        return _as_told(services, unit, search)[0].state


def search_standing(services: Services, caller: Caller, search_id: SearchId) -> SearchStanding:
    """Return the state and outcome of a search of the caller's force, and record the access.

    Raises NotPermittedError, NotFoundError.
    """
    caller.actor.require(Scope.READ_SEARCHES)
    with services.units.read() as unit:
        own = _own_search(unit, caller, search_id)
        (standing,) = _standings(services, unit, caller, (own,))
        if standing.linked:
            named = record_reference(unit, standing.linked)
            standing = replace(standing, record_reference=named)
        standing = _with_examiner_minutiae(unit, standing)
    _look(services, caller, LookKind.SEARCH, (standing,))
    return standing


def _with_examiner_minutiae(unit: UnitOfWork, standing: SearchStanding) -> SearchStanding:
    search = standing.search
    if search.purpose is not Purpose.EXAMINATION:
        return standing  # forces state other purposes, and most searches are theirs
    asked = unit.events.about(search.search_id, [FurtherSearchAsked.event_type])
    if not asked:
        return standing
    marked = read_event(asked[0].body).typed_as(FurtherSearchAsked).minutiae
    picture = unit.images.of(search.search_id, int(FingerPosition.UNKNOWN))
    added = picture_facts(picture).added_minutiae if picture else 0
    return replace(standing, examiner_minutiae=marked, added_minutiae=added)


def search_prints(
    services: Services, caller: Caller, search_id: SearchId
) -> tuple[SearchStanding, tuple[tuple[Impression, CapturedImage], ...]]:
    """Return a search of the caller's force and its own pictures; this is logged.

    Raises NotPermittedError, and NotFoundError if no picture is stored with it.
    """
    standing = search_standing(services, caller, search_id)
    with services.units.read() as unit:
        probe = unit.searches.probe(search_id)
        kept = (
            (one, unit.images.of(search_id, int(one.position)))
            for one in (probe.impressions if probe else ())
        )
        images = tuple((one, captured(one.position, png)) for one, png in kept if png is not None)
    if not images:
        raise NotFoundError
    return standing, images


def search_standings(
    services: Services,
    caller: Caller,
    *,
    before: str | None,
    limit: int,
    reference: str | None = None,
    order: ListOrder | None = None,
) -> ListPage[SearchStanding, str]:
    """Return the states and outcomes of the searches of the caller's force.

    The newest come first, unless an order is given; `before` is the last search of the previous
    page. Raises NotPermittedError.
    """
    caller.actor.require(Scope.READ_SEARCHES)
    force = caller.require_force()
    under = None if reference is None else reference_digest(services, force, reference)
    with services.units.read() as unit:
        told = SearchOrder(order, may_be_told(services, unit) if order else None)
        page = unit.searches.page(force, before=before, limit=limit, under=under, order=told)
        standings = _standings(services, unit, caller, page.items)
    _look(services, caller, LookKind.SEARCHES, standings)
    return ListPage(standings, page.next_key)


def link_standing(services: Services, caller: Caller, link_id: LinkId) -> LinkedRecord:
    """Return a link as far as the caller may know it. Raises NotPermittedError, NotFoundError."""
    caller.actor.require(Scope.READ_LINKS)
    with services.units.read() as unit:
        linked = standing_of(unit, caller, visible_link(services, unit, caller, link_id))
    show_link_to(services, caller, LookKind.LINK, linked.link)
    return linked


def _own_search(unit: UnitOfWork, caller: Caller, search_id: SearchId) -> Search:
    search = unit.searches.get(search_id)
    if search is None or search.force != caller.require_force():
        raise NotFoundError
    return search


def _look(
    services: Services, caller: Caller, kind: LookKind, standings: Sequence[SearchStanding]
) -> None:
    linked = tuple(standing.linked for standing in standings if standing.linked)
    shown = (
        *(standing.search.search_id for standing in standings),
        *chain.from_iterable((one.link.link_id, one.record_id) for one in linked),
    )
    links = tuple(one.link for one in linked)
    show_links(services, caller, links, look_at(services, kind, shown))


def _standings(
    services: Services, unit: UnitOfWork, caller: Caller, searches: Sequence[Search]
) -> tuple[SearchStanding, ...]:
    references = unit.references.of([search.search_id for search in searches])
    told = [_as_told(services, unit, search) for search in searches]
    return tuple(
        SearchStanding(
            search,
            standing_of(unit, caller, link) if link else None,
            references.get(search.search_id, ""),
        )
        for search, link in told
    )


def _as_told(services: Services, unit: UnitOfWork, search: Search) -> tuple[Search, Link | None]:
    """Return a search and its link as far as the force may know them.

    Until witnesses have cosigned the link, the search still counts as being examined.
    """
    link = unit.links.get(search.link_id) if search.link_id else None
    if link and awaits_witness(services, unit, link):
        waiting = replace(search, state=SearchState.EXAMINING, outcome=None, link_id=None)
        return waiting, None
    return search, link


def record_reference(unit: UnitOfWork, linked: LinkedRecord) -> str:
    """Return the reference that the owner gave to a record; empty for a hidden record."""
    if linked.record_id is None or linked.owner is None:
        return ""
    person_id = linked.link.person_id
    return unit.references.of_people([person_id]).get((person_id, linked.owner), "")


def standing_of(unit: UnitOfWork, caller: Caller, link: Link) -> LinkedRecord:
    """Return a link, reduced to what the caller may see.

    This function does not record the access.
    """
    record = unit.people.record(link.record_id) if link.record_id else None
    owner = record.force if record else None
    is_known = caller.actor.role is not Role.FORCE or owner == caller.actor.force
    return LinkedRecord(link, owner, link.record_id if is_known else None)
