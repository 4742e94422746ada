"""The content of print files: images, ANSI/NIST-ITL transactions, and ISO/IEC 19794 records."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from domain.arrays import UInt8s
from domain.prints.minutiae import MarkedFeatures, MinutiaeSet
from domain.prints.prints import FingerPosition, ImpressionType, PrintTool
from prints.minutiae.iso19794_2 import MinutiaeView

NOMINAL_PPI = 500
"""Assumed when neither the image nor its sender states a resolution."""

LEAST_PPI = 250
MOST_PPI = 1_200
"""A stated resolution outside these limits is that of a screen or a printer, not of a print."""


class CaptureMedium(StrEnum):
    """The medium from which the image was taken."""

    LIVE_SCAN = "live scan"
    INK = "ink"
    """Rolled or pressed on paper, then scanned from the paper."""
    MARK = "mark"
    """Left at a scene: the mark itself, or a tracing, photograph or lift of the mark."""
    NOT_STATED = "not stated"


class PictureDoubt(StrEnum):
    """A reason for doubt that the ridges of an image give."""

    NO_PRINT = "no print"
    """Noise, a photograph or a pattern can look like this."""
    RIDGES_TOO_WIDE = "ridges too wide"
    """Too wide or too close for the stated resolution."""
    RIDGES_TOO_CLOSE = "ridges too close"
    SEVERAL_FINGERS = "several fingers"
    TURNED = "turned"
    """Upside down, or on its side."""
    NEGATIVE = "negative"
    """White ridges on black."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadPrint:
    """One print as stored in its file. Any resampling, turning or cutting is stated."""

    pixels: UInt8s
    """uint8 (height, width), C-contiguous; 0 is black."""
    ppi: int
    """Pixels per inch, along both sides."""
    is_ppi_stated: bool
    """Whether the file or its sender states the resolution; if not, 500 is assumed."""
    scanned_ppi: int
    """Pixels per inch at which the print was scanned; less than `ppi` if it was enlarged since."""
    position: FingerPosition = FingerPosition.UNKNOWN
    impression_type: ImpressionType | None = None
    """None if the file does not say."""
    medium: CaptureMedium = CaptureMedium.NOT_STATED
    part: str = ""
    """Where the print was in the file, such as "record 4 (type 14)"; empty for a bare image."""
    cut_from_slap: bool = False
    """Whether the print was cut from an image of several fingers."""
    marked: MarkedFeatures | None = None
    """The features that people marked in the print, if the file states any."""
    doubts: tuple[PictureDoubt, ...] = ()
    remarks: tuple[str, ...] = ()
    """Sentences on how the print was read; they repeat nothing from the file."""


@dataclass(frozen=True, slots=True)
class RefusedPart:
    """A part of a file that is not accepted, and the reason."""

    part: str
    reason: str
    """One sentence that repeats nothing from the file."""


@dataclass(frozen=True, slots=True)
class MissingFinger:
    """A finger for which a file states that there is no print, and the reason."""

    position: FingerPosition
    part: str
    is_amputated: bool
    """Whether the finger is amputated; otherwise it could not be printed: bandaged or injured."""


@dataclass(frozen=True, slots=True)
class StatedPerson:
    """What a transaction states about the person; a field is empty if the transaction omits it."""

    surname: str = ""
    forename: str = ""
    date_of_birth: str = ""
    """YYYY-MM-DD."""
    sex: str = ""
    """One letter, as given in the transaction."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """The first record of a transaction: sender, kind, date and number."""

    kind: str
    """Field 1.004 (TOT)."""
    date: str
    """Field 1.005 (DAT): YYYYMMDD."""
    control_number: str
    """Field 1.009 (TCN)."""
    originator: str
    """Field 1.008 (ORI)."""


@dataclass(frozen=True, slots=True, eq=False)
class PrintFile:
    """The whole content of a file."""

    prints: tuple[ReadPrint, ...] = ()
    minutiae: tuple[MinutiaeView, ...] = ()
    refused: tuple[RefusedPart, ...] = ()
    missing: tuple[MissingFinger, ...] = ()
    person: StatedPerson = field(default_factory=StatedPerson)
    transaction: Transaction | None = None
    """None unless the file is an ANSI/NIST-ITL transaction."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What the sender of a bare image states about it; None where the sender states nothing."""

    ppi: int | None = None
    raw_width_px: int | None = None
    """Width of an image without any format: 8 bits per pixel, row by row from the top."""
    raw_height_px: int | None = None


UNSTATED = Stated()


class PrintReader(Protocol):
    """Reads files of prints. Thread-safe."""

    def read(self, data: bytes, stated: Stated = UNSTATED) -> PrintFile:
        """Return the content of a file. Raises UnreadablePrintError if it cannot be read."""

    def close(self) -> None:
        """End the reading processes; calling this twice is harmless."""


GreyImage = UInt8s
"""uint8 (h, w), ridges dark."""


class MinutiaExtractor(Protocol):
    """Reads the minutiae of a print."""

    @property
    def tool(self) -> PrintTool:
        """The extractor's name and version, for provenance."""

    def extract(self, grey: GreyImage, ppi: float) -> MinutiaeSet:
        """Return the minutiae, in pixels of this image. Raises UnreadablePrintError."""


class QualityMeter(Protocol):
    """Measures the quality of the image of a print."""

    @property
    def tool(self) -> PrintTool:
        """The meter's name and version, for provenance."""

    def measure(self, grey: GreyImage, ppi: float) -> int:
        """Return the quality, 0 to 100. Raises UnreadablePrintError."""


class MinutiaeFinder(Protocol):
    """Finds the minutiae of prints. Thread-safe."""

    @property
    def tools(self) -> tuple[PrintTool, ...]:
        """The extractors and the quality meter, for provenance. Raises ConfigurationError."""

    def find(self, taken: ReadPrint) -> MinutiaeView:
        """Return the minutiae of a print of known impression type, as they are stored.

        These are the 255 minutiae of the best quality, in whole pixels and 256ths of a turn, with
        the quality of the print, or None if the quality cannot be measured. Raises
        UnreadablePrintError.
        """


LARGEST_SIDE_PX = 4_096
"""A print at 1000 ppi is about 2000 pixels high, and four fingers about 3200 pixels wide."""

LARGEST_IMAGE_BYTES = 4 * 1024 * 1024
"""Size of one image as received."""

LARGEST_FILE_BYTES = 32 * 1024 * 1024
"""A transaction of fourteen uncompressed images has about 20 MB."""

MOST_PARTS = 64
"""Number of images and minutiae records in one file."""
