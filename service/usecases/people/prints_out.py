"""The prints of a capture as its force gets them back: pictures and minutiae."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Caller
from domain.errors import NotFoundError
from domain.events.looking import LookKind
from domain.ids import EncounterId
from domain.prints import Impression
from prints.minutiae.iso19794_2 import MinutiaeView
from service.ports.print_images import CapturedImage, picture_facts
from service.usecases.log.looking import look
from service.usecases.people.encounters import EnrolledEncounter, enrolled_encounter
from service.usecases.services import Services


@dataclass(frozen=True, slots=True, eq=False)
class OwnPrints:
    """The pictures and minutiae that are kept of a capture."""

    encounter: EnrolledEncounter
    images: tuple[tuple[Impression, CapturedImage], ...]
    minutiae: tuple[MinutiaeView, ...]


def own_prints(services: Services, caller: Caller, encounter_id: EncounterId) -> OwnPrints:
    """Return the prints of a capture that the caller's force enrolled, which is put on record.

    Raises NotPermittedError, and NotFoundError for any other capture and for one without prints.
    """
    found = enrolled_encounter(services, caller, encounter_id)
    with services.units.read() as unit:
        encounter = unit.encounters.get(encounter_id)
        impressions = encounter.impressions if encounter else ()
        kept = (
            (one, unit.images.of_encounter(encounter_id, int(one.position))) for one in impressions
        )
        images = tuple((one, _captured(one, png)) for one, png in kept if png is not None)
        minutiae = unit.minutiae.of_encounters([encounter_id]).get(encounter_id, ())
    if not images and not minutiae:
        raise NotFoundError
    shown = (encounter_id, found.person_id, found.record_id)
    look(services, caller, LookKind.ENCOUNTER, shown)
    return OwnPrints(found, images, minutiae)


def _captured(impression: Impression, png: bytes) -> CapturedImage:
    facts = picture_facts(png)
    return CapturedImage(impression.position, png, facts.width_px, facts.height_px)
