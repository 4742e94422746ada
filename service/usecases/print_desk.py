"""Making impressions from files of prints: reading, extracting and storing.

Minutiae that people marked take precedence over the extractor's.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.errors import InvalidInputError, UnreadablePrintError
from domain.prints.minutiae import MarkedFeatures, Minutia, MinutiaeSet, Place, minutiae_set
from domain.prints.prints import FingerPosition, Impression, ImpressionType
from prints.features.parameters import VECTOR
from prints.features.tools import FeatureTools
from prints.minutiae.iso19794_2 import MAX_MINUTIAE, MinutiaeView, pixels_a_cm
from prints.print_format import PrintFormat
from service.ports.print_images import CapturedImage, kept_picture
from service.ports.print_reading import MinutiaeFinder, PrintReader, ReadPrint, Stated

# If people marked a region, only the extractor's minutiae inside that region are added. If they
# marked no region, a mark is searched with only the minutiae that people marked, if these are
# enough for a search; any other print is searched with all minutiae.


_SAME_MM = 0.5
"""A minutia found this close to a marked one is the same minutia. This is the width of a ridge."""
_MM_AN_INCH = 25.4


@dataclass(frozen=True, slots=True, eq=False)
class Led:
    """The minutiae with which a print is searched."""

    view: MinutiaeView
    marked: int
    """The number marked by people."""
    added: int
    """The number added by the extractor."""

    @property
    def words(self) -> str:
        """Return a sentence about the minutiae that are searched with."""
        people = f"{self.marked} minutiae that people marked"
        if not self.added:
            return f"The search uses {people} and none that the extractor found."
        return f"The search uses {people} and {self.added} that the extractor found."


def led_by_people(source: ReadPrint, marked: MarkedFeatures, found: MinutiaeView | None) -> Led:
    """Return the marked minutiae of a print and the extractor's minutiae to be added. `found` is
    what the extractor found; None if it found nothing. Raises UnreadablePrintError for a region
    with too few minutiae.
    """
    kind = source.impression_type or ImpressionType.PLAIN
    added = _added(source, marked, found.minutiae if found else (), kind)
    minutiae = (*marked.minutiae, *added)[:MAX_MINUTIAE]
    if marked.region and len(minutiae) < VECTOR.least_minutiae:
        raise UnreadablePrintError(
            f"Fewer than {VECTOR.least_minutiae} minutiae were marked or found inside the marked"
            " region: mark a larger region, or send the print without one."
        )
    height_px, width_px = source.pixels.shape
    view = MinutiaeView(
        source.position,
        kind,
        found.quality if found else None,
        width_px,
        height_px,
        minutiae,
        pixels_a_cm(source.ppi),
    )
    return Led(view, len(marked.minutiae), len(minutiae) - len(marked.minutiae))


def _added(
    source: ReadPrint, marked: MarkedFeatures, found: Sequence[Minutia], kind: ImpressionType
) -> list[Minutia]:
    is_enough = len(marked.minutiae) >= VECTOR.least_minutiae
    if not marked.region and kind is ImpressionType.LATENT and is_enough:
        return []
    near_px = _SAME_MM * source.ppi / _MM_AN_INCH
    return [
        one
        for one in sorted(found, key=lambda one: -one.quality)
        if (not marked.region or _is_inside(one, marked.region))
        and all(_distance_px(one, other) > near_px for other in marked.minutiae)
    ]


def _distance_px(one: Minutia, other: Minutia) -> float:
    return math.hypot(one.x_px - other.x_px, one.y_px - other.y_px)


def _is_inside(minutia: Minutia, region: Sequence[Place]) -> bool:
    """Whether a point is in a polygon: a ray from it crosses the edge an odd number of times."""
    crossings = 0
    for (x1, y1), (x2, y2) in zip(region, (*region[1:], region[0]), strict=True):
        if (y1 > minutia.y_px) != (y2 > minutia.y_px):
            crossing = x1 + (minutia.y_px - y1) / (y2 - y1) * (x2 - x1)
            crossings += minutia.x_px < crossing
    return crossings % 2 == 1


_CM_AN_INCH = 2.54


@dataclass(frozen=True, slots=True, eq=False)
class TakenPrint:
    """A print with the template made from it."""

    impression: Impression
    image: CapturedImage
    minutiae: MinutiaeView
    source: ReadPrint
    led: Led | None = None
    """The minutiae for the search, if people marked some."""
    read_by: str = ""
    """The extractor, as `name/version`."""


@dataclass(frozen=True, slots=True, eq=False)
class PrintDesk:
    """Reads prints and makes templates of the gallery's format. Thread-safe."""

    fmt: PrintFormat
    reader: PrintReader
    finder: MinutiaeFinder

    def read_one(self, data: bytes, stated: Stated) -> ReadPrint:
        """Return the print in a bare image. Raises UnreadablePrintError for anything else."""
        found = self.reader.read(data, stated)
        if len(found.prints) != 1 or found.transaction is not None or found.prints[0].part:
            raise UnreadablePrintError(
                "This is not an image of a single print: send one PNG, TIFF, BMP, JPEG 2000, "
                "JPEG or WSQ image here. Upload transactions and records as files instead."
            )
        return found.prints[0]

    def taken(
        self, one: ReadPrint, position: FingerPosition, impression_type: ImpressionType
    ) -> TakenPrint:
        """Return a print of this finger with its minutiae, quality and template.

        Raises UnreadablePrintError, and InvalidInputError if this service cannot make templates of
        the gallery's format.
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
        """Return the minutiae to search with, the marked first; the extractor may find none."""
        try:
            found: MinutiaeView | None = self.finder.find(source)
        except UnreadablePrintError:
            found = None
        return led_by_people(source, marked, found)

    def impression_of(self, view: MinutiaeView, *, quality: int) -> Impression:
        """Return the impression whose template is made from these minutiae.

        Raises InvalidInputError if this service cannot make templates of the gallery's format.
        """
        vector = self.demand_features().vectors().vector(set_of(view))
        return Impression(view.position, view.impression_type, quality, vector, self.fmt.template)

    def close(self) -> None:
        """End the processes that read prints. Closing twice is harmless."""
        self.reader.close()

    def demand_features(self) -> FeatureTools:
        """Return the tools that make the format from minutiae.

        Raises InvalidInputError if this service cannot make templates of the format.
        """
        if self.fmt.features is None:
            raise InvalidInputError(
                f"This gallery holds {self.fmt.label} templates, which this service "
                "cannot make: send the template and the quality of each impression."
            )
        return self.fmt.features


def captured_image(
    taken: ReadPrint, *, added_minutiae: int = 0, minutiae_by: str = ""
) -> CapturedImage:
    """Return the picture of a print in the form to store.

    The other arguments are described in `PictureFacts`.
    """
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
