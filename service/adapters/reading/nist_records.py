"""Fields of the records of an ANSI/NIST-ITL transaction, and texts in the character set that it
states (field 1.015).

The library of transactions takes every byte for a letter of Latin-1; the bytes are got back and
read as they are meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from domain.errors import UnreadablePrintError
from domain.prints import FingerPosition, ImpressionType
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
"""Impression type codes (IMP) of fingers; 8 is a swipe, and those from 20 on name the scanner.
Palms, feet and the rest are not taken."""

CONTACTLESS = frozenset({24, 25, 26, 27})
"""Codes of prints that were photographed without contact."""

_PLAIN_THUMBS = {11: FingerPosition.RIGHT_THUMB, 12: FingerPosition.LEFT_THUMB}
_NOT_STATED = 255
_MORE_FINGERS = (16, 17)
_UNKNOWN_RIDGES, _ENTIRE_JOINT = 18, 19


class PartRefusedError(Exception):
    """A part that is not taken; the message is one sentence that repeats nothing of the file."""


def impression_of(code: int) -> tuple[ImpressionType, CaptureMedium]:
    """Return how a print was made by its code; raises PartRefusedError for no finger's."""
    found = _IMPRESSIONS.get(code)
    if found is None:
        raise PartRefusedError("Its impression type (IMP, field 003) is not that of a finger.")
    return found


def position_of(code: int, impression_type: ImpressionType) -> FingerPosition:
    """Return the finger of a position code (FGP) of one print; raises PartRefusedError.

    Codes 11 and 12 are plain thumbs. Without a code, a mark's finger is unknown.
    """
    if code in _PLAIN_THUMBS:
        return _PLAIN_THUMBS[code]
    if code in (0, _UNKNOWN_RIDGES, _NOT_STATED):
        if impression_type is ImpressionType.LATENT:
            return FingerPosition.UNKNOWN
        raise PartRefusedError("It does not say which finger it is.")
    if code in _MORE_FINGERS:
        raise PartRefusedError(
            "It is of an extra finger (position 16 or 17), which cannot be stored."
        )
    if code == _ENTIRE_JOINT:
        raise PartRefusedError("It shows an entire joint or a tip (position 19), not one print.")
    if not 1 <= code <= 10:
        raise PartRefusedError("Its position is not that of one finger.")
    return FingerPosition(code)


def text_of(record: Any, tag: int) -> str:
    """Return a field of a tagged record as text, empty where it is absent or has subfields."""
    field = record[tag]
    value = "" if field is None else field.value
    return str(value).strip() if isinstance(value, str | int) else ""


def number_of(record: Any, tag: int) -> int | None:
    """Return a field of a tagged record as a whole number, None where it is none."""
    text = text_of(record, tag)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def needed_number(record: Any, tag: int) -> int:
    """Return a field that a record must have; raises PartRefusedError."""
    number = number_of(record, tag)
    if number is None:
        raise PartRefusedError(f"Its field {tag:03} is missing or is not a number.")
    return number


def rows_of(record: Any, tag: int) -> tuple[tuple[str, ...], ...]:
    """Return the subfields of a field, each as its items; empty where the field is absent."""
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
    """Return the refusal of a server without the library that reads transactions."""
    return UnreadablePrintError(
        "This server does not read ANSI/NIST-ITL: send the images one by one, or "
        "ask the operator to install the extra `nist`."
    )


UNREADABLE_NAME = (
    "Its name is not in the character set that the transaction states (field 1.015): it is not "
    "taken."
)

_LATIN_1, _UTF_8 = "latin-1", "utf-8"
_CHARSETS = {"000": "", "001": _LATIN_1, "003": _UTF_8}
"""By code: 7-bit, which is often said where UTF-8 is written; 8-bit; UTF-8."""


def charset_of(first: Any) -> str:
    """Return the character set of a transaction, empty where it states none of its own.

    Raises UnreadablePrintError for UTF-16 and UTF-32, whose letters hold separators of fields.
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
    """Reads texts in one character set; where none is stated, UTF-8 if they are that."""

    charset: str

    def of(self, record: Any, tag: int) -> str:
        """Return a field as text; empty where it is not in the character set."""
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
    """Return a field as the library read it: blanks of Latin-1 may be parts of other letters."""
    field = record[tag]
    value = "" if field is None else field.value
    return str(value) if isinstance(value, str | int) else ""
