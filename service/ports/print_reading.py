"""Files of prints, read: images, transactions of ANSI/NIST-ITL, and records of ISO/IEC 19794."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt

from domain.marked_features import MarkedFeatures
from domain.minutiae import MinutiaeSet
from domain.prints import FingerPosition, ImpressionType, PrintTool
from prints.minutiae.iso19794_2 import MinutiaeView

NOMINAL_PPI = 500
"""Assumed where neither an image nor its sender states a resolution."""

LEAST_PPI = 250
MOST_PPI = 1_200
"""Beyond these a stated resolution is that of a screen or a printer, not of a print."""


class CaptureMedium(StrEnum):
    """What the image was taken from."""

    LIVE_SCAN = "live scan"
    INK = "ink"
    """Rolled or pressed on paper and scanned from there."""
    MARK = "mark"
    """Left at a scene: the mark itself, its tracing, photograph or lift."""
    NOT_STATED = "not stated"


class PictureDoubt(StrEnum):
    """What the ridges of a picture make doubtful."""

    NO_PRINT = "no print"
    """Noise, a photograph or a pattern looks like this."""
    RIDGES_TOO_WIDE = "ridges too wide"
    """For the resolution that is stated."""
    RIDGES_TOO_CLOSE = "ridges too close"
    SEVERAL_FINGERS = "several fingers"


@dataclass(frozen=True, slots=True, eq=False)
class ReadPrint:
    """One print as its file holds it: nothing is resampled, turned or cut without being said."""

    pixels: npt.NDArray[np.uint8]
    """uint8 (height, width), C-contiguous; 0 is black."""
    ppi: int
    """Pixels an inch, of both sides."""
    is_ppi_stated: bool
    """Whether the file or its sender states it; otherwise it is taken to be 500."""
    scanned_ppi: int
    """Pixels an inch at which it was scanned: below `ppi` where somebody enlarged it since."""
    position: FingerPosition = FingerPosition.UNKNOWN
    impression_type: ImpressionType | None = None
    """None where the file does not say."""
    medium: CaptureMedium = CaptureMedium.NOT_STATED
    part: str = ""
    """Where in the file it was, for example "record 4 (type 14)"; empty for a bare image."""
    cut_from_slap: bool = False
    """Whether it was cut from a picture of several fingers, where the file says they are."""
    marked: MarkedFeatures | None = None
    """What people marked in it, where the file says so."""
    doubts: tuple[PictureDoubt, ...] = ()
    remarks: tuple[str, ...] = ()
    """Sentences on how it was read; they repeat nothing of the file."""


@dataclass(frozen=True, slots=True)
class RefusedPart:
    """A part of a file that is not taken, and why."""

    part: str
    reason: str
    """One sentence that repeats nothing of the file."""


@dataclass(frozen=True, slots=True)
class MissingFinger:
    """A finger that a file states to have no print, and why."""

    position: FingerPosition
    part: str
    is_amputated: bool
    """Whether it is amputated; otherwise it could not be printed, being bandaged or hurt."""


@dataclass(frozen=True, slots=True)
class StatedPerson:
    """What a transaction says of the person; empty where it says nothing."""

    surname: str = ""
    forename: str = ""
    date_of_birth: str = ""
    """YYYY-MM-DD."""
    sex: str = ""
    """One letter, as the transaction has it."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """The first record of a transaction: who sent what, when, under which number."""

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
    """All that a file holds."""

    prints: tuple[ReadPrint, ...] = ()
    minutiae: tuple[MinutiaeView, ...] = ()
    refused: tuple[RefusedPart, ...] = ()
    missing: tuple[MissingFinger, ...] = ()
    person: StatedPerson = field(default_factory=StatedPerson)
    transaction: Transaction | None = None
    """None for anything but a transaction of ANSI/NIST-ITL."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What the sender of a bare image says of it; None where nothing is said."""

    ppi: int | None = None
    raw_width_px: int | None = None
    """Width of an image without any format: 8 bits a pixel, row by row from the top."""
    raw_height_px: int | None = None


UNSTATED = Stated()


class PrintReader(Protocol):
    """Reads files of prints. Thread-safe."""

    def read(self, data: bytes, stated: Stated = UNSTATED) -> PrintFile:
        """Return what a file holds; raises UnreadablePrintError for one that cannot be read."""

    def close(self) -> None:
        """End what reads; closing twice is harmless."""


GreyImage = npt.NDArray[np.uint8]
"""uint8 (h, w), ridges dark."""


class MinutiaExtractor(Protocol):
    """Reads the minutiae of a print."""

    @property
    def tool(self) -> PrintTool:
        """The extractor, for provenance."""

    def extract(self, grey: GreyImage, ppi: float) -> MinutiaeSet:
        """Return the minutiae in pixels of this image; raises UnreadablePrintError."""


class QualityMeter(Protocol):
    """Grades the image of a print."""

    @property
    def tool(self) -> PrintTool:
        """The meter, for provenance."""

    def measure(self, grey: GreyImage, ppi: float) -> int:
        """Return the quality, 0 to 100; raises UnreadablePrintError."""


class MinutiaeFinder(Protocol):
    """Finds the minutiae of prints. Thread-safe."""

    @property
    def tools(self) -> tuple[PrintTool, ...]:
        """What reads prints, what reads marks, and the meter of quality, for provenance.

        Raises ConfigurationError.
        """

    def find(self, taken: ReadPrint) -> MinutiaeView:
        """Return the minutiae of a print, whose impression type is known, as they are kept.

        These are the 255 of the best quality, in whole pixels and 256ths of a turn, with the
        quality of the print, or None where it cannot be measured. Raises UnreadablePrintError.
        """
