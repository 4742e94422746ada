"""Direct access to the database, past the repositories, as with a misused tool."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Engine, select, union

from service.storage.engine.engines import open_engine, write_connection
from service.storage.engine.settings import DatabaseSettings
from service.storage.people import erasure
from service.storage.tables.about import bare, sealed_columns
from service.storage.tables.metadata import METADATA, Protection


def declared_protections() -> dict[str, Protection]:
    """Return the declared protection of each table by name."""
    return {table.name: table.info["protection"] for table in METADATA.sorted_tables}


@cache
def payloads_in(name: str) -> CompoundSelect[Any]:
    """Return the query for the numbers of the payloads about a person in one table."""
    rows = erasure._Walk().about(name)
    sealed = sealed_columns(METADATA.tables[name])
    return union(*(select(bare(rows.c[one.name])) for one in sealed))


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
