"""The story of a link for readers: its ends, its decisions, and every event on the way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.access import Caller, Role, Scope
from domain.cases import Decision, Link
from domain.events.catalogue import kind_of
from domain.events.declaring import Event
from domain.events.logged import LoggedEvent
from domain.ids import EventType, ForceCode, LinkId, RecordId, UserId
from domain.searches import Search
from service.provenance.prov_view import LinkHistory
from service.storage.unit_of_work import UnitOfWork
from service.usecases.links.chain import link_history
from service.usecases.links.disclosures import disclose
from service.usecases.links.outcomes import link_standing
from service.usecases.log.witnessing import awaits_witness
from service.usecases.workbench import Workbench


@dataclass(frozen=True, slots=True)
class StoryEvent:
    """One event of the log on the way to the link."""

    seq: int
    at: datetime
    event_type: EventType
    sentence: str
    """The sentence of the event from the catalogue."""
    actor: str
    """A sign-in name where there is one, the opaque id otherwise; empty for a force's reader."""


@dataclass(frozen=True, slots=True)
class LinkStory:
    """A link and its chain of provenance, as much of it as the caller may know."""

    link: Link
    search: Search
    owner: ForceCode | None
    record_id: RecordId | None
    decisions: tuple[Decision, ...]
    """Empty for a force: decisions stay with the office."""
    names: Mapping[UserId, str]
    events: tuple[StoryEvent, ...]
    awaits_witness: bool
    """Whether the policy still holds it back from all outside the office."""
    may_revoke: bool
    """Whether the caller may un-link it now."""


def recent_links(bench: Workbench, caller: Caller, *, limit: int) -> tuple[Link, ...]:
    """Return the newest links; a force is told of those of its own searches, which is an event.

    Raises NotPermittedError.
    """
    caller.actor.require(Scope.READ_LINKS)
    force = caller.actor.force if caller.actor.role is Role.FORCE else None
    with bench.services.units.read() as unit:
        found = [unit.links.get(i) for i in unit.queue.recent_links(force, limit=limit)]
        links = tuple(
            link
            for link in found
            if link and not (force and awaits_witness(bench.services, unit, link))
        )
    disclose(bench.services, caller, links)
    return links


def link_story(bench: Workbench, caller: Caller, link_id: LinkId) -> LinkStory:
    """Return the story of a link; raises NotPermittedError, NotFoundError."""
    standing = link_standing(bench.services, caller, link_id)
    history = link_history(bench.services, caller, link_id)
    is_force = caller.actor.role is Role.FORCE
    with bench.services.units.read() as unit:
        events = _events(unit, history)
        names = unit.accounts.names([*_people(history, events)])
        is_waiting = awaits_witness(bench.services, unit, standing.link)
    return LinkStory(
        link=standing.link,
        search=history.search,
        owner=standing.owner,
        record_id=standing.record_id,
        decisions=() if is_force else tuple(history.decisions),
        names={} if is_force else names,
        events=tuple(_told(event, names, is_force=is_force) for event in events),
        awaits_witness=is_waiting,
        may_revoke=Scope.REVOKE_LINKS in caller.actor.scopes and standing.link.revoked_at is None,
    )


def _events(unit: UnitOfWork, history: LinkHistory) -> tuple[LoggedEvent, ...]:
    about = (history.search.search_id, history.link.case_id, history.link.link_id)
    found = {event.seq: event for ref in about for event in unit.events.about(ref)}
    return tuple(found[seq] for seq in sorted(found) if _kind(found[seq]).declared.tells_a_link)


def _kind(event: LoggedEvent) -> type[Event]:
    return kind_of(event.event_type)


def _actor(event: LoggedEvent) -> UserId:
    return UserId(str(json.loads(event.body)["actor"]))


def _people(history: LinkHistory, events: tuple[LoggedEvent, ...]) -> set[UserId]:
    return {d.decided_by for d in history.decisions} | {_actor(event) for event in events}


def _told(event: LoggedEvent, names: Mapping[UserId, str], *, is_force: bool) -> StoryEvent:
    actor = _actor(event)
    return StoryEvent(
        seq=event.seq,
        at=event.at,
        event_type=event.event_type,
        sentence=_kind(event).declared.sentence,
        actor="" if is_force else names.get(actor, actor),
    )
