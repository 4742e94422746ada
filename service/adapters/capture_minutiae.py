"""Minutiae that came with a capture, for display on its picture."""

from dataclasses import replace

from domain.ids import EncounterId, SearchId
from domain.prints.minutiae import Minutia
from domain.prints.prints import Impression
from prints.minutiae.iso19794_2 import MinutiaeView
from service.ports.print_images import OfCaptures, PrintImage, PrintImages
from service.storage.database import UnitsOfWork


class CapturedMinutiae:
    """Minutiae that came with a capture. Thread-safe."""

    def __init__(self, units: UnitsOfWork) -> None:
        self._units = units

    def of_search(self, search_id: SearchId, impression: Impression) -> MinutiaeView | None:
        """Return the minutiae that came with a search."""
        with self._units.read() as unit:
            return unit.minutiae.of_search(search_id, int(impression.position))

    def of_encounter(
        self, encounter_id: EncounterId, impression: Impression
    ) -> MinutiaeView | None:
        """Return the minutiae that came with an enrolled capture."""
        with self._units.read() as unit:
            return unit.minutiae.of_encounter(encounter_id, int(impression.position))


class WithMinutiae:
    """Pictures with the minutiae that came with the capture, if any, in place of those of the
    picture.

    Thread-safe if both sources are.
    """

    def __init__(self, pictures: PrintImages, minutiae: OfCaptures[MinutiaeView]) -> None:
        self._pictures = pictures
        self._minutiae = minutiae

    def of_search(self, search_id: SearchId, impression: Impression) -> PrintImage | None:
        """Return the picture of an impression used in a search."""
        image = self._pictures.of_search(search_id, impression)
        return _with(image, self._minutiae.of_search(search_id, impression))

    def of_encounter(self, encounter_id: EncounterId, impression: Impression) -> PrintImage | None:
        """Return the picture of an impression of an enrolled encounter."""
        image = self._pictures.of_encounter(encounter_id, impression)
        return _with(image, self._minutiae.of_encounter(encounter_id, impression))


def _with(image: PrintImage | None, view: MinutiaeView | None) -> PrintImage | None:
    if image is None or view is None:
        return image
    return replace(image, minutiae=laid_on(image, view))


def laid_on(image: PrintImage, view: MinutiaeView) -> tuple[Minutia, ...]:
    """Return the minutiae in pixels of this picture. They are unchanged if the picture has the
    size that they state.

    A placeholder has its own size. The whole frame of the minutiae is scaled to fit it, so that
    their angles do not change.
    """
    scale = min(image.width_px / view.width_px, image.height_px / view.height_px)
    return tuple(
        replace(minutia, x_px=minutia.x_px * scale, y_px=minutia.y_px * scale)
        for minutia in view.minutiae
    )
