"""Prints of staff: enrolled apart, never a candidate, and compared with later searches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.abuse import StaffPerson
from domain.access import Caller, Scope
from domain.errors import EmptyProbeError, InvalidInputError
from domain.events.misuse import StaffEnrolled
from domain.forces import NO_FORCE
from domain.ids import EncounterId, PersonId, UserId
from domain.prints import Encounter, Impression, ImpressionType, check_positions
from indexing.batches import Gallery
from service.storage.people.encounters import Placement
from service.usecases.log.recording import record
from service.usecases.services import Services


@dataclass(frozen=True, slots=True, eq=False)
class EnrolStaff:
    """A request to enrol the prints of a person who works here or attends scenes."""

    caller: Caller
    user_id: UserId
    captured_at: datetime
    impressions: tuple[Impression, ...]


def enrol_staff(services: Services, command: EnrolStaff) -> PersonId:
    """Enrol prints into the staff gallery; no search of a force proposes them.

    Raises NotPermittedError, EmptyProbeError, InvalidInputError (a finger without position, a
    latent), DuplicatePositionError.
    """
    command.caller.actor.require(Scope.OPERATE)
    _check(command.impressions)
    new_id = services.surroundings.new_id
    person_id, encounter_id = PersonId(new_id()), EncounterId(new_id())
    with services.units.write() as unit:
        row = unit.people.add_person(person_id)
        unit.encounters.add(
            Encounter(encounter_id, person_id, NO_FORCE, command.captured_at, command.impressions),
            Placement(row, Gallery.STAFF, year_of_birth=0),
        )
        unit.abuse.add_staff(_staff(services, command, person_id))
        event = StaffEnrolled(person_id, encounter_id, command.user_id)
        record(unit, services.surroundings, command.caller, event)
        unit.commit()
    services.gallery.catch_up()
    return person_id


def _staff(services: Services, command: EnrolStaff, person_id: PersonId) -> StaffPerson:
    return StaffPerson(
        person_id,
        command.user_id,
        added_by=command.caller.actor.user_id,
        added_at=services.surroundings.clock(),
    )


def _check(impressions: tuple[Impression, ...]) -> None:
    if not impressions:
        raise EmptyProbeError("Give at least one finger.")
    if any(
        impression.impression_type is ImpressionType.LATENT or not impression.position
        for impression in impressions
    ):
        raise InvalidInputError(
            "A finger is latent or has no position: send rolled or plain fingers, "
            "each with its position."
        )
    check_positions(impressions)
