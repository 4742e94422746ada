"""Every way in which a row or a payload of a table may be changed past the triggers, one each.

Walks the schema: a new table is tried as the others are, without a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Table,
    UniqueConstraint,
    and_,
    delete,
    exists,
    insert,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from domain.events.catalogue import KINDS
from domain.events.rows import Part
from service.storage.statement.both_ways import payload_columns
from service.storage.tables.metadata import METADATA
from tests.integration.provenance.mutations import another, fresh, mutations_of
from tests.integration.provenance.tampering import Hand, undoing

Row = dict[str, Any]
_STORES = ("payloads", "withheld_payloads")
_LOADED = ("encounters", "persons", "records")
"""Tables whose first rows came by a load: no event states their digests one by one."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change, under the name that the list of what is not held has for it."""

    name: str
    touched: frozenset[str]
    make: Callable[[Hand], Any]
    at: str = ""
    """The key of the row and its new value, which differ from run to run: for a failure."""

    @property
    def table(self) -> str:
        return self.name.partition("/")[0].partition(".")[0]


def undone(hand: Hand) -> AbstractContextManager[None]:
    """Undo what is done in between."""
    return undoing(hand.raw)


def is_refused(hand: Hand, change: Change) -> bool:
    """Make a change; whether the database itself refuses it, without its triggers."""
    try:
        change.make(hand)
    except SQLAlchemyError:
        return True
    return False


def changes_of_rows(hand: Hand, table: Table) -> Iterator[Change]:
    """Yield the deletion of the last row, of the first where it was loaded, and a row more."""
    first, last = _ends(hand, table)
    for row in (first, last) if table.name in _LOADED else (last,):
        if row is not None:
            gone = delete(table).where(_is(table, row))
            yield _change(table, "deleted", lambda hand, gone=gone: hand.raw.execute(gone))
    if last is not None:
        more = insert(table).values(forged(hand, table, last))
        yield _change(table, "added", lambda hand: hand.raw.execute(more))


def changes_of_column(hand: Hand, column: Column[Any]) -> Iterator[Change]:
    """Yield the first and the last row that have a value, and have none, with another."""
    for mutation in mutations_of(hand, column):
        yield Change(
            mutation.name,
            frozenset({mutation.table.name}),
            lambda hand, mutation=mutation: hand.raw.execute(mutation.statement),
            f"{mutation.key}: {mutation.value!r}",
        )


def changes_of_payloads(hand: Hand, column: Column[Any]) -> Iterator[Change]:
    """Yield a payload that is deleted, one that moves to another row, and one of two rows."""
    table = column.table
    assert isinstance(table, Table)
    row = with_payload(hand, column)
    if row is None:
        return
    number = row[column.name]
    yield Change(
        f"{table.name}/payload deleted",
        frozenset({table.name, *_STORES}),
        lambda hand: _delete_payload(hand, number),
    )
    owner, given = _elsewhere(hand, table, number)
    other = given[owner.name]
    at = update(table).where(_is(table, row)).values({column.name: other})
    yield _change(table, "payload shared", lambda hand: hand.raw.execute(at))
    assert isinstance(owner.table, Table)
    taken = update(owner.table).where(_is(owner.table, given)).values({owner.name: number})

    def exchange(hand: Hand) -> None:
        hand.raw.execute(at)
        hand.raw.execute(taken)

    touched = frozenset({table.name, owner.table.name})
    yield Change(f"{table.name}/payload moved", touched, exchange)


def parts() -> list[tuple[str, Part]]:
    """Return each table of parts once for each table of their wholes."""
    found = {
        (rows.table, part)
        for kind in KINDS.values()
        for rows in kind.declared.commits
        for part in rows.parts
    }
    return sorted(found, key=lambda one: (one[1].table, one[0]))


def planted(hand: Hand, whole: str, part: Part) -> Change | None:
    """Return a part where there was none: of a whole that has none; None if each has one."""
    table, above = METADATA.tables[part.table], METADATA.tables[whole]
    _, row = _ends(hand, table)
    has_one = exists().where(*(table.c[own] == above.c[its] for own, its in part.on))
    bare = hand.raw.execute(select(above).where(~has_one).limit(1)).mappings().first()
    if row is None or bare is None:
        return None
    values = {**row, **{own: bare[its] for own, its in part.on}}
    for one in _unique(table):
        if len(one) == 1 and one[0] not in {own for own, _ in part.on}:
            values[one[0]] = another(hand, table.c[one[0]], values[one[0]])
    planting = insert(table).values(values)
    return _change(table, f"planted under {whole}", lambda hand: hand.raw.execute(planting))


def _change(table: Table, what: str, make: Callable[[Hand], Any]) -> Change:
    return Change(f"{table.name}/{what}", frozenset({table.name}), make)


def _ends(hand: Hand, table: Table) -> tuple[Row | None, Row | None]:
    order = list(table.primary_key)
    found = []
    for ordered in (order, [column.desc() for column in order]):
        row = hand.raw.execute(select(table).order_by(*ordered).limit(1)).mappings().first()
        found.append(None if row is None else dict(row))
    return found[0], found[1]


def _is(table: Table, row: Row) -> ColumnElement[bool]:
    return and_(*(column == row[column.name] for column in table.primary_key))


def _unique(table: Table) -> list[tuple[str, ...]]:
    """Return the columns that two rows may not share: each key of the table."""
    keys = [tuple(table.primary_key.columns.keys())]
    keys += [
        tuple(constraint.columns.keys())
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    keys += [(column.name,) for column in table.columns if column.unique]
    keys += [tuple(index.columns.keys()) for index in table.indexes if index.unique]
    return list(dict.fromkeys(keys))


def forged(hand: Hand, table: Table, row: Row) -> Row:
    """Return a row like this one under keys of its own, with valid references, and no payload."""
    made = dict(row)
    for key in _unique(table):
        if all(made[name] == row[name] for name in key):
            own = [name for name in key if not table.c[name].foreign_keys]
            name = own[-1] if own else key[-1]
            made[name] = _other_key(hand, table.c[name], row[name])
    for column in payload_columns():
        if column.table is table:
            made[column.name] = 0
    return made


def _other_key(hand: Hand, column: Column[Any], value: Any) -> Any:
    """Return a key that no row has: of a row of the table referred to, where one is free."""
    for key in column.foreign_keys:
        taken = select(column).where(column.is_not(None))
        free = select(key.column).where(key.column.not_in(taken)).limit(1)
        found = hand.raw.execute(free).scalar()
        if found is not None:
            return found
    return fresh(column, value)


def with_payload(hand: Hand, column: Column[Any]) -> Row | None:
    """Return the last row whose payload is stored."""
    stored = [select(METADATA.tables[name].c.payload_id) for name in _STORES]
    query = (
        select(column.table)
        .where(column.in_(stored[0]) | column.in_(stored[1]))
        .order_by(*(each.desc() for each in column.table.primary_key))
        .limit(1)
    )
    found = hand.raw.execute(query).mappings().first()
    return None if found is None else dict(found)


def _elsewhere(hand: Hand, table: Table, number: int) -> tuple[Column[Any], Row]:
    """Return a row of another table, and its column, with a stored payload other than this."""
    for column in payload_columns():
        row = None if column.table is table else with_payload(hand, column)
        if row is not None and row[column.name] != number:
            return column, row
    raise AssertionError("No other table has a payload.")


def _delete_payload(hand: Hand, number: int) -> None:
    for name in _STORES:
        table = METADATA.tables[name]
        hand.raw.execute(delete(table).where(table.c.payload_id == number))
