"""How a use case logs its event: a change, an access before data is shown, or a countable fact."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from domain.access.access import Caller
from domain.events.catalogue import NewEvent
from domain.events.declaring import Event
from domain.events.looking import LISTS, Listed, Looked, LookKind
from domain.events.publication import Counted
from domain.ids import CaseId, EventId, ForceCode
from domain.publication import CountableFact
from domain.searches.searches import Candidate
from service.ports.surroundings import Surroundings
from service.storage.unit_of_work import UnitOfWork
from service.usecases.services import StoreServices


class Concerning(Protocol):
    """Something that belongs to a force and perhaps to a case: a case, a search, a link."""

    @property
    def force(self) -> ForceCode | None:
        """The force that the event concerns."""

    @property
    def case_id(self) -> CaseId | None:
        """The case, if there is one."""


@dataclass(frozen=True, slots=True)
class Concern:
    """The force and the case of an event, for use when there is no case, search or link object."""

    force: ForceCode | None = None
    case_id: CaseId | None = None


def record(
    unit: UnitOfWork,
    surroundings: Surroundings,
    caller: Caller,
    event: Event,
    of: Concerning = Concern(),
) -> None:
    """Append an event to the current transaction. It is numbered when the transaction commits.

    If `of` names no force, the event belongs to the caller's force.
    """
    unit.events.append(
        new_event(surroundings, caller, event, Concern(of.force or caller.actor.force, of.case_id))
    )


def new_event(
    surroundings: Surroundings, caller: Caller, event: Event, of: Concerning
) -> NewEvent:
    """Return an event in the form in which the log stores it."""
    return NewEvent(
        event_id=EventId(surroundings.new_id()),
        event_type=event.event_type,
        at=surroundings.clock(),
        caller=caller,
        force=of.force,
        case_id=of.case_id,
        subject_refs=event.subject_refs,
        facts=event.facts,
        told=event,
    )


_NONE = Concern()


def look(
    services: StoreServices,
    caller: Caller,
    kind: LookKind,
    shown: Iterable[str | None],
    of: Concerning = _NONE,
) -> None:
    """Log that the caller is shown these items; a page of a list is one event.

    Call this before the use case returns the data. Raises the outage that prevents logging.
    """
    keep_look(services, caller, look_at(services, kind, shown), of)


def look_at(
    services: StoreServices, kind: LookKind, shown: Iterable[str | None]
) -> Looked | Listed:
    """Return the event of showing these items, naming each one once."""
    subjects = tuple(dict.fromkeys(ref for ref in shown if ref))
    told = Listed if kind in LISTS else Looked
    return told(subjects, kind, services.looks.one_in.get(kind))


def candidates_shown(
    services: StoreServices, kind: LookKind, candidates: Iterable[Candidate]
) -> Looked | Listed:
    """Return the event of showing candidates: their persons, records and captures."""
    named = ((one.person_id, one.record_id, one.encounter_id) for one in candidates)
    return look_at(services, kind, chain.from_iterable(named))


def keep_look(
    services: StoreServices, caller: Caller, event: Event, of: Concerning = _NONE
) -> None:
    """Write an access event, in one write with the access events of concurrent callers."""
    concern = Concern(of.force or caller.actor.force, of.case_id)
    made = new_event(services.surroundings, caller, event, concern)
    kind = getattr(event, "kind", None)
    if kind is None or services.looks.is_due(kind, made.event_id):
        services.looks.keep(services.units, made)


def give_fact(
    services: StoreServices, unit: UnitOfWork, caller: Caller, fact: CountableFact
) -> None:
    """Store a countable fact in the current transaction, with its event."""
    unit.facts.give(fact)
    event = Counted(fact.subject_id, fact.number, fact.stage, fact.service, fact.outcome)
    record(unit, services.surroundings, caller, event)
