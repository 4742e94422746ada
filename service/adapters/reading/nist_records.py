"""Fields of ANSI/NIST-ITL records, and texts in the character set stated in field 1.015.

The library that parses transactions decodes every byte as Latin-1. The original bytes are
recovered and decoded with the right character set.
"""

import math
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from domain.errors import UnreadablePrintError
from domain.prints.minutiae import MOST_PLACES, MarkedFeatures, Minutia, MinutiaKind
from domain.prints.prints import FingerPosition, ImpressionType
from service.ports.print_reading import CaptureMedium

_IMPRESSIONS: dict[int, tuple[ImpressionType, CaptureMedium]] = {
    0: (ImpressionType.PLAIN, CaptureMedium.LIVE_SCAN),
    1: (ImpressionType.ROLLED, CaptureMedium.LIVE_SCAN),
    2: (ImpressionType.PLAIN, CaptureMedium.INK),
    3: (ImpressionType.ROLLED, CaptureMedium.INK),
    4: (ImpressionType.LATENT, CaptureMedium.MARK),
    5: (ImpressionType.LATENT, CaptureMedium.MARK),
    6: (ImpressionType.LATENT, CaptureMedium.MARK),
    7: (ImpressionType.LATENT, CaptureMedium.MARK),
    8: (ImpressionType.PLAIN, CaptureMedium.LIVE_SCAN),
    20: (ImpressionType.PLAIN, CaptureMedium.LIVE_SCAN),
    21: (ImpressionType.ROLLED, CaptureMedium.LIVE_SCAN),
    22: (ImpressionType.PLAIN, CaptureMedium.LIVE_SCAN),
    23: (ImpressionType.ROLLED, CaptureMedium.LIVE_SCAN),
    24: (ImpressionType.PLAIN, CaptureMedium.LIVE_SCAN),
    25: (ImpressionType.ROLLED, CaptureMedium.LIVE_SCAN),
    26: (ImpressionType.PLAIN, CaptureMedium.LIVE_SCAN),
    27: (ImpressionType.ROLLED, CaptureMedium.LIVE_SCAN),
}
"""Impression type codes (IMP) of fingers. 8 is a swipe, and codes from 20 on name the scanner.
Codes of palms, feet and others are not accepted."""

CONTACTLESS = frozenset({24, 25, 26, 27})
"""Codes of prints that were photographed without contact."""

_PLAIN_THUMBS = {11: FingerPosition.RIGHT_THUMB, 12: FingerPosition.LEFT_THUMB}
_NOT_STATED = 255
_MORE_FINGERS = (16, 17)
_UNKNOWN_RIDGES, _ENTIRE_JOINT = 18, 19


class PartRefusedError(Exception):
    """A part of a file is not accepted; the message is a sentence without any of its content."""


def impression_of(code: int) -> tuple[ImpressionType, CaptureMedium]:
    """Return the impression type and the medium for this code. Raises PartRefusedError if the code
    is not for a finger impression.
    """
    found = _IMPRESSIONS.get(code)
    if found is None:
        raise PartRefusedError("The impression type (IMP, field 003) is not that of a finger.")
    return found


def position_of(code: int, impression_type: ImpressionType) -> FingerPosition:
    """Return the finger for a position code (FGP) of a single print. Raises PartRefusedError.

    Codes 11 and 12 are plain thumbs. The finger of a mark without a code is unknown.
    """
    if code in _PLAIN_THUMBS:
        return _PLAIN_THUMBS[code]
    if code in (0, _UNKNOWN_RIDGES, _NOT_STATED):
        if impression_type is ImpressionType.LATENT:
            return FingerPosition.UNKNOWN
        raise PartRefusedError("The image does not say which finger it shows.")
    if code in _MORE_FINGERS:
        raise PartRefusedError(
            "The image shows an extra finger (position 16 or 17), which cannot be stored."
        )
    if code == _ENTIRE_JOINT:
        raise PartRefusedError(
            "The image shows an entire joint or a tip (position 19), not a single print."
        )
    if not 1 <= code <= 10:
        raise PartRefusedError("The position code does not stand for a single finger.")
    return FingerPosition(code)


def text_of(record: Any, tag: int) -> str:
    """Return a field of a tagged record as text; empty if it is missing or has subfields."""
    field = record[tag]
    value = "" if field is None else field.value
    return str(value).strip() if isinstance(value, str | int) else ""


