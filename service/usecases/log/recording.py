"""How a use case writes its event."""

from __future__ import annotations

from domain.access import Caller
from domain.events import EventType, NewEvent
from domain.ids import CaseId, EventId, ForceCode
from service.ports.surroundings import Surroundings
from service.storage.unit_of_work import UnitOfWork

Fact = tuple[str, str | int]


def record(  # noqa: PLR0913 - an event has this many parts, each named at the call
    unit: UnitOfWork,
    surroundings: Surroundings,
    caller: Caller,
    event_type: EventType,
    *,
    about: tuple[str, ...],
    force: ForceCode | None = None,
    case_id: CaseId | None = None,
    facts: tuple[Fact, ...] = (),
) -> None:
    """Append an event to the work in hand; it is numbered when the work commits.

    `about` and `facts` hold opaque ids, codes, digests and counts: never personal data.
    """
    unit.events.append(
        NewEvent(
            event_id=EventId(surroundings.new_id()),
            event_type=event_type,
            at=surroundings.clock(),
            caller=caller,
            force=force if force is not None else caller.actor.force,
            case_id=case_id,
            subject_refs=about,
            facts=facts,
        )
    )
