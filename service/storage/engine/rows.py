"""Rows of tables, and the domain values that they hold."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import fields
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_type_hints

from sqlalchemy import Row, Select, Table, select

AnyRow = Row[*tuple[Any, ...]]
"""A row as SQLAlchemy returns it, with any columns."""

Value = TypeVar("Value")


def row_of(table: Table, value: object, /, **others: Any) -> dict[str, Any]:
    """Return the row in which a table holds a domain value.

    A column takes the attribute of its own name; `others` are columns with another content. The
    database fills columns that are neither.
    """
    names = (name for name in _columns(table) if name not in others and hasattr(value, name))
    return {name: getattr(value, name) for name in names} | others


def value_of(kind: type[Value], row: AnyRow, /, **others: Any) -> Value:
    """Return the domain value that a row holds; `kind` is its dataclass.

    A field takes the column of its own name, as a member where it is an enumeration; `others` are
    fields with another content.
    """
    columns, readers = row._mapping, _readers(cast("Hashable", kind))
    read = {name: read(columns[name]) for name, read in readers if name not in others}
    return kind(**read, **others)


def rows_where(table: Table, /, **equal: Any) -> Select[Any]:
    """Return the query for the rows of a table that have these values in columns of these names.

    The value of a parameter of the query is `bindparam`.
    """
    return select(table).where(*(table.c[name] == value for name, value in equal.items()))


@cache
def _columns(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


@cache
def _readers(kind: Any) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """Return the name of each field, and how it is read from its column."""
    hints = get_type_hints(kind)
    return tuple((field.name, _reader(hints[field.name])) for field in fields(kind))


def _reader(hint: Any) -> Callable[[Any], Any]:
    for kind in (hint, *get_args(hint)):
        if isinstance(kind, type) and issubclass(kind, Enum):
            return lambda word: None if word is None else kind(word)
    return lambda column: column
