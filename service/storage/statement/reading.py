"""Rows of a query, a page at a time, and how they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Select

from service.provenance.bundle.state_rows import NEVER_SAID
from service.storage.engine.rows import AnyRow

_PAGE = 2_000


def rows_of(connection: Connection, query: Select[Any]) -> Iterator[AnyRow]:
    """Yield the rows of a query in bounded memory."""
    yield from connection.execute(query, execution_options={"yield_per": _PAGE})


def standing(name: str, digest: Callable[[AnyRow], str], row: AnyRow) -> str:
    """Return the standing fact of a row; what no event says, if it is no row of its kind."""
    try:
        return f"{name}={digest(row)}"
    except ValueError:
        return NEVER_SAID
