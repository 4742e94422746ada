"""A force's view of its searches and links, and the story of a link for readers.

A force sees the outcome, the owner, and only its own records. Scores, candidates and cases are
shown only to examiners. The story tells what a link connects, its decisions, and its events.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from domain.access.access import Caller, Purpose, Role, Scope
from domain.errors import NotFoundError
from domain.events.catalogue import KINDS, LoggedEvent, kind_of
from domain.events.examination import FurtherSearchAsked
from domain.events.looking import LookKind
from domain.examination.cases import Decision, Link
from domain.ids import EventId, EventType, ForceCode, LinkId, RecordId, SearchId, UserId
from domain.list_pages import ListOrder, ListPage
from domain.plain_values import made_from
from domain.prints.prints import FingerPosition, Impression
from domain.searches.searches import Search, SearchState
from service.ports.print_images import CapturedImage, captured, picture_facts
from service.provenance.canonical import read_event
from service.provenance.prov_view import LinkHistory
from service.storage.searches.search_bodies import SearchOrder
from service.storage.unit_of_work import UnitOfWork
from service.usecases.idempotency import reference_digest
from service.usecases.links.links import history_of, show_link_to, show_links, visible_link
from service.usecases.log.checkpoints import awaits_witness, may_be_told
from service.usecases.log.recording import look_at
from service.usecases.services import Services
from service.usecases.workbench import Workbench


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
    """Return the state of a search sent again. Raises NotPermittedError, NotFoundError."""
    with services.reading(caller, Scope.SEARCH) as unit:
        search = _own_search(unit, caller, search_id)
        return _as_told(services, unit, search)[0].state


def search_standing(services: Services, caller: Caller, search_id: SearchId) -> SearchStanding:
    """Return the state and outcome of a search of the caller's force, and record the access.

    Raises NotPermittedError, NotFoundError.
    """
    with services.reading(caller, Scope.READ_SEARCHES) as unit:
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
    with services.reading(caller, Scope.READ_LINKS) as unit:
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
    """Return a link, reduced to what the caller may see. The access is not recorded here."""
    record = unit.people.record(link.record_id) if link.record_id else None
    owner = record.force if record else None
    is_known = caller.actor.role is not Role.FORCE or owner == caller.actor.force
    return LinkedRecord(link, owner, link.record_id if is_known else None)


@dataclass(frozen=True, slots=True)
class StoryEvent:
    """One event of the log that led to the link."""

    seq: int
    """Number of the event in the log; if the caller is a force, its position in the story, from 0.
    """
    at: datetime
    """When it happened."""
    event_type: EventType
    sentence: str
    """The sentence of the event from the catalogue."""
    actor: str
    """The sign-in name if there is one, otherwise the opaque id; empty for a force."""
    event_id: EventId | None = None
    """None for a force, which reads no log."""


@dataclass(frozen=True, slots=True)
class LinkStory:
    """A link and its provenance, as far as the caller may know them."""

    link: Link
    search: Search
    reference: str
    """The reference that the force gave to the search; empty if none."""
    owner: ForceCode | None
    record_id: RecordId | None
    record_reference: str
    """The reference that the owner gave to the record; empty if none."""
    decisions: tuple[Decision, ...]
    """Empty for a force: decisions are shown only inside the office."""
    names: Mapping[UserId, str]
    events: tuple[StoryEvent, ...]
    awaits_witness: bool
    """Whether the policy still keeps the link from everybody outside the office."""
    may_revoke: bool
    """Whether the caller may revoke the link now."""


@dataclass(frozen=True, slots=True)
class NamedLink:
    """A link, and the reference that the force gave to the search; empty if none."""

    link: Link
    reference: str


def links_page(
    bench: Workbench,
    caller: Caller,
    *,
    before: str | None,
    limit: int,
    order: ListOrder | None = None,
) -> ListPage[NamedLink, str]:
    """Return the page of links that follows the link `before`; an empty page if it is unknown.

    The newest come first, unless an order is given. A force gets only links of its own searches,
    and this disclosure is logged. Raises NotPermittedError.
    """
    force = caller.actor.force if caller.actor.role is Role.FORCE else None
    with bench.services.reading(caller, Scope.READ_LINKS) as unit:
        page = unit.queue.recent_links(force, limit=limit, before=before, order=order)
        found = [unit.links.get(link_id) for link_id in page.items]
        links = tuple(
            link
            for link in found
            if link and not (force and awaits_witness(bench.services, unit, link))
        )
        references = unit.references.of([link.search_id for link in links])
    told = look_at(bench.services, LookKind.LINKS, (link.link_id for link in links))
    show_links(bench.services, caller, links, told)
    return page.of(NamedLink(link, references.get(link.search_id, "")) for link in links)


def link_story(bench: Workbench, caller: Caller, link_id: LinkId) -> LinkStory:
    """Return the story of a link. Raises NotPermittedError, NotFoundError."""
    is_force = caller.actor.role is Role.FORCE
    with bench.services.reading(caller, Scope.READ_LINKS) as unit:
        link = visible_link(bench.services, unit, caller, link_id)
        standing, history = standing_of(unit, caller, link), history_of(unit, caller, link)
        events = _events(unit, history)
        names = unit.accounts.names([*_people(history, events)])
        is_waiting = awaits_witness(bench.services, unit, link)
        reference = unit.references.of([link.search_id]).get(link.search_id, "")
        named_record = record_reference(unit, standing)
    show_link_to(bench.services, caller, LookKind.STORY, link, *link.decision_ids)
    return LinkStory(
        link=standing.link,
        search=history.search,
        reference=reference,
        owner=standing.owner,
        record_id=standing.record_id,
        record_reference=named_record,
        decisions=() if is_force else tuple(history.decisions),
        names={} if is_force else names,
        events=tuple(
            _told_to_force(event, number) if is_force else _told(event, names)
            for number, event in enumerate(events)
        ),
        awaits_witness=is_waiting,
        may_revoke=Scope.REVOKE_LINKS in caller.actor.scopes and standing.link.revoked_at is None,
    )


def _events(unit: UnitOfWork, history: LinkHistory) -> tuple[LoggedEvent, ...]:
    about = (history.search.search_id, history.link.case_id, history.link.link_id)
    kinds = frozenset(name for name, kind in KINDS.items() if kind.declared.tells_a_link)
    found = {event.seq: event for ref in about for event in unit.events.about(ref, kinds)}
    return tuple(found[seq] for seq in sorted(found))


def _actor(event: LoggedEvent) -> UserId:
    return UserId(str(json.loads(event.body)["actor"]))


def _people(history: LinkHistory, events: tuple[LoggedEvent, ...]) -> set[UserId]:
    return {d.decided_by for d in history.decisions} | {_actor(event) for event in events}


def _told(event: LoggedEvent, names: Mapping[UserId, str]) -> StoryEvent:
    actor = _actor(event)
    return made_from(
        StoryEvent,
        event,
        sentence=kind_of(event.event_type).declared.sentence,
        actor=names.get(actor, actor),
    )


def _told_to_force(event: LoggedEvent, number: int) -> StoryEvent:
    """Return an event with its position in this story in place of its log number.

    The log number would show the force how much other forces do.
    """
    return replace(_told(event, {}), seq=number, actor="", event_id=None)
