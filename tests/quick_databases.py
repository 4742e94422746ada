"""Databases that are made and asked quickly, as thousands of tests want it.

Engines share the statements that they have put into words. SQLAlchemy does so for each engine, and
each test opens one of its own; the words depend on the kind of database alone.

Only the first schema of a process on SQLite is built by the migrations. The statements that they
led to are read from it, and build every later one: forty migrations take half a second.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.util import LRUCache

from service.storage.engine import migrate

_MOST_STATEMENTS = 5_000

build_by_migrations = migrate.upgrade_connection


def make_databases_quick() -> None:
    """Make every engine and every schema of this process so."""
    Engine._compiled_cache = property(_shared, _leave)  # type: ignore[assignment]
    migrate.upgrade_connection = _upgrade_connection


class _Statements(LRUCache[Any, Any]):
    """The statements of engines of one kind; SQLAlchemy's keys begin with an engine's dialect."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key[1:], value)


_STATEMENTS: dict[str, _Statements] = {}
_SCHEMA: list[tuple[str, list[tuple[Any, ...]]]] = []
"""The statements that build an empty schema, each with the rows that it is repeated for."""


def _shared(engine: Engine) -> _Statements:
    return _STATEMENTS.setdefault(engine.dialect.name, _Statements(_MOST_STATEMENTS))


def _leave(_engine: Engine, _own: Any) -> None:
    """Leave the statements that an engine brings."""


def _upgrade_connection(connection: Connection, revision: str = "head") -> None:
    is_new = connection.dialect.name == "sqlite" and not inspect(connection).get_table_names()
    if revision != "head" or not is_new:
        build_by_migrations(connection, revision)
    elif _SCHEMA:
        for statement, rows in _SCHEMA:
            connection.exec_driver_sql(statement, rows or None)
    else:
        build_by_migrations(connection)
        _SCHEMA.extend(_statements(connection))


def _statements(connection: Connection) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Return the statements that lead to the schema behind a connection, tables and rows first."""
    made = connection.exec_driver_sql(
        "SELECT type, name, sql FROM sqlite_master"
        " WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type <> 'table', rowid"
    ).all()
    tables = [(sql, name) for kind, name, sql in made if kind == "table"]
    return [
        *((sql, []) for sql, _ in tables),
        *(filled for _, name in tables if (filled := _rows(connection, name))[1]),
        *((sql, []) for kind, _, sql in made if kind != "table"),
    ]


def _rows(connection: Connection, table: str) -> tuple[str, list[tuple[Any, ...]]]:
    found = connection.exec_driver_sql(f"SELECT * FROM {table}")  # noqa: S608 - our own schema
    places = ", ".join("?" * len(found.keys()))
    return f"INSERT INTO {table} VALUES ({places})", [tuple(row) for row in found]  # noqa: S608
