"""Table rows and the domain values in them: conversion, JSON bodies, queries, pages, and texts.

JSON bodies are canonical (compact, sorted keys, UTF-8), so equal values give equal bytes. Numbers
keep full precision: Python writes the shortest text that reads back as the same float. Rows as
texts are the same on both databases; the log's digests are computed from these texts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import Enum
from functools import cache, lru_cache
from itertools import chain
from typing import Any, TypeVar, cast, get_args, get_type_hints

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import KeyedColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeEngine

from domain.errors import VaultDamagedError
from domain.list_pages import ListOrder
from domain.plain_values import canonical_json
from service.storage.engine.writes import NewRows
from service.storage.tables.metadata import METADATA, Protection

_decode = json.JSONDecoder().decode
_decode_from = json.JSONDecoder().raw_decode


def to_bytes(value: Any) -> bytes:
    """Return the body for a value made of dictionaries, lists, texts, numbers and None."""
    return canonical_json(value).encode()


def from_bytes(body: bytes) -> Any:
    """Return the value in a body. Raises VaultDamagedError when the body is not JSON."""
    try:
        return _decode(body.decode())
    except ValueError as error:
        raise VaultDamagedError("Stored content is damaged: restore it from a backup.") from error


def member_of(body: bytes, name: str) -> Any:
    """Return one member of an object without parsing the others. Raises VaultDamagedError.

    The body must be as `to_bytes` writes it, and no nested object may have a member of this name.
    Quotation marks inside texts are escaped, so no text can be mistaken for the name.
    """
    marker = f'"{name}":'
    try:
        text = body.decode()
        return _decode_from(text, text.index(marker) + len(marker))[0]
    except ValueError as error:
        raise VaultDamagedError("Stored content is damaged: restore it from a backup.") from error


AnyRow = sa.Row[*tuple[Any, ...]]
"""A row as SQLAlchemy returns it, with any columns."""

Key = TypeVar("Key", bound=Hashable)
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


def equal(table: sa.FromClause, values: Mapping[str, Any]) -> Iterator[sa.ColumnElement[bool]]:
    """Yield the conditions that the named columns of a table have these values; None is empty."""
    return (table.c[name] == value for name, value in values.items())


def rows_where(
    wanted: sa.FromClause | KeyedColumnElement[Any], /, **values: Any
) -> sa.Select[Any]:
    """Return the query for rows, or one column of them, with these values or `bindparam`s."""
    table: Any = wanted if isinstance(wanted, sa.FromClause) else wanted.table
    return sa.select(wanted).where(*equal(table, values))


def grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, tuple[Value, ...]]:
    """Return the values of each key, in order."""
    found: dict[Key, list[Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def rows_given(wanted: sa.FromClause | KeyedColumnElement[Any], /, *names: str) -> sa.Select[Any]:
    """Return the query for rows, or one column of them, where columns have their parameters.

    Build it once, at import: building a statement costs as much as running it.
    """
    return rows_where(wanted, **{name: sa.bindparam(name) for name in names})


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
        """Return the condition unchanged: SQLite would compare it with 1 and use no index."""
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
    """Return the columns that sort a list; without a known order, the newest comes first."""
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


LABEL = "identlink/rows/1"
# Created once: given a default, `json.dumps` would create a new encoder for each row.
_as_line = json.JSONEncoder(default=str).encode


def row_text(table: str, row: AnyRow) -> str:
    """Return the columns of a row that never change, as JSON on one line."""
    return text_of(table, columns_told(table, ()), row)


def stated_texts(table: str, columns: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> list[str]:
    """Return new rows as texts, equal to those that `text_of` returns when the rows are read.

    `columns` must include every column that the database does not leave empty. Numbers must have
    the type of their column.
    """
    names = [name for name, _ in columns_told(table, ()) if name in columns]
    told = [(name, columns.index(name)) for name in names]
    # The database stores no time zone.
    in_utc = [
        [one.astimezone(UTC) if isinstance(one, datetime) else one for one in row] for row in rows
    ]
    return [
        _as_line((table, [(name, row[at]) for name, at in told if row[at] is not None]))
        for row in in_utc
    ]


def stated_as_written(row: NewRows, *parts: NewRows) -> str:
    """Return the text of a new row with its parts; the row's event commits to this text.

    The parts must be in the order of their declaration (`domain.events.rows.Committed`).
    """
    told = (sorted(stated_texts(one.table.name, one.columns, one.rows)) for one in (row, *parts))
    return "\n".join((LABEL, *chain.from_iterable(told)))


@lru_cache(maxsize=128)
def columns_told(table: str, leaves_out: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Return the columns that never change, in alphabetical order, with their positions."""
    columns = METADATA.tables[table].columns
    protection: Protection = METADATA.tables[table].info["protection"]
    return tuple(
        sorted(
            (column.name, place)
            for place, column in enumerate(columns)
            if column.name not in leaves_out
            and (not protection.fixed or column.primary_key or column.name in protection.fixed)
        )
    )


def text_of(table: str, columns: Sequence[tuple[str, int]], row: AnyRow) -> str:
    """Return the columns of a row that are not empty, as JSON on one line."""
    values = tuple(row)
    return _as_line(
        (table, [(name, values[place]) for name, place in columns if values[place] is not None])
    )
