"""Databases that are asked quickly, as thousands of tests want it.

Engines share the statements that they have put into words. SQLAlchemy does so for each engine, and
each test opens one of its own; the words depend on the kind of database alone.

Hundreds of tests open a new store: that a copy of the empty database holds no payloads is seen by
some of its bytes. To ask it takes another connection, which reads the schema for 8 ms. Where a
command makes the schema of a new store, it is copied: nine hundred statements take .1 s. Tests of
migrations call these themselves.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.util import LRUCache

from service.adapters import store_keys
from service.storage.database import Database
from service.storage.engine.engines import sqlite_file
from service.storage.sealed.belonging import holds_payloads
from tests.ahead import empty_sqlite

_MOST_STATEMENTS = 5_000


def make_databases_quick() -> None:
    """Make every engine of this process so."""
    Engine._compiled_cache = property(_shared, _leave)  # type: ignore[assignment]
    store_keys.holds_payloads = _holds_payloads  # type: ignore[attr-defined]
    Database.upgrade = _upgrade  # type: ignore[method-assign]


class _Statements(LRUCache[Any, Any]):
    """The statements of engines of one kind; SQLAlchemy's keys begin with an engine's dialect."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key[1:], value)


_STATEMENTS: dict[str, _Statements] = {}


def _shared(engine: Engine) -> _Statements:
    return _STATEMENTS.setdefault(engine.dialect.name, _Statements(_MOST_STATEMENTS))


def _leave(_engine: Engine, _own: Any) -> None:
    """Leave the statements that an engine brings."""


def _holds_payloads(url: str) -> bool:
    file = sqlite_file(url)
    return not (file and _is_empty(file)) and holds_payloads(url)


def _is_empty(file: Path) -> bool:
    """Return whether a file is the empty database, with nothing that is written beside it yet.

    Its header is compared, and the page on which payloads begin: all 580 pages took longer.
    """
    if not file.exists() or Path(f"{file}-wal").exists():
        return False
    empty = empty_sqlite()
    if file.stat().st_size != len(empty):
        return False
    with file.open("rb", buffering=0) as opened:
        pages = ((at, os.pread(opened.fileno(), _PAGE_BYTES, at)) for at in _places_of_payloads())
        return all(empty.startswith(page, at) for at, page in pages)


_PAGE_BYTES = 4096
"""Of a page; also the size of a file without a table, once it has been opened."""


@cache
def _places_of_payloads() -> tuple[int, ...]:
    """Return where the first page of the empty database lies, and where payloads begin."""
    with closing(sqlite3.connect(":memory:")) as made:
        made.deserialize(_opened_in_memory())
        asked = "SELECT rootpage FROM sqlite_master WHERE type = 'table' AND name = 'payloads'"
        (number,) = made.execute(asked).fetchone()
    return (0, (number - 1) * _PAGE_BYTES)


def _opened_in_memory() -> bytes:
    """Return the empty database without the write-ahead log that its header states.

    A database in memory cannot have one.
    """
    empty = bytearray(empty_sqlite())
    empty[18:20] = b"\1\1"
    return bytes(empty)


_upgrade_by_statements = Database.upgrade


def _upgrade(database: Database) -> None:
    file = database.file
    if file is not None:
        database._engine.dispose()
        with _alone(file.parent):
            if file.stat().st_size <= _PAGE_BYTES and not Path(f"{file}-wal").exists():
                _fill(file)
    _upgrade_by_statements(database)


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Let no other process make a schema in this directory."""
    held = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _fill(file: Path) -> None:
    with closing(sqlite3.connect(":memory:")) as made, closing(sqlite3.connect(file)) as new:
        made.deserialize(_opened_in_memory())
        made.backup(new)
