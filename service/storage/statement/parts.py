"""Rows that are part of a row: each must have the row that it is part of.

A part of a row that is there changes the digest of that row. One of no row changes none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Set
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, exists, select

from domain.events.catalogue import KINDS
from domain.events.rows import Part
from service.storage.statement.astray import Astray, Fault, astray
from service.storage.tables.metadata import METADATA

_Whole = tuple[str, tuple[tuple[str, str], ...]]
"""A table and the pairs of columns that tie a part to a row of it."""

_BEFORE_THEIR_WHOLE = {
    "application_uploads": Part("application_drafts", (("application_id", "application_id"),)),
}
"""Parts that may come first, each with the row that they belong to until then."""


def parts_without_whole(connection: Connection) -> Iterator[Astray]:
    """Yield the rows that are part of nothing."""
    for name, query in _queries():
        yield from astray(connection, Fault.WITHOUT_WHOLE, METADATA.tables[name], query)


@cache
def _queries() -> tuple[tuple[str, Select[Any]], ...]:
    """Return for each table of parts the query for the keys of those without a whole.

    Rows that events commit to by themselves need to be part of nothing.
    """
    commits = [rows for kind in KINDS.values() for rows in kind.declared.commits]
    wholes: dict[str, set[_Whole]] = defaultdict(set)
    for rows in commits:
        for part in rows.parts:
            wholes[part.table].add((rows.table, part.on))
    for name, first in _BEFORE_THEIR_WHOLE.items():
        wholes[name].add((first.table, first.on))
    names = sorted(wholes.keys() - {rows.table for rows in commits})
    return tuple((name, _without(METADATA.tables[name], wholes[name])) for name in names)


def _without(table: Table, wholes: Set[_Whole]) -> Select[Any]:
    """Return the query for the keys of rows of a table that are part of none of these."""
    is_part = (
        exists()
        .where(*(table.c[own] == METADATA.tables[whole].c[its] for own, its in on))
        .correlate(table)
        for whole, on in sorted(wholes)
    )
    return select(*table.primary_key).where(*(~one for one in is_part))
