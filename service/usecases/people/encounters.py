"""A force's view of a capture that it enrolled, and its prints as returned to the force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from domain.access.access import Caller, Scope
from domain.errors import InvalidMinutiaeError, NotFoundError
from domain.events.looking import LookKind
from domain.ids import EncounterId, PersonId, RecordId, SearchId
from domain.list_pages import ListPage
from domain.prints.prints import Encounter, Impression
from prints.minutiae.iso19794_2 import MinutiaeView
from service.ports.print_images import CapturedImage, captured
from service.ports.surroundings import planned_once
from service.storage.unit_of_work import UnitOfWork
from service.usecases.idempotency import reference_digest
from service.usecases.log.recording import look
from service.usecases.services import Services


@dataclass(frozen=True, slots=True)
class EnrolledEncounter:
    """An enrolled capture without its prints."""

    encounter_id: EncounterId
    person_id: PersonId
    record_id: RecordId | None
    """The person's record, if the caller's own force owns it."""
    captured_at: datetime
    """When the prints were taken."""
    fingers: int
    """The number of fingers in the capture."""
    reference: str = ""
    """The client's own reference; empty if none was given."""


def own_encounter(
    services: Services, caller: Caller, encounter_id: EncounterId
) -> EnrolledEncounter:
    """Return a capture of the caller's force, and record that it was shown.

    Raises NotPermittedError, NotFoundError.
    """
    found = enrolled_encounter(services, caller, encounter_id)
    shown = (encounter_id, found.person_id, found.record_id)
    look(services, caller, LookKind.ENCOUNTER, shown)
    return found


@planned_once()
def enrolled_encounter(
    services: Services, caller: Caller, encounter_id: EncounterId
) -> EnrolledEncounter:
    """Return a capture to the force that enrolled it. Raises NotPermittedError, NotFoundError."""
    with services.reading(caller, Scope.ENROL) as unit:
        return capture_enrolled(unit, caller, encounter_id)


def capture_enrolled(
    unit: UnitOfWork, caller: Caller, encounter_id: EncounterId
) -> EnrolledEncounter:
    """Return the same in the current transaction. Raises NotPermittedError, NotFoundError."""
    force = caller.require_force()
    encounter = unit.encounters.get(encounter_id)
    if encounter is None or encounter.force != force:
        raise NotFoundError
    return _enrolled(unit, caller, encounter)


def encounters_under(
    services: Services, caller: Caller, reference: str, *, before: str | None, limit: int
) -> ListPage[EnrolledEncounter, str]:
    """Return the force's captures with this reference. Raises NotPermittedError."""
    caller.actor.require(Scope.ENROL)
    force = caller.require_force()
    digest = reference_digest(services, force, reference)
    with services.units.read() as unit:
        ids = unit.encounters.under(force, digest, before=before, limit=limit + 1)
        there = (unit.encounters.get(one) for one in ids[:limit])
        found = tuple(_enrolled(unit, caller, each) for each in there if each is not None)
    shown = chain.from_iterable((one.encounter_id, one.person_id, one.record_id) for one in found)
    look(services, caller, LookKind.ENCOUNTERS, shown)
    return ListPage(found, ids[limit - 1] if len(ids) > limit else None)


def _enrolled(unit: UnitOfWork, caller: Caller, encounter: Encounter) -> EnrolledEncounter:
    references = unit.references.of([encounter.encounter_id])
    return EnrolledEncounter(
        encounter_id=encounter.encounter_id,
        person_id=encounter.person_id,
        record_id=_own_record(unit, encounter.person_id, caller),
        captured_at=encounter.captured_at,
        fingers=len(encounter.impressions),
        reference=references.get(encounter.encounter_id, ""),
    )


def _own_record(unit: UnitOfWork, person_id: PersonId, caller: Caller) -> RecordId | None:
    row = unit.people.person_row(person_id)
    record = None if row is None else unit.people.records_of([row]).get(row)
    return record.record_id if record and record.force == caller.actor.force else None


@dataclass(frozen=True, slots=True, eq=False)
class OwnPrints:
    """The stored pictures and minutiae of a capture."""

    encounter: EnrolledEncounter
    images: tuple[tuple[Impression, CapturedImage], ...]
    minutiae: tuple[MinutiaeView, ...]


def own_prints(services: Services, caller: Caller, encounter_id: EncounterId) -> OwnPrints:
    """Return the prints of a capture that the caller's force enrolled; this is logged.

    Raises NotPermittedError, and NotFoundError for any other capture and for a capture without
    prints.
    """
    found = enrolled_encounter(services, caller, encounter_id)
    with services.units.read() as unit:
        encounter = unit.encounters.get(encounter_id)
        impressions = encounter.impressions if encounter else ()
        kept = ((one, unit.images.of(encounter_id, int(one.position))) for one in impressions)
        images = tuple((one, captured(one.position, png)) for one, png in kept if png is not None)
        minutiae = unit.minutiae.of_encounters([encounter_id]).get(encounter_id, ())
    if not images and not minutiae:
        raise NotFoundError
    shown = (encounter_id, found.person_id, found.record_id)
    look(services, caller, LookKind.ENCOUNTER, shown)
    return OwnPrints(found, images, minutiae)


def enrolled_picture(unit: UnitOfWork, encounter_id: EncounterId, position: int) -> bytes | None:
    """Return a finger's picture, from the capture or the search that it was enrolled from."""
    own = unit.images.of(encounter_id, position)
    source = None if own else unit.images.source_of(encounter_id)
    return unit.images.of(source, position) if source else own


def check_pictures(images: Sequence[CapturedImage], minutiae: Sequence[MinutiaeView]) -> None:
    """Raise InvalidMinutiaeError if minutiae state another size than their finger's picture."""
    sizes = {image.position: (image.width_px, image.height_px) for image in images}
    for view in minutiae:
        size = (view.width_px, view.height_px)
        if sizes.get(view.position, size) != size:
            raise InvalidMinutiaeError(
                "The image size stated with the minutiae differs from the size of the"
                " image itself: correct the stated size."
            )


def keep_pictures(
    unit: UnitOfWork,
    owner: SearchId | EncounterId,
    images: Sequence[CapturedImage],
    minutiae: Sequence[MinutiaeView],
) -> None:
    """Store the pictures and minutiae of the impressions of a search or an encounter."""
    unit.images.add(owner, [(int(image.position), image.png) for image in images])
    unit.minutiae.add(owner, minutiae)
