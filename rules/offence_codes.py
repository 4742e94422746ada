"""The office's own tables of offence codes: titles, categories, flags, and days in force.

An office installs a table by a command, from CSV or JSON. Each installation is a new version; the
newest is used, and earlier versions are kept.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import Any, TypeVar

from domain.errors import InvalidInputError
from domain.ids import UserId
from domain.people.convictions import ConvictedOffence, Conviction
from domain.people.people import Offence
from domain.plain_text import holds_unseen

HERE = "GBR"
"""The State whose offence codes the table lists."""

Titled = TypeVar("Titled")


@dataclass(frozen=True, slots=True)
class OffenceCode:
    """An offence between two days, both included. None: no limit."""

    code: str
    title: str
    category: str = ""
    """The letters under which courts sort the offence; empty if not stated."""
    is_recordable: bool | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""

    def is_in_force(self, on: date) -> bool:
        """Whether the row applies on a day."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or on <= self.valid_to)

    def overlaps(self, other: OffenceCode) -> bool:
        """Whether both rows apply on the same day."""
        first, second = sorted((self, other), key=lambda row: row.valid_from or date.min)
        return first.is_in_force(second.valid_from or date.min)


@dataclass(frozen=True, eq=False)
class OffenceTable:
    """One version of the office's table. A table without rows stands for "none installed"."""

    version: int = 0
    rows: tuple[OffenceCode, ...] = ()
    """At most one row of each code is in force on a day."""

    @cached_property
    def _by_code(self) -> Mapping[str, tuple[OffenceCode, ...]]:
        found: dict[str, tuple[OffenceCode, ...]] = {}
        for row in self.rows:
            found[row.code] = (*found.get(row.code, ()), row)
        return MappingProxyType(found)

    def row(self, code: str, on: date) -> OffenceCode | None:
        """Return the row of a code on a day, or None.

        A letter at the end is a qualifier: if the code has no row, its row without the letter
        counts.
        """
        shorn = code[:-1] if len(code) == 8 and code[-1].isalpha() else code
        rows = (one for each in (code, shorn) for one in self._by_code.get(each, ()))
        return next((one for one in rows if one.is_in_force(on)), None)

    def title(self, code: str, on: date | None, recorded: str) -> str:
        """Return the title of a code on a day, or the recorded title if the table has none."""
        found = None if on is None else self.row(code, on)
        return recorded if found is None else found.title

    def title_in(self, conviction: Conviction, offence: ConvictedOffence) -> str:
        """Return the title of an offence on the day on which it began, else of the decision.

        Courts of other countries have their own codes, which this table does not list.
        """
        if conviction.court.country != HERE:
            return offence.title
        began = offence.began_on
        on = began.earliest if began and began.is_complete else conviction.decided_on
        return self.title(offence.national_code, on, offence.title)


NO_TABLE = OffenceTable()


@dataclass(frozen=True, slots=True)
class InstalledTable:
    """A version of the office's table, as the store names it."""

    table_id: str
    version: int
    content_sha256: str
    """SHA-256 of the file's bytes, in hexadecimal."""
    codes: int
    """The number of rows."""
    installed_by: UserId
    installed_at: datetime


def titled(table: OffenceTable, value: Titled) -> Titled:
    """Return a value in which each offence has the table's title instead of the recorded one."""
    return value if table is NO_TABLE else _titled(table, value)


