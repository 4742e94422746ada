"""Tables that are sorted by links in their headings, without a script.

A paged list is sorted by its query, over all its rows (`order_of`); a list that is shown whole is
sorted here, by the values of its columns.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Request

from domain.list_pages import ListOrder

Row = TypeVar("Row")

_SORT = "sort"
_CURSORS = frozenset({"before", "after", "start", "ended-before", "lifted", "unmatched-before"})
_LONGEST = 500
"""Of the query that links carry on, beside the order."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: its heading and, if rows can be sorted by it, its sort name.

    Without `value`, the query has sorted the rows by it.
    """

    words: str
    name: str = ""
    value: Callable[[Row], Any] | None = None
    """Returns the value to compare; None stands behind everything else."""
    is_numeric: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as the page shows it."""

    words: str
    address: str
    """Address of the page sorted by this column; empty for a column that sorts nothing."""
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
    """Return rows in the order that `?sort=name` or `?sort=-name` asks for; without it, unchanged.

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


def order_of(
    request: Request, columns: Iterable[Column[Any]], *, key: str = _SORT
) -> ListOrder | None:
    """Return the order that a request asks for; None for the list's own order.

    `key`: the name of the parameter, for a page with several tables.
    """
    asked = request.query_params.get(key, "")
    name = asked.removeprefix("-")
    is_known = name and name in {one.name for one in columns}
    return ListOrder(name, asked.startswith("-")) if is_known else None


def address_from(request: Request, **cursor: object) -> str:
    """Return the address of another page of a list, with the same order and filters."""
    named = [(name, str(value)) for name, value in cursor.items()]
    return f"?{urlencode([*_kept(request), *named])}"


def _kept(request: Request, *, key: str = "") -> list[tuple[str, str]]:
    """Return the query without its place in the list: another order begins at the first page."""
    return [
        (name, value[:_LONGEST])
        for name, value in request.query_params.multi_items()
        if name not in {key, *_CURSORS} and value
    ]


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
    address = f"?{urlencode([*_kept(request, key=key), (key, wanted)])}"
    return Heading(column.words, address, order, column.is_numeric)
