"""From files of prints to impressions: reading, extraction and keeping."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.errors import InvalidInputError, UnreadablePrintError
from domain.marked_features import MarkedFeatures
from domain.minutiae_sets import MinutiaeSet, minutiae_set
from domain.prints import FingerPosition, Impression, ImpressionType
from prints.features.tools import FeatureTools
from prints.minutiae.iso19794_2 import MinutiaeView
from prints.print_format import PrintFormat
from service.ports.kept_pictures import kept_picture
from service.ports.minutiae_finder import MinutiaeFinder
from service.ports.print_images import CapturedImage
from service.ports.print_reading import PrintReader, ReadPrint, Stated
from service.usecases.marked_minutiae import Led, led_by_people

_CM_AN_INCH = 2.54


@dataclass(frozen=True, slots=True, eq=False)
class TakenPrint:
    """A print with the template that was made of it."""

    impression: Impression
    image: CapturedImage
    minutiae: MinutiaeView
    source: ReadPrint
    """As it was read."""
    led: Led | None = None
    """Its minutiae for the search, where people marked some."""
    read_by: str = ""
    """The extractor, as `name/version`."""


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
                "This is not an image of one print: send a PNG, TIFF, BMP, JPEG 2000, JPEG or WSQ "
                "image here, and send transactions and records as files."
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
        led = None if source.marked is None else self._led(source, source.marked)
        view = self.finder.find(source) if led is None else led.view
        impression = self.impression_of(view, quality=view.quality or 0)
        read_by = self.read_by(impression_type)
        added = led.added if led else 0
        image = captured_image(source, added_minutiae=added, minutiae_by=read_by)
        return TakenPrint(impression, image, view, source, led, read_by)

    def read_by(self, impression_type: ImpressionType) -> str:
        """Return the extractor that reads prints of this type, as `name/version`."""
        prints, marks, *_ = self.finder.tools
        return (marks if impression_type is ImpressionType.LATENT else prints).label

    def _led(self, source: ReadPrint, marked: MarkedFeatures) -> Led:
        """Return the minutiae that lead the search of a print; the extractor may find nothing."""
        try:
            found: MinutiaeView | None = self.finder.find(source)
        except UnreadablePrintError:
            found = None
        return led_by_people(source, marked, found)

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
                f"This gallery holds {self.fmt.label} templates, which this service "
                "cannot make: send the template and the quality of each impression."
            )
        return self.fmt.features


def captured_image(
    taken: ReadPrint, *, added_minutiae: int = 0, minutiae_by: str = ""
) -> CapturedImage:
    """Return the picture of a print as it is kept; the rest as `PictureFacts` has it."""
    height_px, width_px = taken.pixels.shape
    png = kept_picture(taken, added_minutiae=added_minutiae, minutiae_by=minutiae_by)
    return CapturedImage(taken.position, png, width_px, height_px)


def set_of(view: MinutiaeView) -> MinutiaeSet:
    """Return the minutiae of a view as columns."""
    return minutiae_set(
        view.minutiae,
        width_px=view.width_px,
        height_px=view.height_px,
        ppi=view.pixels_per_cm * _CM_AN_INCH,
    )
