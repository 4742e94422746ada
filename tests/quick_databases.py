"""Databases that are asked quickly, as thousands of tests want it.

Engines share the statements that they have put into words. SQLAlchemy does so for each engine, and
each test opens one of its own; the words depend on the kind of database alone.

Hundreds of tests open a new store: that a copy of the empty database holds no payloads is seen by
its bytes. To ask it takes another connection, which reads the schema for 8 ms.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.util import LRUCache

from service.adapters import store_keys
from service.storage.engine.engines import sqlite_file
from service.storage.sealed.belonging import holds_payloads
from tests.ahead import empty_sqlite

_MOST_STATEMENTS = 5_000


def make_databases_quick() -> None:
    """Make every engine of this process so."""
    Engine._compiled_cache = property(_shared, _leave)  # type: ignore[assignment]
    store_keys.holds_payloads = _holds_payloads  # type: ignore[attr-defined]


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
    """Return whether a file is the empty database, with nothing that is written beside it yet."""
    if not file.exists() or Path(f"{file}-wal").exists():
        return False
    return file.stat().st_size == len(empty_sqlite()) and file.read_bytes() == empty_sqlite()
