"""Enrolling a capture: the person, the encounter, and a record if its content is given; or a file
of prints, once, as one capture of a new person.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from domain import errors
from domain.access.access import Caller, Scope
from domain.events.people import Enrolled
from domain.ids import EncounterId, ForceCode, PersonId, RecordId
from domain.people.convictions import Conviction
from domain.people.people import ArrestReport, Details, PartialDate, PersonName, Record, Sex
from domain.prints.prints import (
    Encounter,
    FingerPosition,
    Impression,
    ImpressionType,
    check_positions,
)
from domain.store_secrets import Mac, mac_under
from indexing.codes.batches import Gallery
from prints.minutiae.iso19794_2 import MinutiaeView
from service.ports.print_images import CapturedImage
from service.ports.print_reading import StatedPerson
from service.ports.surroundings import planned_once
from service.storage.people.encounters import Placement
from service.storage.unit_of_work import UnitOfWork
from service.usecases import idempotency as client_keys
from service.usecases.log.recording import record
from service.usecases.people import encounters
from service.usecases.people.print_files import FileCapture, PrintNote, SentFile, capture_of_files
from service.usecases.services import Services


@dataclass(frozen=True, slots=True)
class NewRecord:
    """The content of a record to create."""

    details: Details
    arrest_reports: tuple[ArrestReport, ...] = ()
    convictions: tuple[Conviction, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Enrol:
    """A capture to enrol. Without `person_id` it belongs to a new person."""

    caller: Caller
    captured_at: datetime
    impressions: tuple[Impression, ...]
    record: NewRecord | None = None
    person_id: PersonId | None = None
    idempotency: client_keys.IdempotencyKey | None = None
    minutiae: tuple[MinutiaeView, ...] = ()
    """Minutiae sent with impressions, each for a different position."""
    images: tuple[CapturedImage, ...] = ()
    """Pictures sent with impressions, each for a different position."""
    reference: str = ""
    """The client's own reference; empty if there is none."""


def enrol(services: Services, command: Enrol) -> EncounterId:
    """Do the same as `enrol_capture`, but return only the id."""
    return enrol_capture(services, command).encounter_id


@planned_once()
def enrol_capture(services: Services, command: Enrol) -> encounters.EnrolledEncounter:
    """Enrol a capture, so that the next search finds it.

    Raises NotPermittedError, EmptyProbeError, InvalidInputError (a finger without position, a
    latent, or a capture in the future), DuplicatePositionError, InvalidMinutiaeError (another size
    than their picture), NotFoundError (the force has no capture of the person and does not own the
    record), IdempotencyConflictError.
    """
    command.caller.actor.require(Scope.ENROL)
    force = command.caller.require_force()
    _check(command, services.now())
    with services.units.begin() as unit:
        earlier = client_keys.claimed(unit, command.caller, command.idempotency)
        if earlier is not None:
            return encounters.capture_enrolled(unit, command.caller, EncounterId(earlier))
        enrolled = _store(services, unit, command, force)
        client_keys.remember(
            services, unit, command.caller, command.idempotency, enrolled.encounter_id
        )
    services.gallery.catch_up()
    return enrolled


def _check(command: Enrol, now: datetime) -> None:
    if not command.impressions:
        raise errors.EmptyProbeError("The capture has no finger: add at least one.")
    if command.captured_at > now:
        raise errors.InvalidInputError(
            "The time of the capture is in the future: correct the time.", pointer="/captured_at"
        )
    if any(
        impression.impression_type is ImpressionType.LATENT
        or impression.position is FingerPosition.UNKNOWN
        for impression in command.impressions
    ):
        raise errors.InvalidInputError(
            "A finger is latent or has no position: enrol rolled or plain fingers, "
            "each with its position."
        )
    check_positions(command.impressions)
    encounters.check_pictures(command.images, command.minutiae)


def _store(
    services: Services, unit: UnitOfWork, command: Enrol, force: ForceCode
) -> encounters.EnrolledEncounter:
    new_id, said = services.surroundings.new_id, command.record
    person_id, encounter_id = command.person_id or PersonId(new_id()), EncounterId(new_id())
    capture = Encounter(encounter_id, person_id, force, command.captured_at, command.impressions)
    begun = None if said is None else _begun(said, RecordId(new_id()), person_id, force)
    if command.person_id is None:
        is_whole = not (command.images or command.minutiae or command.reference)
        unit.enrolments.add(capture, year_of_birth(said), begun, is_whole=is_whole)
        record_id = begun.record_id if begun else None
    else:
        record_id = _store_further(unit, capture, begun)
    encounters.keep_pictures(unit, encounter_id, command.images, command.minutiae)
    client_keys.keep_reference(services, unit, encounter_id, force, command.reference)
    event = Enrolled(
        encounter_id,
        person_id,
        begun.record_id if begun else None,
        fingers=len(command.impressions),
    )
    record(services, unit, command.caller, event)
    # Answer from what was written: reading it back would take a fifth of the whole call.
    return encounters.EnrolledEncounter(
        encounter_id=encounter_id,
        person_id=person_id,
        record_id=record_id,
        captured_at=command.captured_at.astimezone(UTC),
        fingers=len(command.impressions),
        reference=command.reference,
    )


