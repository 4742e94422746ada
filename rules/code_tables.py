"""Tables of codes: versioned data in which every row has the days on which it is in force.

A table states whether it is complete. In a complete table, a code without a row is unknown. A
sample has genuine rows, but not all of them: a well-formed code without a row is then *unlisted*,
and must not be treated as checked.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from domain.errors import UnknownRuleError
from rules.data_files import DataFile, data_file, read_file

OFFENCES = "eu-offences/1"
SANCTIONS = "eu-sanctions/1"
COMPLETION = "exchange-completion/1"
PARTICIPATION = "exchange-participation/1"
EXEMPTION = "exchange-exemption/1"
REPLY_OUTCOMES = "exchange-replies/1"
MEMBER_STATES = "eu-member-states/1"
UNITED_KINGDOM = "tca-other-party/1"
"""The States with which a member State exchanges under the agreement with the United Kingdom."""

TABLES = (
    *(OFFENCES, SANCTIONS, COMPLETION, PARTICIPATION, EXEMPTION, REPLY_OUTCOMES),
    *(MEMBER_STATES, UNITED_KINGDOM),
)
"""The newest version of every table that is included."""


class Standing(StrEnum):
    """What a table says about a code on a day."""

    IN_FORCE = "in force"
    UNLISTED = "unlisted"
    """The table is a sample, and the code is well-formed but not in it."""
    EXPIRED = "expired"
    """The code has rows, but none of them is in force on the day."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CodeRow:
    """The validity of one code between two days, both included. None: no limit."""

    code: str
    valid_from: date | None
    valid_to: date | None
    names: tuple[tuple[str, str], ...]
    """Pairs of a language (ISO 639-1) and the name in that language."""

    def is_in_force(self, on: date) -> bool:
        """Whether the row applies on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class CodeTable:
    """One version of a table."""

    identifier: str
    sha256: str
    """SHA-256 of the file from which the table was read."""
    source: str
    is_complete: bool
    form: re.Pattern[str]
    """The form of every code that the table may contain, listed or not."""
    rows: dict[str, tuple[CodeRow, ...]]

    def standing(self, code: str, on: date) -> Standing:
        """Return what the table says about a code on a day."""
        rows = self.rows.get(code)
        if rows is not None:
            is_in_force = any(row.is_in_force(on) for row in rows)
            return Standing.IN_FORCE if is_in_force else Standing.EXPIRED
        if self.is_complete or not self.form.fullmatch(code):
            return Standing.UNKNOWN
        return Standing.UNLISTED

    def in_force(self, on: date) -> frozenset[str]:
        """Return the codes that are in force on a day."""
        return frozenset(
            code for code in self.rows if self.standing(code, on) is Standing.IN_FORCE
        )

    def name(self, code: str, language: str = "en") -> str:
        """Return the name of a code, or the code itself if it has no name."""
        rows = self.rows.get(code, ())
        return next((dict(row.names).get(language, code) for row in rows), code)


@cache
def code_table(identifier: str) -> CodeTable:
    """Return a table by name and version. Raises UnknownRuleError."""
    return table_from(data_file(identifier))


def table_at(path: Path, identifier: str) -> CodeTable:
    """Return the table in a file that is kept outside this package. Raises UnknownRuleError."""
    return table_from(read_file(path, identifier))


def table_from(file: DataFile) -> CodeTable:
    """Return the table in a file's data. Raises UnknownRuleError for another format."""
    try:
        stated = file.content
        rows: dict[str, list[CodeRow]] = {}
        for one in stated["rows"]:
            rows.setdefault(one["code"], []).append(_row(one))
        table = CodeTable(
            file.identifier,
            file.sha256,
            stated["source"],
            stated["is_complete"],
            re.compile(stated["form"]),
            {code: tuple(found) for code, found in rows.items()},
        )
    except (KeyError, TypeError, ValueError, re.error) as error:
        raise _faulty(file.identifier) from error
    if not all(table.form.fullmatch(code) for code in table.rows):
        raise _faulty(file.identifier)
    return table


def _faulty(identifier: str) -> UnknownRuleError:
    return UnknownRuleError(
        f"The file {identifier[:60]!r} does not have the format of a table of codes."
    )


def _row(one: dict[str, Any]) -> CodeRow:
    return CodeRow(
        one["code"],
        _day(one.get("valid_from")),
        _day(one.get("valid_to")),
        tuple(sorted(one["names"].items())),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
