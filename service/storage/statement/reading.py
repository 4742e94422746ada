"""Rows of a query, a page at a time, and their states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Select

from domain.events.declaring import Event
from service.provenance.bundle.state_rows import NEVER_SAID, StateRow, state_row
from service.storage.engine.rows import AnyRow

_PAGE = 2_000


def rows_of(connection: Connection, query: Select[Any]) -> Iterator[AnyRow]:
    """Yield the rows of a query in bounded memory."""
    yield from connection.execute(query, execution_options={"yield_per": _PAGE})


def standing_row(
    kind: type[Event], ref: str, actor: str = "", *, digest: Callable[[], str], **stated: Any
) -> StateRow:
    """Return a row with the digest that says how it stands.

    If it is no row of its kind, no event can account for it.
    """
    try:
        return state_row(kind, ref, actor, **stated, row_sha256=digest())
    except ValueError:
        return state_row(kind, ref, actor, refs=(NEVER_SAID,), **stated)
