"""Direct access to the database, past the repositories, as with a misused tool."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from service.storage.engine.engines import open_engine, write_connection
from service.storage.engine.settings import DatabaseSettings


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """Yield an engine and close it."""
    engine = open_engine(url, DatabaseSettings())
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def connection(url: str) -> Iterator[Connection]:
    """Yield a connection that may write; uncommitted changes are rolled back."""
    with opened(url) as engine, write_connection(engine) as connected:
        yield connected
