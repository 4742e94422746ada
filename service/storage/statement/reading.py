"""Rows of a query, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select

from service.storage.rows import AnyRow

_PAGE = 2_000


def rows_of(connection: Connection, query: Select[Any]) -> Iterator[AnyRow]:
    """Yield the rows of a query in bounded memory."""
    yield from connection.execute(query, execution_options={"yield_per": _PAGE})
