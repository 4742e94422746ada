"""Rows as the catalogue of events declares them: one table each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select

from domain.events.catalogue import KINDS
from domain.events.declaring import Event
from domain.events.rows import Row
from domain.ids import EventType
from service.provenance.bundle.state_rows import StateRow, said_of
from service.storage.engine.rows import AnyRow
from service.storage.statement.reading import rows_of
from service.storage.tables.metadata import METADATA

_COUNT = "counted"


def declared_rows(connection: Connection) -> Iterator[StateRow]:
    """Yield the rows of every declared table."""
    for kind in KINDS.values():
        for declared in kind.declared.rows:
            for row in rows_of(connection, _query(declared)):
                yield _state_row(kind, declared, row)


@cache
def _query(declared: Row) -> Select[Any]:
    table = METADATA.tables[declared.table]
    query = select(table)
    if declared.counts is not None:
        query = query.add_columns(_count(table, declared.key, declared.counts[1]))
    if declared.given is not None:
        query = query.where(table.c[declared.given].is_not(None))
    if declared.when is not None:
        query = query.where(table.c[declared.when[0]] == str(declared.when[1]))
    if declared.unless is not None:
        query = query.where(table.c[declared.unless[0]] != str(declared.unless[1]))
    return query


def _count(table: Table, key: str, counted: str) -> Any:
    others = METADATA.tables[counted]
    count = select(func.count()).where(others.c[key] == table.c[key])
    return count.scalar_subquery().label(_COUNT)


def _state_row(kind: type[Event], declared: Row, row: AnyRow) -> StateRow:
    found = row._mapping
    pairs = _agreeing(kind.event_type, declared)
    says = [said for name, column in pairs for said in said_of(kind, name, found[column])]
    if declared.counts is not None:
        says += said_of(kind, declared.counts[0], found[_COUNT])
    actor = found[declared.by] if declared.by else ""
    return StateRow(kind.event_type, found[declared.key], actor, tuple(says))


@cache
def _agreeing(event_type: EventType, declared: Row) -> tuple[tuple[str, str], ...]:
    """Return the fields of an event that must agree with its row, each with its column."""
    columns = METADATA.tables[declared.table].columns
    named = (
        name
        for name in KINDS[event_type].declared.by_name
        if name in columns and name != declared.key
    )
    said = tuple(named) if declared.says is None else declared.says
    return (*((name, name) for name in said), *declared.also)
