"""Looking is put on record before anything is shown: without the event, nothing is."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from domain.access import Caller
from domain.events.declaring import Event
from domain.events.looking import LISTS, Listed, Looked, LookKind
from domain.searches import Candidate
from service.usecases.log.recording import Concern, Concerning, new_event
from service.usecases.services import StoreServices

_NONE = Concern()


def look(
    services: StoreServices,
    caller: Caller,
    kind: LookKind,
    shown: Iterable[str | None],
    of: Concerning = _NONE,
) -> None:
    """Put on record that the caller is shown these subjects; a page of a list is one event.

    To be called before the answer leaves the use case. Raises the outage that prevents the event.
    """
    keep_look(services, caller, look_at(services, kind, shown), of)


def look_at(
    services: StoreServices, kind: LookKind, shown: Iterable[str | None]
) -> Looked | Listed:
    """Return the event of a look at these subjects, each of which it names once."""
    subjects = tuple(dict.fromkeys(ref for ref in shown if ref))
    told = Listed if kind in LISTS else Looked
    return told(subjects, kind, services.looks.one_in.get(kind))


def candidates_shown(
    services: StoreServices, kind: LookKind, candidates: Iterable[Candidate]
) -> Looked | Listed:
    """Return the event of a look at candidates: persons, records and captures."""
    named = ((one.person_id, one.record_id, one.encounter_id) for one in candidates)
    return look_at(services, kind, chain.from_iterable(named))


def keep_look(
    services: StoreServices, caller: Caller, event: Event, of: Concerning = _NONE
) -> None:
    """Write the event of a look, together with those of other callers at the same time."""
    concern = Concern(of.force or caller.actor.force, of.case_id)
    made = new_event(services.surroundings, caller, event, concern)
    kind = getattr(event, "kind", None)
    if kind is None or services.looks.is_due(kind, made.event_id):
        services.looks.keep(services.units, made)
