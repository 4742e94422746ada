"""Texts of a transaction, in the character set that it states (field 1.015).

The library of transactions takes every byte for a letter of Latin-1; the bytes are got back and
read as they are meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from domain.errors import UnreadablePrintError
from service.adapters.reading.nist_records import rows_of

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
