"""Payloads and the rows that own them: each payload belongs to one row.

Rows name a payload by number, without a foreign key. A row that named the payload of another
would show the content of that one as its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Column, ColumnElement, CompoundSelect, Connection, Table, select, union_all

from domain.jobs import JobKind
from service.storage.statement.astray import Astray, Fault
from service.storage.tables.about import sealed_columns
from service.storage.tables.erasures import stored_payloads
from service.storage.tables.links import encounter_successors
from service.storage.tables.metadata import METADATA
from service.storage.tables.people import encounters, payloads, remade_templates

_PAGE = 500
_moved = encounters.alias("moved")


def _is_moved(table: Table) -> ColumnElement[bool]:
    """Whether a merge has moved the capture: its successor owns the payload now."""
    gone = select(encounter_successors.c.encounter_row)
    if "encounter_row" in table.c:
        return table.c.encounter_row.in_(gone)
    ids = select(_moved.c.encounter_id).where(_moved.c.encounter_row.in_(gone))
    return table.c["owner_id" if "owner_id" in table.c else "encounter_id"].in_(ids)


def _is_of_moved_remake(table: Table) -> ColumnElement[bool]:
    """Whether the minutiae are of a remake whose capture was moved since."""
    remakes = select(remade_templates.c.remake_id).where(_is_moved(remade_templates))
    return table.c.remake_id.in_(remakes)


_BORROWERS: dict[str, Callable[[Table], ColumnElement[bool]]] = {
    "encounters": _is_moved,
    "capture_images": _is_moved,
    "capture_minutiae": _is_moved,
    "client_references": _is_moved,
    "remade_templates": lambda table: table.c.is_kept | _is_moved(table),
    "remade_minutiae": _is_of_moved_remake,
    "jobs": lambda table: table.c.kind == JobKind.SEARCH.value,
}
"""Rows that name a payload which another row owns: captures that were moved, with templates and
minutiae made of them before; templates that a remake kept; and the jobs of a batch, which share
its lines."""


def payload_columns() -> Iterator[Column[Any]]:
    """Yield every column that numbers a payload."""
    for table in METADATA.sorted_tables:
        yield from sealed_columns(table)


def misowned_payloads(connection: Connection) -> Iterator[Astray]:
    """Yield rows that share a payload without a loan, and stored payloads that no row names."""
    numbers, owners = np.unique(_fetched(connection, _named()), return_counts=True)
    borrowed, times = np.unique(_fetched(connection, _lent()), return_counts=True)
    owners[np.searchsorted(numbers, borrowed)] -= times
    for number in numbers[owners > 1].tolist():
        yield from _owners(connection, number)
    stored = _fetched(connection, select(stored_payloads.c.payload_id))
    for number in stored[~np.isin(stored, numbers)].tolist():
        yield Astray(Fault.WITHOUT_OWNER, payloads.name, (number,))


@cache
def _named() -> CompoundSelect[Any]:
    """Return the query for the number of a payload as often as rows name it."""
    return union_all(*(select(column).where(column > 0) for column in payload_columns()))


@cache
def _lent() -> CompoundSelect[Any]:
    """Return the query for the number of a payload as often as rows borrow it."""
    return union_all(
        *(
            select(column).where(column > 0, _BORROWERS[table.name](table))
            for column in payload_columns()
            if (table := METADATA.tables[column.table.name]).name in _BORROWERS
        )
    )


def _fetched(connection: Connection, query: Any) -> NDArray[np.int64]:
    found = connection.execute(query, execution_options={"yield_per": 10_000})
    return np.fromiter(found.scalars(), np.int64)


def _owners(connection: Connection, number: int) -> Iterator[Astray]:
    for column in payload_columns():
        keys = select(*column.table.primary_key).where(column == number)
        for row in connection.execute(keys):
            yield Astray(Fault.SHARED_PAYLOAD, column.table.name, tuple(row))
