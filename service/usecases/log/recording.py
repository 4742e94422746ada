"""How a use case logs its event: a change, an access before data is shown, or a countable fact.

The service itself logs counts of refused calls, and the basis of searches if it has changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from domain.access.access import Caller, Purpose, service_itself
from domain.events.catalogue import LoggedEvent, NewEvent
from domain.events.declaring import Event
from domain.events.looking import LISTS, Listed, Looked, LookKind
from domain.events.publication import Counted
from domain.events.searches import IndexChanged, ModelChanged, ThresholdsChanged
from domain.ids import CaseId, EventId, EventType, ForceCode
from domain.publication import CountableFact
from domain.searches.searches import Candidate
from service.live import refusals
from service.ports.surroundings import Surroundings
from service.provenance.canonical import read_event
from service.storage.unit_of_work import UnitOfWork
from service.usecases.services import Services, StoreServices


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
    services: StoreServices,
    unit: UnitOfWork,
    caller: Caller,
    event: Event,
    of: Concerning = Concern(),
) -> None:
    """Append an event to the current transaction. It is numbered when the transaction commits.

    If `of` names no force, the event belongs to the caller's force.
    """
    concern = Concern(of.force or caller.actor.force, of.case_id)
    unit.events.append(new_event(services.surroundings, caller, event, concern))


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
    record(services, unit, caller, event)


def record_refusal(services: StoreServices, refusal: refusals.Refusal) -> None:
    """Count a refusal. Log it, unless one of the same kind was logged a short time ago.

    Raises the outage that prevents logging; the count is then kept for the next event.
    """
    counted = services.refusals.note(refusal)
    if counted is not None:
        _write(services, [counted])


def record_due_refusals(services: StoreServices, *, is_last: bool = False) -> None:
    """Log the counts of repeated refusals that are due. Raises the outage that prevents it."""
    due = services.refusals.due(is_last=is_last)
    if due:
        _write(services, due)


def _write(services: StoreServices, due: list[refusals.Counted]) -> None:
    try:
        with services.units.begin() as unit:
            for one in due:
                record(services, unit, one.refusal.caller, one.refusal.event(one.calls))
    except BaseException:
        for one in due:
            services.refusals.put_back(one)
        raise


SERVICE = service_itself("service", Purpose.OPERATIONS)
"""The actor of events logged when the service starts. It has no scopes and no token."""


def record_basis(services: Services) -> tuple[EventType, ...]:
    """Log the model, the thresholds and the index, each if it differs from what the log says.

    Returns the types of the events appended. An index that has grown by the changes in the log
    still counts as the same index: only its generation is logged at start-up, since each enrolment
    has its own event.
    """
    stated = _stated(services)
    with services.units.read() as unit:
        last = {event: unit.events.latest(event.event_type) for event in stated}
    changed = tuple(event for event in stated if not _says(last[event], event))
    if changed:
        with services.units.begin() as unit:
            for event in changed:
                record(services, unit, SERVICE, event)
    return tuple(event.event_type for event in changed)


def _stated(services: Services) -> tuple[Event, ...]:
    scorer, index = services.scorer, services.gallery.index
    model = ModelChanged(scorer.name, scorer.version, scorer.digest, services.code_version)
    return (
        model,
        ThresholdsChanged(scorer.configuration_digest),
        IndexChanged(index.generation, index.digest),
    )


def _says(entry: LoggedEvent | None, event: Event) -> bool:
    return entry is not None and read_event(entry.body).typed() == event
