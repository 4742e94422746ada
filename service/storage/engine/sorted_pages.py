"""Pages of a list that the database sorts: each goes on behind the last row of the previous one.

The place of that row is read again, so that a cursor is the row's own id in every order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, literal, tuple_

from domain.list_orders import ListOrder
from service.storage.engine.rows import AnyRow


@dataclass(frozen=True, slots=True)
class SortedBy:
    """The columns that sort a list, the last of them unique, all in one direction."""

    columns: tuple[ColumnElement[Any], ...]
    is_descending: bool


def sorted_by(
    order: ListOrder | None, columns: Mapping[str, ColumnElement[Any]], number: ColumnElement[Any]
) -> SortedBy:
    """Return how to sort for an order; the newest row, by its number, comes first without one.

    A name that is not among the columns asks for nothing.
    """
    if order is None or order.column not in columns:
        return SortedBy((number,), is_descending=True)
    return SortedBy((columns[order.column], number), order.is_descending)


def sorted_rows(
    connection: Connection,
    query: Select[Any],
    by: SortedBy,
    *,
    behind: Select[Any] | None,
    limit: int,
) -> Sequence[AnyRow]:
    """Return rows in order, those behind the row that another query finds; none without a row."""
    if behind is not None:
        at = _place(connection, behind, by)
        if at is None:
            return ()
        query = query.where(_is_behind(by, at))
    wanted = (one.desc() if by.is_descending else one.asc() for one in by.columns)
    return connection.execute(query.order_by(*wanted).limit(limit)).all()


def rows_behind(
    connection: Connection,
    query: Select[Any],
    number: ColumnElement[Any],
    *,
    last: ColumnElement[bool] | None,
    limit: int,
    is_descending: bool = True,
) -> Sequence[AnyRow]:
    """Return a page of a list that its rows' numbers sort, and one row more where it goes on.

    `last`: the condition that only the last row of the page before meets; None for the first page.
    """
    behind = None if last is None else query.where(last)
    by = SortedBy((number,), is_descending)
    return sorted_rows(connection, query, by, behind=behind, limit=limit + 1)


def rank_among(column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[Any]:
    """Return the place of a column's value in a closed list; others stand behind them all."""
    ranks = {value: rank for rank, value in enumerate(values)}
    return case(ranks, value=column, else_=len(ranks))


def _place(connection: Connection, query: Select[Any], by: SortedBy) -> tuple[Any, ...] | None:
    named = (one.label(f"place_{n}") for n, one in enumerate(by.columns))
    row = connection.execute(query.add_columns(*named).limit(1)).first()
    return None if row is None else tuple(row)[-len(by.columns) :]


def _is_behind(by: SortedBy, at: tuple[Any, ...]) -> ColumnElement[bool]:
    there = [literal(value, one.type) for value, one in zip(at, by.columns, strict=True)]
    if len(there) == 1:
        here: ColumnElement[Any] = by.columns[0]
        return here < there[0] if by.is_descending else here > there[0]
    row, other = tuple_(*by.columns), tuple_(*there)
    return row < other if by.is_descending else row > other
