"""Tables that links in their headings sort: no script is needed.

The rows that a page shows are sorted; a list that goes on page by page keeps its own
order from page to page, and the caption says that a page was sorted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Request

Row = TypeVar("Row")

_SORT = "sort"
_LONGEST = 500
"""Of the query that links carry on, beside the order."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: its heading and, where rows can be sorted by it, its name and values."""

    words: str
    name: str = ""
    value: Callable[[Row], Any] | None = None
    """Returns the value to compare; None stands behind everything else."""
    is_numeric: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as it is shown."""

    words: str
    address: str
    """Of the page sorted by this column; empty for one that sorts nothing."""
    order: str
    """`ascending`, `descending`, or nothing: as `aria-sort` has it."""
    is_numeric: bool


@dataclass(frozen=True, slots=True)
class SortedTable(Generic[Row]):
    """The rows of a page in the order that was asked for."""

    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]
    sorted_by: str
    """The words of the column, empty for the list's own order."""


def sorted_table(
    request: Request, rows: Iterable[Row], columns: tuple[Column[Row], ...], *, key: str = _SORT
) -> SortedTable[Row]:
    """Return rows in the order that `?sort=name` or `?sort=-name` asks for, else as they come.

    `key`: the name of the parameter, for a page with several tables.
    """
    asked = request.query_params.get(key, "")
    name, is_descending = asked.removeprefix("-"), asked.startswith("-")
    chosen = next((one for one in columns if one.name and one.name == name), None)
    found = tuple(rows)
    if chosen is not None and chosen.value is not None:
        found = _in_order(found, chosen.value, is_descending=is_descending)
    headings = tuple(
        _heading(request, one, key, chosen=chosen, is_descending=is_descending) for one in columns
    )
    return SortedTable(headings, found, chosen.words if chosen else "")


def _in_order(
    rows: tuple[Row, ...], value: Callable[[Row], Any], *, is_descending: bool
) -> tuple[Row, ...]:
    known = [(_comparable(value(row)), row) for row in rows if value(row) is not None]
    unknown = [row for row in rows if value(row) is None]
    known.sort(key=lambda pair: pair[0], reverse=is_descending)
    return (*(row for _, row in known), *unknown)


def _comparable(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _heading(
    request: Request,
    column: Column[Row],
    key: str,
    *,
    chosen: Column[Row] | None,
    is_descending: bool,
) -> Heading:
    if not column.name:
        return Heading(column.words, "", "", column.is_numeric)
    order = ("descending" if is_descending else "ascending") if column is chosen else ""
    wanted = f"-{column.name}" if order == "ascending" else column.name
    kept = [
        (name, value[:_LONGEST])
        for name, value in request.query_params.multi_items()
        if name != key
    ]
    return Heading(column.words, f"?{urlencode([*kept, (key, wanted)])}", order, column.is_numeric)
