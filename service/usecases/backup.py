"""What the log says when a restored backup is made to forget again what was erased since."""

from __future__ import annotations

from collections.abc import Sequence

from domain.access import Caller
from domain.events import EventType, NewEvent
from domain.ids import EventId, PersonId
from service.ports.surroundings import Surroundings


def erased_again(
    surroundings: Surroundings, caller: Caller, person_ids: Sequence[PersonId]
) -> tuple[NewEvent, ...]:
    """Return an event for each person whose erasure a restored backup had not heard of."""
    now = surroundings.clock()
    return tuple(
        NewEvent(
            event_id=EventId(surroundings.new_id()),
            event_type=EventType.ERASED,
            at=now,
            caller=caller,
            force=None,
            subject_refs=(person_id,),
            facts=(("basis", "erased after the backup was made"), ("authority", "restore")),
        )
        for person_id in person_ids
    )
