"""Searches whose first candidate examiners identified: the second is the most alike stranger.

The log is followed like a feed, outside of any request. Marks, which no exemplar can stand for,
are counted so alone; other searches beside rehearsals, for live captures may be others.
"""

from __future__ import annotations

import numpy as np

from domain.access import Caller
from domain.events.links import Linked
from domain.events.logged import LoggedEvent
from domain.experience import Kind
from domain.models.rehearsals import RehearsalSource
from domain.searches import SearchType
from matching.experience import steps_of
from service.provenance.canonical import read_event
from service.storage.unit_of_work import UnitOfWork
from service.usecases.models.counting import Met, refresh, store_counted
from service.usecases.models.watching import watch_seconds
from service.usecases.searches.comparing import compare
from service.usecases.searches.recorded import Recorded, recorded_of
from service.usecases.services import Services

FOLLOWER = "decided-seconds"
"""Whose place in the log is kept between runs."""

_EVENTS_AT_ONCE = 2_000
_SECONDS_COMPARED = 8
"""Candidates stand in order of bits, to which details add: the most alike is among so many."""


def count_seconds(services: Services, caller: Caller) -> int:
    """Count the strangers of the links among up to 2,000 events; return how many were followed.

    A search is left out whose link was revoked, that has another leader, or that is erased.
    """
    with services.units.read() as unit:
        start = unit.jobs.followed_to(FOLLOWER)
        entries = unit.events.entries(start=start, limit=_EVENTS_AT_ONCE)
        linked = [one for one in entries if one.event_type == Linked.event_type]
        met = [one for entry in linked if (one := _second(services, unit, entry)) is not None]
    if not entries:
        return 0
    with services.units.write() as unit:
        if unit.jobs.followed_to(FOLLOWER) != start:
            return 0  # another process counted them meanwhile
        if met:
            origin = (RehearsalSource.LIVE, services.gallery.index.digest)
            store_counted(services, unit, caller, origin, met)
            watch_seconds(services, unit, [(one.kind, one.step) for one in met])
        unit.jobs.follow_to(FOLLOWER, entries[-1].seq + 1)
        unit.commit()
    refresh(services)
    return len(entries)


def _second(services: Services, unit: UnitOfWork, entry: LoggedEvent) -> Met | None:
    link = unit.links.get(read_event(entry.body).typed_as(Linked).link_id)
    if link is None or link.revoked_at is not None:
        return None
    recorded = recorded_of(unit, link)
    leader = recorded.candidates[0] if recorded.candidates else None
    if recorded.erased or leader is None or leader.candidate_id != recorded.linked:
        return None
    return _met(services, recorded)


def _met(services: Services, recorded: Recorded) -> Met | None:
    """Return how alike the most alike of the other candidates is to the probe."""
    kind, probe = recorded.search.search_type, recorded.probe
    row_of = {encounter: row for row, encounter in recorded.held.encounter_ids.items()}
    others = recorded.candidates[1 : 1 + _SECONDS_COMPARED]
    rows = [row_of[one.encounter_id] for one in others if one.encounter_id in row_of]
    if probe is None or not rows:
        return None
    compared = compare(services.print_format, kind, probe, recorded.held, rows)
    alike = services.scorer.alikeness(
        probe.strangers, compared, is_mark=kind is not SearchType.TP_TP
    )
    if alike is None or not np.isfinite(alike.max()):
        return None
    of = services.experience.of(kind, probe).kind
    return Met(Kind(of), int(steps_of(alike.max(keepdims=True))[0]), None)
