"""Whether a column has one of many values, as one parameter however many there are.

An IN with a place for each value is put together again at every call, and prepared again for every
number of values. PostgreSQL takes an array instead, SQLite a list in JSON.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Boolean, Dialect, String, Text, TypeDecorator, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import KeyedColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeEngine


class _Values(TypeDecorator[Sequence[Any]]):
    """Numbers or texts, all at once."""

    impl = Text
    cache_ok = True

    def __init__(self, *, are_texts: bool) -> None:
        super().__init__()
        self.are_texts = are_texts

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return an array on PostgreSQL, text on SQLite."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        of: TypeEngine[Any] = Text() if self.are_texts else BigInteger()
        return dialect.type_descriptor(ARRAY(of))

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        """Return the value as the driver takes it."""
        values = list(value or ())
        return json.dumps(values) if dialect.name == "sqlite" else values


class Among(FunctionElement[bool]):
    """The condition that a column has one of the values of the parameter `name`."""

    inherit_cache = True
    type = Boolean()

    def __init__(self, column: KeyedColumnElement[Any], name: str) -> None:
        values = _Values(are_texts=isinstance(column.type, String))
        super().__init__(column, bindparam(name, type_=values))

    def self_group(self, against: OperatorType | None = None) -> Among:
        """Stand as it is: compared with 1, as SQLite's conditions are, no index would serve it."""
        del against
        return self


@compiles(Among)
def _as_array(element: Among, compiler: SQLCompiler, **given: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **given)} = ANY ({compiler.process(values, **given)})"


@compiles(Among, "sqlite")
def _as_json(element: Among, compiler: SQLCompiler, **given: Any) -> str:
    column, values = element.clauses
    # Only what the compiler made is put into the text: the name of a parameter.
    listed = f"SELECT value FROM json_each({compiler.process(values, **given)})"  # noqa: S608
    return f"{compiler.process(column, **given)} IN ({listed})"