def number_of(record: Any, tag: int) -> int | None:
    """Return a field of a tagged record as a whole number, or None if it is not one."""
    text = text_of(record, tag)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def needed_number(record: Any, tag: int) -> int:
    """Return a number that a record must have. Raises PartRefusedError if it is missing."""
    number = number_of(record, tag)
    if number is None:
        raise PartRefusedError(f"Field {tag:03} of the record is missing or is not a number.")
    return number


def rows_of(record: Any, tag: int) -> tuple[tuple[str, ...], ...]:
    """Return the subfields of a field, each as a tuple of its items; none if it is missing."""
    field = record[tag]
    value = None if field is None else field.value
    if value in (None, ""):
        return ()
    if not isinstance(value, list):
        return ((str(value),),)
    return tuple(
        tuple(str(item) for item in row) if isinstance(row, list) else (str(row),) for row in value
    )


def missing_reader() -> UnreadablePrintError:
    """Return the error of a server without the library that reads transactions."""
    return UnreadablePrintError(
        "This server cannot read ANSI/NIST-ITL files: send the images one by one, or ask"
        " the operator to install the optional package `nist`."
    )


UNREADABLE_NAME = (
    "The name in the record is not in the character set that the transaction states (field "
    "1.015), so it is not read."
)

UNFIT_NAME = (
    "The name in the record is too long, or has a character that is invisible or reverses its "
    "direction, so it is not read."
)

_LATIN_1, _UTF_8 = "latin-1", "utf-8"
_CHARSETS = {"000": "", "001": _LATIN_1, "003": _UTF_8}
"""Character sets by code: 7-bit, which is often stated although UTF-8 is used; 8-bit; UTF-8."""


def charset_of(first: Any) -> str:
    """Return the character set of a transaction, or an empty text if it states none.

    Raises UnreadablePrintError for UTF-16 and UTF-32, in which letters contain field separators.
    """
    codes = [row[0].zfill(3) for row in rows_of(first, 15) if row and row[0].isdigit()]
    for code in codes:
        if code not in _CHARSETS:
            raise UnreadablePrintError(
                "The character set of the transaction is not supported (field 1.015): "
                "send UTF-8 or 8-bit ASCII."
            )
    return next((_CHARSETS[code] for code in codes if _CHARSETS[code]), "")


@dataclass(frozen=True, slots=True)
class Texts:
    """Reads texts in one character set; without one, as UTF-8 if a text is valid UTF-8."""

    charset: str

    def of(self, record: Any, tag: int) -> str:
        """Return a field as text. The text is empty if it is not in the character set."""
        return (self._read(_raw(record, tag)) or "").strip()

    def is_readable(self, record: Any, tag: int) -> bool:
        """Whether a field is in the character set."""
        return self._read(_raw(record, tag)) is not None

    def _read(self, text: str) -> str | None:
        try:
            return text.encode(_LATIN_1).decode(self.charset or _UTF_8)
        except UnicodeDecodeError:
            return None if self.charset else text


def _raw(record: Any, tag: int) -> str:
    """Return a field unstripped: a space in Latin-1 may be part of another letter."""
    field = record[tag]
    value = "" if field is None else field.value
    return str(value) if isinstance(value, str | int) else ""


HUNDREDTHS_AN_INCH = 2540


@dataclass(frozen=True, slots=True)
class Frame:
    """The image in which features lie."""

    width_px: int
    height_px: int
    ppi: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """Features in pixels, and the frame if the record states one."""

    features: MarkedFeatures
    frame: Frame | None


Spot = tuple[float, float, float, MinutiaKind, int]
"""A minutia: position in pixels, angle in degrees, kind and quality."""


def minutiae_of(
    rows: tuple[tuple[str, ...], ...], spot: Callable[[tuple[str, ...]], Spot]
) -> tuple[Minutia, ...]:
    """Return the minutiae of a field, except those without a position or a direction."""
    if len(rows) > MOST_PLACES:
        raise PartRefusedError("The record has more than 255 minutiae.")
    spots = []
    for row in rows:
        with suppress(ValueError, IndexError):
            spots.append(spot(row))
    return tuple(
        Minutia(x, y, math.radians(degrees), kind, quality)
        for x, y, degrees, kind, quality in spots
        if x >= 0 and y >= 0
    )


def quality(text: str, best: int) -> int:
    """Return the quality of a minutia, 0 to 100; 100 if none is stated, as for a person's mark."""
    value = whole(text)
    return 100 if not value or value > best else round(100 * value / best)


def needed(text: str) -> int:
    """Return the whole number in an item. Raises ValueError."""
    value = whole(text)
    if value is None:
        raise ValueError
    return value


def whole(text: str) -> int | None:
    """Return the whole number in an item, or None if it holds anything else."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,6}", text) else None
