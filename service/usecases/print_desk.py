"""From files of prints to impressions: reading, extraction and keeping."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.errors import InvalidInputError, UnreadablePrintError
from domain.minutiae_sets import MinutiaeSet, minutiae_set
from domain.prints import FingerPosition, Impression, ImpressionType
from prints.features.tools import FeatureTools
from prints.minutiae.iso19794_2 import MinutiaeView
from prints.print_format import PrintFormat
from service.ports.kept_pictures import kept_picture
from service.ports.minutiae_finder import MinutiaeFinder
from service.ports.print_images import CapturedImage
from service.ports.print_reading import PrintReader, ReadPrint, Stated

_CM_AN_INCH = 2.54


@dataclass(frozen=True, slots=True, eq=False)
class TakenPrint:
    """A print with the template that was made of it."""

    impression: Impression
    image: CapturedImage
    minutiae: MinutiaeView
    source: ReadPrint
    """As it was read."""


@dataclass(frozen=True, slots=True, eq=False)
class PrintDesk:
    """Reads prints and makes templates of the gallery's format. Thread-safe."""

    fmt: PrintFormat
    reader: PrintReader
    finder: MinutiaeFinder

    def read_one(self, data: bytes, stated: Stated) -> ReadPrint:
        """Return the print of a bare image; raises UnreadablePrintError for anything else."""
        found = self.reader.read(data, stated)
        if len(found.prints) != 1 or found.transaction is not None or found.prints[0].part:
            raise UnreadablePrintError(
                "This is not an image of one print: send a PNG, JPEG 2000 or WSQ image here, "
                "and send transactions and records as files."
            )
        return found.prints[0]

    def taken(
        self, one: ReadPrint, position: FingerPosition, impression_type: ImpressionType
    ) -> TakenPrint:
        """Return a print of this finger with its minutiae, quality and template.

        Raises UnreadablePrintError, and InvalidInputError where the gallery's format is made
        elsewhere.
        """
        source = replace(one, position=position, impression_type=impression_type)
        self.demand_features()
        view = self.finder.find(source)
        impression = self.impression_of(view, quality=view.quality or 0)
        return TakenPrint(impression, captured_image(source), view, source)

    def impression_of(self, view: MinutiaeView, *, quality: int) -> Impression:
        """Return the impression whose template is made of these minutiae; raises as `taken`."""
        vector = self.demand_features().vectors().vector(set_of(view))
        return Impression(view.position, view.impression_type, quality, vector, self.fmt.template)

    def close(self) -> None:
        """End the processes that read; closing twice is harmless."""
        self.reader.close()

    def demand_features(self) -> FeatureTools:
        """Return how the format is made of minutiae; raises InvalidInputError if it is not."""
        if self.fmt.features is None:
            raise InvalidInputError(
                f"This gallery holds {self.fmt.label} templates, which are not made here: send "
                "the template and the quality of each impression."
            )
        return self.fmt.features


def captured_image(taken: ReadPrint) -> CapturedImage:
    """Return the picture of a print as it is kept."""
    height_px, width_px = taken.pixels.shape
    return CapturedImage(taken.position, kept_picture(taken), width_px, height_px)


def set_of(view: MinutiaeView) -> MinutiaeSet:
    """Return the minutiae of a view as columns."""
    return minutiae_set(
        view.minutiae,
        width_px=view.width_px,
        height_px=view.height_px,
        ppi=view.pixels_per_cm * _CM_AN_INCH,
    )
