"""Databases that are asked quickly, as thousands of tests want it.

Engines share the statements that they have put into words. SQLAlchemy does so for each engine, and
each test opens one of its own; the words depend on the kind of database alone.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.util import LRUCache

_MOST_STATEMENTS = 5_000


def make_databases_quick() -> None:
    """Make every engine of this process so."""
    Engine._compiled_cache = property(_shared, _leave)  # type: ignore[assignment]


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
