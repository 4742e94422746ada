"""The story of a link for readers: what it connects, its decisions, and its events in the log."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from domain.access.access import Caller, Role, Scope
from domain.events.catalogue import KINDS, LoggedEvent, kind_of
from domain.events.looking import LookKind
from domain.examination.cases import Decision, Link
from domain.ids import EventType, ForceCode, LinkId, RecordId, UserId
from domain.list_pages import ListOrder, ListPage
from domain.searches.searches import Search
from service.provenance.prov_view import LinkHistory
from service.storage.unit_of_work import UnitOfWork
from service.usecases.links.links import history_of, show_link_to, show_links, visible_link
from service.usecases.links.outcomes import record_reference, standing_of
from service.usecases.log.checkpoints import awaits_witness
from service.usecases.log.recording import look_at
from service.usecases.workbench import Workbench


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
    caller.actor.require(Scope.READ_LINKS)
    force = caller.actor.force if caller.actor.role is Role.FORCE else None
    with bench.services.units.read() as unit:
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
    caller.actor.require(Scope.READ_LINKS)
    is_force = caller.actor.role is Role.FORCE
    with bench.services.units.read() as unit:
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
    return StoryEvent(
        seq=event.seq,
        at=event.at,
        event_type=event.event_type,
        sentence=kind_of(event.event_type).declared.sentence,
        actor=names.get(actor, actor),
    )


def _told_to_force(event: LoggedEvent, number: int) -> StoryEvent:
    """Return an event with its position in this story in place of its log number.

    The log number would show the force how much other forces do.
    """
    return replace(_told(event, {}), seq=number, actor="")
