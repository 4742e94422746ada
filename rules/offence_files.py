"""Reads a table of offence codes from a file: CSV with a heading, or a JSON list of objects.

The whole file is checked. Each fault is reported with its line (in JSON, with the number of the
row), and a file with a fault gives no table.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from domain.errors import InvalidInputError
from rules.offence_codes import OffenceCode

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
    if not all(isinstance(one, str) and one.isprintable() for one in text.values()):
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
