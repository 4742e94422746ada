"""Table rows and the domain values in them: conversion, queries, and pages of a sorted list."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_type_hints

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import KeyedColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeEngine

from domain.list_pages import ListOrder

AnyRow = sa.Row[*tuple[Any, ...]]
"""A row as SQLAlchemy returns it, with any columns."""

Value = TypeVar("Value")


def row_of(table: sa.Table, value: object, /, **others: Any) -> dict[str, Any]:
    """Return the row in which a table stores a domain value.

    A column takes the attribute of the same name, unless `others` gives its content. The database
    fills in columns for which there is neither.
    """
    names = (name for name in _columns(table) if name not in others and hasattr(value, name))
    return {name: getattr(value, name) for name in names} | others


def value_of(kind: type[Value], row: AnyRow, /, **others: Any) -> Value:
    """Return the domain value that a database row holds; `kind` is the value's dataclass.

    A field takes the column of the same name, converted to an enumeration member where the field
    is an enumeration, unless `others` gives its content.
    """
    columns, readers = row._mapping, _readers(cast("Hashable", kind))
    read = {
        name: columns[name] if read is None else read(columns[name])
        for name, read in readers
        if name not in others
    }
    return kind(**read, **others)


def rows_where(table: sa.Table, /, **equal: Any) -> sa.Select[Any]:
    """Return the query for the rows of a table in which the named columns have the given values.

    Give a query parameter as `bindparam`.
    """
    return sa.select(table).where(*(table.c[name] == value for name, value in equal.items()))


def rows_given(table: sa.Table, /, *names: str) -> sa.Select[Any]:
    """Return the query for the rows in which these columns have the parameters of their names.

    Build it once, at import: building a statement costs as much as running it.
    """
    return rows_where(table, **{name: sa.bindparam(name) for name in names})


@cache
def _columns(table: sa.Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


@cache
def _readers(kind: Any) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    """Return each field's name and the function that converts its column, None if none."""
    hints = get_type_hints(kind)
    return tuple((field.name, _reader(hints[field.name])) for field in fields(kind))


def _reader(hint: Any) -> Callable[[Any], Any] | None:
    for kind in (hint, *get_args(hint)):
        if isinstance(kind, type) and issubclass(kind, Enum):
            return lambda word: None if word is None else kind(word)
    return None


class _Values(sa.TypeDecorator[Sequence[Any]]):
    """A list of numbers or texts as a single parameter."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, *, are_texts: bool) -> None:
        super().__init__()
        self.are_texts = are_texts

    def load_dialect_impl(self, dialect: sa.Dialect) -> TypeEngine[Any]:
        """Return an array on PostgreSQL, text on SQLite."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.Text())
        of: TypeEngine[Any] = sa.Text() if self.are_texts else sa.BigInteger()
        return dialect.type_descriptor(ARRAY(of))

    def process_bind_param(self, value: Sequence[Any] | None, dialect: sa.Dialect) -> Any:
        """Return the value in the form that the driver accepts."""
        values = list(value or ())
        return json.dumps(values) if dialect.name == "sqlite" else values


class Among(FunctionElement[bool]):
    """The condition that a column equals one of the values in the parameter `name`."""

    inherit_cache = True
    type = sa.Boolean()

    def __init__(self, column: KeyedColumnElement[Any], name: str) -> None:
        values = _Values(are_texts=isinstance(column.type, sa.String))
        super().__init__(column, sa.bindparam(name, type_=values))

    def self_group(self, against: OperatorType | None = None) -> Among:
        """Return the condition unchanged.

        SQLite conditions are otherwise compared with 1, and then no index is used.
        """
        del against
        return self


@compiles(Among)
def _as_array(element: Among, compiler: SQLCompiler, **given: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **given)} = ANY ({compiler.process(values, **given)})"


@compiles(Among, "sqlite")
def _as_json(element: Among, compiler: SQLCompiler, **given: Any) -> str:
    column, values = element.clauses
    # Only compiler output goes into the text: the name of a parameter.
    listed = f"SELECT value FROM json_each({compiler.process(values, **given)})"  # noqa: S608
    return f"{compiler.process(column, **given)} IN ({listed})"


@dataclass(frozen=True, slots=True)
class SortedBy:
    """The columns that sort a list, all in one direction. The last column is unique."""

    columns: tuple[sa.ColumnElement[Any], ...]
    is_descending: bool


def newest(*columns: sa.ColumnElement[Any]) -> SortedBy:
    """Return the order with the highest values first; the last column is unique."""
    return SortedBy(columns, is_descending=True)


def oldest(*columns: sa.ColumnElement[Any]) -> SortedBy:
    """Return the order with the lowest values first; the last column is unique."""
    return SortedBy(columns, is_descending=False)


def sorted_by(
    order: ListOrder | None,
    columns: Mapping[str, sa.ColumnElement[Any]],
    number: sa.ColumnElement[Any],
) -> SortedBy:
    """Return the columns that sort a list; without an order, the newest row comes first.

    An order by a name that is not in `columns` is ignored.
    """
    if order is None or order.column not in columns:
        return newest(number)
    return SortedBy((columns[order.column], number), order.is_descending)


def sorted_rows(
    connection: sa.Connection,
    query: sa.Select[Any],
    by: SortedBy,
    *,
    behind: sa.Select[Any] | None,
    limit: int,
) -> Sequence[AnyRow]:
    """Return rows in order, after the row that `behind` finds; none if it finds no row."""
    if behind is not None:
        at = _place(connection, behind, by)
        if at is None:
            return ()
        query = query.where(_is_behind(by, at))
    wanted = (one.desc() if by.is_descending else one.asc() for one in by.columns)
    return connection.execute(query.order_by(*wanted).limit(limit)).all()


def rank_among(column: sa.ColumnElement[Any], values: Sequence[Any]) -> sa.ColumnElement[Any]:
    """Return a column that ranks a value by its place in a list; other values come last."""
    ranks = {value: rank for rank, value in enumerate(values)}
    return sa.case(ranks, value=column, else_=len(ranks))


def _place(
    connection: sa.Connection, query: sa.Select[Any], by: SortedBy
) -> tuple[Any, ...] | None:
    named = (one.label(f"place_{n}") for n, one in enumerate(by.columns))
    row = connection.execute(query.add_columns(*named).limit(1)).first()
    return None if row is None else tuple(row)[-len(by.columns) :]


def _is_behind(by: SortedBy, at: tuple[Any, ...]) -> sa.ColumnElement[bool]:
    there = [sa.literal(value, one.type) for value, one in zip(at, by.columns, strict=True)]
    if len(there) == 1:
        here: sa.ColumnElement[Any] = by.columns[0]
        return here < there[0] if by.is_descending else here > there[0]
    row, other = sa.tuple_(*by.columns), sa.tuple_(*there)
    return row < other if by.is_descending else row > other