def _begun(said: NewRecord, record_id: RecordId, person_id: PersonId, force: ForceCode) -> Record:
    return Record(record_id, person_id, force, said.details, said.arrest_reports, said.convictions)


def _store_further(unit: UnitOfWork, capture: Encounter, begun: Record | None) -> RecordId | None:
    """Store a capture of a known person; return the person's record if the force owns it."""
    row = errors.existing(unit.people.person_row(capture.person_id))
    held = unit.people.records_of([row]).get(row)
    own = held.record_id if held is not None and held.force == capture.force else None
    # Without an examination, no force may add prints to, or learn of, another force's person.
    if own is None and not unit.encounters.has_enrolled(capture.force, row):
        raise errors.NotFoundError
    if begun is not None and held is not None:
        raise errors.InvalidInputError(
            "The person already has a record: amend that record.", pointer="/record"
        )
    year = year_of_birth(begun or held)
    unit.encounters.add(capture, Placement(row, Gallery.TENPRINTS, year))
    if begun is None:
        return own
    unit.people.put_record(begun)
    return begun.record_id


def year_of_birth(record: NewRecord | Record | None) -> int:
    """Return the first known year of birth; 0 if there is none."""
    dates = record.details.dates_of_birth if record else ()
    return next((date.year for date in dates if date.year), 0)


_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:/()#-]{0,63}")
_SEXES = {"M": Sex.MALE, "F": Sex.FEMALE}


_UNKEYED = mac_under(b"")


@dataclass(frozen=True, slots=True, eq=False)
class ImportFile:
    """A file of one person's prints."""

    caller: Caller
    data: bytes
    captured_at: datetime | None = None
    """Without it, the day that the file states is used, or the present time."""
    takes_details: bool = False
    """Whether a record is made from name, date of birth and sex, by the EBTS field numbers."""
    file_mac: Mac = _UNKEYED
    """The keyed digest by which the same file is recognised."""


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """The result of importing a file."""

    encounter_id: EncounterId
    is_new: bool
    """False if the file had already been enrolled."""
    fingers: int = 0
    notes: tuple[PrintNote, ...] = ()


def import_file(services: Services, command: ImportFile) -> ImportedFile:
    """Enrol a file. A file that is already enrolled is not read again.

    Raises the errors of `capture_of_files` and `enrol`.
    """
    command.caller.actor.require(Scope.ENROL)
    digest = command.file_mac(command.data).hex()
    # A client's key never contains a space, so no caller can use this key first.
    key = client_keys.IdempotencyKey(f"file {digest[:32]}", digest)
    with services.units.read() as unit:
        earlier = client_keys.remembered(unit, command.caller, key)
    if earlier is not None:
        return ImportedFile(EncounterId(earlier), is_new=False)
    found = capture_of_files(services.prints, [SentFile(command.data)], ImpressionType.ROLLED)
    encounter_id = enrol(services, _enrolment(services, command, found, key))
    return ImportedFile(encounter_id, True, len(found.impressions), found.notes)


def _enrolment(
    services: Services, command: ImportFile, found: FileCapture, key: client_keys.IdempotencyKey
) -> Enrol:
    details = stated_details(found.person)
    takes_record = command.takes_details and not details.is_empty
    return Enrol(
        caller=command.caller,
        captured_at=command.captured_at or _stated_day(services, found),
        impressions=found.impressions,
        record=NewRecord(details) if takes_record else None,
        idempotency=key,
        minutiae=found.minutiae,
        images=found.images,
        reference=found.reference if _REFERENCE.fullmatch(found.reference) else "",
    )


def _stated_day(services: Services, found: FileCapture) -> datetime:
    """Return the start of the day that the file states, or the present time."""
    now = services.now()
    try:
        stated = datetime.strptime(found.date, "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return now
    return min(stated, now)


def stated_details(person: StatedPerson) -> Details:
    """Return what a file states about a person as details, without impossible dates."""
    is_named = bool(person.surname or person.forename)
    return Details(
        names=(PersonName(person.forename, person.surname),) if is_named else (),
        dates_of_birth=_dates(person.date_of_birth),
        sex=_SEXES.get(person.sex),
    )


def _dates(text: str) -> tuple[PartialDate, ...]:
    try:
        year, month, day = map(int, text.split("-"))
        return (PartialDate(year, month, day),)
    except (ValueError, errors.InvalidDateError):
        return ()