def _titled(table: OffenceTable, value: Any) -> Any:
    if isinstance(value, Offence):
        return replace(value, title=table.title(value.code, value.committed_on, value.title))
    if isinstance(value, Conviction):
        return _of_conviction(table, value)
    if isinstance(value, tuple) and type(value) is tuple:
        return tuple(_titled(table, one) for one in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    held = {one.name: getattr(value, one.name) for one in fields(value) if one.init}
    changed = {name: found for name, one in held.items() if (found := _titled(table, one)) != one}
    return replace(value, **changed) if changed else value


def _of_conviction(table: OffenceTable, conviction: Conviction) -> Conviction:
    offences = (replace(one, title=table.title_in(conviction, one)) for one in conviction.offences)
    return replace(conviction, offences=tuple(offences))


COLUMNS = ("code", "title", "category", "recordable", "valid_from", "valid_to", "source")
"""The columns of the file; only the first two must have a value in every row."""

MOST_BYTES = 32_000_000
_MOST_ROWS = 100_000
_MOST_TOLD = 20
_LONGEST = 400
_IS_CODE = re.compile(r"[A-Z0-9]{4,9}").fullmatch
_IS_CATEGORY = re.compile(r"[A-Z0-9]{0,4}").fullmatch
_FLAGS = {"yes": True, "no": False, "": None}

_ABSENT = "\x00"
"""Stands for a value that a line of CSV ends before."""

_Numbered = tuple[int, Mapping[str, Any]]


def read_offences(content: bytes) -> tuple[OffenceCode, ...]:
    """Return the rows of a file. Raises InvalidInputError with the line of every fault."""
    if len(content) > MOST_BYTES:
        raise InvalidInputError(f"The file has over {MOST_BYTES:,} bytes: use a smaller file.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInputError("The file is not text in UTF-8: save it as UTF-8.") from None
    is_json = text.lstrip()[:1] in ("[", "{")
    stated = _json_rows(text) if is_json else _csv_rows(text)
    if not stated:
        raise InvalidInputError("The file has no rows: add a row for each offence code.")
    if len(stated) > _MOST_ROWS:
        raise InvalidInputError(f"The file has more than {_MOST_ROWS:,} rows: use a smaller file.")
    faults: list[tuple[int, str]] = []
    rows = [(number, _row(number, one, faults)) for number, one in stated]
    faults += _overlaps([(number, row) for number, row in rows if row is not None])
    if faults:
        raise _refused(faults, "Row" if is_json else "Line")
    return tuple(row for _, row in rows if row is not None)


def _csv_rows(text: str) -> list[_Numbered]:
    reader = csv.DictReader(
        io.StringIO(text, newline=""), restkey="", restval=_ABSENT, strict=True
    )
    try:
        _check_columns(tuple(reader.fieldnames or ()))
        return [(reader.line_num, row) for row in reader]
    except csv.Error:
        raise InvalidInputError(
            f"Line {reader.reader.line_num} is not CSV: a quotation mark is open or out of place."
        ) from None


def _json_rows(text: str) -> list[_Numbered]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInputError(
            "The file is not JSON: see docs/rules.md for its format."
        ) from None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise InvalidInputError("The JSON must be a list of objects, one for each row.")
    for number, one in enumerate(found, 1):
        _check_columns(tuple(one), f"Row {number}: ")
    return list(enumerate(found, 1))


def _check_columns(named: tuple[str, ...], at: str = "") -> None:
    missing = [one for one in COLUMNS[:2] if one not in named]
    unknown = [one for one in named if one not in COLUMNS]
    if missing or unknown or len(set(named)) != len(named):
        raise InvalidInputError(
            f"{at}The columns can be {', '.join(COLUMNS)}, each at most once. The columns "
            "code and title are required."
        )


def _row(
    number: int, stated: Mapping[str, Any], faults: list[tuple[int, str]]
) -> OffenceCode | None:
    told = list(_faults(stated))
    faults += ((number, one) for one in told)
    if told:
        return None
    text = {name: str(stated.get(name) or "").strip() for name in COLUMNS}
    first, last = (date.fromisoformat(day) if (day := text[name]) else None for name in _DAYS)
    return OffenceCode(
        text["code"],
        " ".join(text["title"].split()),
        text["category"],
        _FLAGS[_flag(stated)],
        first,
        last,
        text["source"],
    )


_DAYS = ("valid_from", "valid_to")


def _faults(stated: Mapping[str, Any]) -> Iterator[str]:
    if "" in stated or _ABSENT in stated.values():
        yield "the number of columns differs from the heading's"
        return
    text = {name: stated.get(name) or "" for name in COLUMNS if name != "recordable"}
    if not all(isinstance(one, str) and _is_plain(one) for one in text.values()):
        yield "a value is not plain text"
        return
    if not _IS_CODE(text["code"].strip()):
        yield "the code must be 4 to 9 capital letters and digits"
    if not 0 < len(text["title"].strip()) <= _LONGEST or len(text["source"]) > _LONGEST:
        yield f"the title is missing, or a text has more than {_LONGEST} characters"
    if not _IS_CATEGORY(text["category"].strip()):
        yield "the category must be up to 4 capital letters and digits"
    if _flag(stated) not in _FLAGS:
        yield "recordable must be yes, no or empty"
    yield from _day_faults(text)


def _is_plain(text: str) -> bool:
    return text.isprintable() and not holds_unseen(text)


def _flag(stated: Mapping[str, Any]) -> str:
    """Return a flag as a CSV file states it; JSON may state true, false or null."""
    found = stated.get("recordable")
    if isinstance(found, bool):
        return "yes" if found else "no"
    return "" if found is None else str(found).strip().lower()


def _day_faults(text: Mapping[str, str]) -> Iterator[str]:
    days: list[date | None] = []
    for name in _DAYS:
        said = text[name].strip()
        try:
            days.append(date.fromisoformat(said) if said else None)
        except ValueError:
            yield f"{name} must be a real date as YYYY-MM-DD, or empty"
            return
    first, last = days
    if first is not None and last is not None and last < first:
        yield "valid_to is before valid_from"


def _overlaps(rows: list[tuple[int, OffenceCode]]) -> Iterator[tuple[int, str]]:
    """Yield the rows of a code that apply on a day on which an earlier row applies too."""
    ordered = sorted(rows, key=lambda one: (one[1].code, one[1].valid_from or date.min, one[0]))
    for (before, one), (number, other) in pairwise(ordered):
        if one.code == other.code and one.overlaps(other):
            yield max(before, number), f"its days overlap with those of {min(before, number)}"


def _refused(faults: list[tuple[int, str]], unit: str) -> InvalidInputError:
    told = [f"{unit} {number}: {one}." for number, one in sorted(faults)[:_MOST_TOLD]]
    more = len(faults) - _MOST_TOLD
    if more > 0:
        told.append(f"There are {more} more faults.")
    return InvalidInputError("\n".join(["Nothing was installed.", *told]))
