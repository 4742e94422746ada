"""Shapes of codes: countries, durations and codes of tables. Whether a code exists says its table.

A code that has another shape is refused where it enters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.errors import InvalidInputError

_CODE = re.compile(r"[A-Z0-9][A-Z0-9.-]{0,15}").fullmatch
_TABLE = re.compile(r"[a-z0-9][a-z0-9-]{0,40}/[0-9]{1,4}").fullmatch
_COUNTRY = re.compile(r"[A-Z]{3}").fullmatch
_DURATION = re.compile(
    r"P(?=\d)(?:\d{1,3}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,5}D)?", re.ASCII
).fullmatch


@dataclass(frozen=True, slots=True)
class TableCode:
    """A code of a versioned table, such as 0401 of `eu-offences/1`. Raises InvalidInputError."""

    table: str
    code: str

    def __post_init__(self) -> None:
        if _TABLE(self.table) is None:
            raise InvalidInputError(
                "The table of a code is malformed: write name and version, as in eu-offences/1."
            )
        if _CODE(self.code) is None:
            raise InvalidInputError(
                "A code is malformed: write up to 16 capitals, digits, full stops and dashes."
            )


def check_country(code: str) -> None:
    """Raise InvalidInputError unless the code has the shape of ISO 3166-1 alpha-3."""
    if _COUNTRY(code) is None:
        raise InvalidInputError("Write a country as three capital letters (ISO 3166-1 alpha-3).")


def check_duration(text: str) -> None:
    """Raise InvalidInputError unless the text is empty or an ISO 8601 duration of whole days."""
    if text and _DURATION(text) is None:
        raise InvalidInputError(
            "The duration is not valid: write years, months, weeks and days as in P1Y6M."
        )
