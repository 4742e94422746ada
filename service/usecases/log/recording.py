"""How a use case writes its event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from domain.access import Caller
from domain.events.declaring import Event
from domain.events.logged import NewEvent
from domain.ids import CaseId, EventId, ForceCode
from service.ports.surroundings import Surroundings
from service.storage.unit_of_work import UnitOfWork


class Concerning(Protocol):
    """Work of a force, and the case that it is done in: a case, a search, a link."""

    @property
    def force(self) -> ForceCode | None:
        """The force that the event concerns."""

    @property
    def case_id(self) -> CaseId | None:
        """The case, if there is one."""


@dataclass(frozen=True, slots=True)
class Concern:
    """The force and the case of an event, if no object of either is available."""

    force: ForceCode | None = None
    case_id: CaseId | None = None


def record(
    unit: UnitOfWork,
    surroundings: Surroundings,
    caller: Caller,
    event: Event,
    of: Concerning = Concern(),
) -> None:
    """Append an event to the current transaction; it is numbered when the work commits.

    Where `of` names no force, the event is of the caller's.
    """
    unit.events.append(
        new_event(surroundings, caller, event, Concern(of.force or caller.actor.force, of.case_id))
    )


def new_event(
    surroundings: Surroundings, caller: Caller, event: Event, of: Concerning
) -> NewEvent:
    """Return an event as the log takes it."""
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
