"""Enrolling a capture: a person, the encounter, and the record when one is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.access import Caller, Scope
from domain.convictions import Conviction
from domain.errors import (
    EmptyProbeError,
    InvalidInputError,
    NotFoundError,
)
from domain.events.people import Enrolled
from domain.ids import EncounterId, ForceCode, PersonId, PersonRow, RecordId
from domain.people import ArrestReport, Details, Record
from domain.prints import Encounter, FingerPosition, Impression, ImpressionType, check_positions
from indexing.batches import Gallery
from prints.minutiae.iso19794_2 import MinutiaeView
from service.ports.planning import planned_once
from service.ports.print_images import CapturedImage
from service.storage.people.encounters import Placement
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.idempotency import IdempotencyKey, claimed, remember
from service.usecases.log.recording import record
from service.usecases.people.pictures import check_pictures, keep_pictures
from service.usecases.references import keep_reference
from service.usecases.services import Services


@dataclass(frozen=True, slots=True)
class NewRecord:
    """The content of a record that is being created."""

    details: Details
    arrest_reports: tuple[ArrestReport, ...] = ()
    convictions: tuple[Conviction, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Enrol:
    """A capture to enrol; without `person_id` it is of a new person."""

    caller: Caller
    captured_at: datetime
    impressions: tuple[Impression, ...]
    record: NewRecord | None = None
    person_id: PersonId | None = None
    idempotency: IdempotencyKey | None = None
    minutiae: tuple[MinutiaeView, ...] = ()
    """Of impressions that came with theirs; each of its own position."""
    images: tuple[CapturedImage, ...] = ()
    """Of impressions that came with a picture; each of its own position."""
    reference: str = ""
    """The client's own, empty without one."""


@planned_once()
def enrol(services: Services, command: Enrol) -> EncounterId:
    """Enrol a capture; the next search finds it.

    Raises NotPermittedError, EmptyProbeError, InvalidInputError (a finger without position, a
    latent, a capture in the future), DuplicatePositionError, InvalidMinutiaeError (of another
    size than their picture), NotFoundError (no person of whom the force has a capture or holds the
    record), IdempotencyConflictError.
    """
    command.caller.actor.require(Scope.ENROL)
    force = command.caller.require_force()
    _check(command, services.surroundings.clock())
    with services.units.write() as unit:
        earlier = claimed(unit, command.caller, command.idempotency)
        if earlier is not None:
            return EncounterId(earlier)
        encounter_id = _store(services, unit, command, force)
        remember(services, unit, command.caller, command.idempotency, encounter_id)
        unit.commit()
    services.gallery.catch_up()
    return encounter_id


def _check(command: Enrol, now: datetime) -> None:
    if not command.impressions:
        raise EmptyProbeError("The capture has no finger: add at least one.")
    if command.captured_at > now:
        raise InvalidInputError(
            "The time of the capture is in the future: correct it.", pointer="/captured_at"
        )
    if any(
        impression.impression_type is ImpressionType.LATENT
        or impression.position is FingerPosition.UNKNOWN
        for impression in command.impressions
    ):
        raise InvalidInputError(
            "A finger is latent or has no position: enrol rolled or plain ones, each "
            "with its position."
        )
    check_positions(command.impressions)
    check_pictures(command.images, command.minutiae)


def _store(services: Services, unit: UnitOfWork, command: Enrol, force: ForceCode) -> EncounterId:
    new_id = services.surroundings.new_id
    person_id, person_row = _person(services, unit, command, force)
    encounter_id = EncounterId(new_id())
    unit.encounters.add(
        Encounter(encounter_id, person_id, force, command.captured_at, command.impressions),
        Placement(person_row, Gallery.TENPRINTS, year_of_birth(command.record)),
    )
    keep_pictures(unit, encounter_id, command.images, command.minutiae)
    keep_reference(services, unit, encounter_id, force, command.reference)
    record_id = None
    if command.record is not None:
        record_id = RecordId(new_id())
        unit.people.put_record(
            Record(
                record_id,
                person_id,
                force,
                command.record.details,
                command.record.arrest_reports,
                command.record.convictions,
            )
        )
    event = Enrolled(encounter_id, person_id, record_id, fingers=len(command.impressions))
    record(unit, services.surroundings, command.caller, event)
    return encounter_id


def _person(
    services: Services, unit: UnitOfWork, command: Enrol, force: ForceCode
) -> tuple[PersonId, PersonRow]:
    if command.person_id is None:
        person_id = PersonId(services.surroundings.new_id())
        return person_id, unit.people.add_person(person_id)
    row = existing(unit.people.person_row(command.person_id))
    held = unit.people.records_of([row]).get(row)
    holds_record = held is not None and held.force == force
    # Without an examination nobody puts prints under another force's person, or learns of one.
    if not holds_record and not unit.encounters.has_enrolled(force, row):
        raise NotFoundError
    if command.record is not None and held is not None:
        raise InvalidInputError("The person has a record already: amend it.", pointer="/record")
    return command.person_id, row


def year_of_birth(record: NewRecord | None) -> int:
    """Return the first known year of birth, 0 when there is none."""
    dates = record.details.dates_of_birth if record else ()
    return next((date.year for date in dates if date.year), 0)
