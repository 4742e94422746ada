"""Compares rows with other rows: payloads and owners, parts and wholes."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Set
from functools import cache
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from domain.events.catalogue import KINDS
from domain.events.rows import Part
from domain.jobs import JobKind
from service.storage.statement.reading import Astray, Fault, astray
from service.storage.tables.about import bare, sealed_columns
from service.storage.tables.erasures import stored_payloads
from service.storage.tables.links import encounter_successors
from service.storage.tables.metadata import METADATA
from service.storage.tables.people import encounters, payloads, remade_templates

_PAGE = 500
_moved = encounters.alias("moved")


def _is_moved(table: sa.Table) -> sa.ColumnElement[bool]:
    """Whether a merge has moved the capture, so that its successor now owns the payload."""
    gone = sa.select(encounter_successors.c.encounter_row)
    if "encounter_row" in table.c:
        return table.c.encounter_row.in_(gone)
    ids = sa.select(_moved.c.encounter_id).where(_moved.c.encounter_row.in_(gone))
    return table.c["owner_id" if "owner_id" in table.c else "encounter_id"].in_(ids)


def _is_of_moved_remake(table: sa.Table) -> sa.ColumnElement[bool]:
    """Whether the minutiae belong to a remake whose capture has since been moved."""
    remakes = sa.select(remade_templates.c.remake_id).where(_is_moved(remade_templates))
    return table.c.remake_id.in_(remakes)


_BORROWERS: dict[str, Callable[[sa.Table], sa.ColumnElement[bool]]] = {
    "encounters": _is_moved,
    "capture_images": _is_moved,
    "capture_minutiae": _is_moved,
    "client_references": _is_moved,
    "remade_templates": lambda table: table.c.is_kept | _is_moved(table),
    "remade_minutiae": _is_of_moved_remake,
    "jobs": lambda table: table.c.kind == JobKind.SEARCH.value,
}
"""Conditions for rows that name a payload which another row owns.

These are captures that were moved, with the templates and minutiae remade from them earlier;
templates that a remake kept; and the jobs of a batch, which share its lines.
"""


def payload_columns() -> Iterator[sa.Column[Any]]:
    """Yield every column that holds payload numbers."""
    for table in METADATA.sorted_tables:
        yield from sealed_columns(table)


def misowned_payloads(connection: sa.Connection) -> Iterator[Astray]:
    """Yield rows that share a payload without borrowing it, and payloads without a row."""
    numbers, owners = np.unique(_fetched(connection, _named()), return_counts=True)
    borrowed, times = np.unique(_fetched(connection, _lent()), return_counts=True)
    owners[np.searchsorted(numbers, borrowed)] -= times
    for number in numbers[owners > 1].tolist():
        yield from _owners(connection, number)
    stored = _fetched(connection, sa.select(stored_payloads.c.payload_id))
    for number in stored[~np.isin(stored, numbers)].tolist():
        yield Astray(Fault.WITHOUT_OWNER, payloads.name, (number,))


@cache
def _named() -> sa.CompoundSelect[Any]:
    """Return the query for payload numbers, once for each row that names the payload."""
    return sa.union_all(
        *(sa.select(bare(column)).where(column > 0) for column in payload_columns())
    )


@cache
def _lent() -> sa.CompoundSelect[Any]:
    """Return the query for payload numbers, once for each row that borrows the payload."""
    return sa.union_all(
        *(
            sa.select(bare(column)).where(column > 0, _BORROWERS[table.name](table))
            for column in payload_columns()
            if (table := METADATA.tables[column.table.name]).name in _BORROWERS
        )
    )


def _fetched(connection: sa.Connection, query: Any) -> NDArray[np.int64]:
    found = connection.execute(query, execution_options={"yield_per": 10_000})
    return np.fromiter(found.scalars(), np.int64)


def _owners(connection: sa.Connection, number: int) -> Iterator[Astray]:
    for column in payload_columns():
        keys = sa.select(*column.table.primary_key).where(column == number)
        for row in connection.execute(keys):
            yield Astray(Fault.SHARED_PAYLOAD, column.table.name, tuple(row))


_Whole = tuple[str, tuple[tuple[str, str], ...]]
"""A table, and the pairs of columns that connect a part to a row of the table."""

_BEFORE_THEIR_WHOLE = {
    "application_uploads": Part("application_drafts", (("application_id", "application_id"),)),
}
"""Parts that may be stored before their whole, each with the row to which they belong until
then."""


def parts_without_whole(connection: sa.Connection) -> Iterator[Astray]:
    """Yield the rows of parts that have no whole."""
    for name, query in _queries():
        yield from astray(connection, Fault.WITHOUT_WHOLE, METADATA.tables[name], query)


@cache
def _queries() -> tuple[tuple[str, sa.Select[Any]], ...]:
    """Return, for each table of parts, the query for the keys of rows without a whole.

    Rows to which events commit directly need no whole.
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


def _without(table: sa.Table, wholes: Set[_Whole]) -> sa.Select[Any]:
    """Return the query for the keys of rows in a table that belong to none of these wholes."""
    is_part = (
        sa.exists()
        .where(*(table.c[own] == METADATA.tables[whole].c[its] for own, its in on))
        .correlate(table)
        for whole, on in sorted(wholes)
    )
    return sa.select(*table.primary_key).where(*(~one for one in is_part))
