"""Enrolling a file of prints as one capture of a new person.

The same file is enrolled only once.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.access.access import Caller, Scope
from domain.errors import InvalidDateError
from domain.ids import EncounterId
from domain.keyed import Mac, mac_under
from domain.people.people import Details, PartialDate, PersonName, Sex
from domain.prints.prints import ImpressionType
from service.ports.print_reading import StatedPerson
from service.usecases.idempotency import IdempotencyKey, remembered
from service.usecases.people.enrolment import Enrol, NewRecord, enrol
from service.usecases.people.print_files import FileCapture, PrintNote, SentFile, capture_of_files
from service.usecases.services import Services

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
    key = IdempotencyKey(f"file {digest[:32]}", digest)
    with services.units.read() as unit:
        earlier = remembered(unit, command.caller, key)
    if earlier is not None:
        return ImportedFile(EncounterId(earlier), is_new=False)
    found = capture_of_files(services.prints, [SentFile(command.data)], ImpressionType.ROLLED)
    encounter_id = enrol(services, _enrolment(services, command, found, key))
    return ImportedFile(encounter_id, True, len(found.impressions), found.notes)


def _enrolment(
    services: Services, command: ImportFile, found: FileCapture, key: IdempotencyKey
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
    now = services.surroundings.clock()
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
    except (ValueError, InvalidDateError):
        return ()
