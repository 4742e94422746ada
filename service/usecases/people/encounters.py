"""A force's view of a capture that it enrolled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.access import Caller, Scope
from domain.errors import NotFoundError
from domain.events.looking import LookKind
from domain.ids import EncounterId, PersonId, RecordId
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.looking import look
from service.usecases.services import Services


@dataclass(frozen=True, slots=True)
class EnrolledEncounter:
    """An enrolled capture without its prints."""

    encounter_id: EncounterId
    person_id: PersonId
    record_id: RecordId | None
    """The person's record, when the caller's own force holds it."""
    captured_at: datetime
    fingers: int


def own_encounter(
    services: Services, caller: Caller, encounter_id: EncounterId
) -> EnrolledEncounter:
    """Return a capture of the caller's force, and put on record that it was shown.

    Raises NotPermittedError, NotFoundError.
    """
    found = enrolled_encounter(services, caller, encounter_id)
    shown = (encounter_id, found.person_id, found.record_id)
    look(services, caller, LookKind.ENCOUNTER, shown)
    return found


def enrolled_encounter(
    services: Services, caller: Caller, encounter_id: EncounterId
) -> EnrolledEncounter:
    """Return a capture to the caller that has just enrolled it.

    Raises NotPermittedError, NotFoundError.
    """
    caller.actor.require(Scope.ENROL)
    force = caller.require_force()
    with services.units.read() as unit:
        encounter = unit.encounters.get(encounter_id)
        if encounter is None or encounter.force != force:
            raise NotFoundError
        return EnrolledEncounter(
            encounter_id=encounter_id,
            person_id=encounter.person_id,
            record_id=_own_record(unit, encounter.person_id, caller),
            captured_at=encounter.captured_at,
            fingers=len(encounter.impressions),
        )


def _own_record(unit: UnitOfWork, person_id: PersonId, caller: Caller) -> RecordId | None:
    row = unit.people.person_row(person_id)
    record = None if row is None else unit.people.records_of([row]).get(row)
    return record.record_id if record and record.force == caller.actor.force else None
