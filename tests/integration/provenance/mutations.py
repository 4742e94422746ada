"""Another value for a column of one row, written past triggers, and undone again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Table, Update, and_, select, update
from sqlalchemy.exc import DatabaseError

from domain.errors import LinkingError
from service.storage.tables.metadata import UtcDateTime
from tests.integration.provenance.tampering import Hand


@dataclass(frozen=True, slots=True)
class Mutation:
    """One column of one row with another value."""

    table: Table
    column: Column[Any]
    key: tuple[Any, ...]
    value: Any

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column.name}"

    @property
    def statement(self) -> Update:
        keys = zip(self.table.primary_key, self.key, strict=True)
        at = and_(*(column == value for column, value in keys))
        return update(self.table).where(at).values({self.column.name: self.value})


def mutations_of(hand: Hand, column: Column[Any]) -> Iterator[Mutation]:
    """Yield other values for the first and the last row in which the column has its value.

    An empty value gets another, and one that may be empty is also emptied.
    """
    for row in _rows(hand, column.table, column):
        key = tuple(row[each.name] for each in column.table.primary_key)
        for value in _others(hand, column, row[column.name]):
            yield Mutation(column.table, column, key, value)


def is_found(hand: Hand, *statements: Update) -> bool:
    """Whether verification finds a change, or the database refuses it without its triggers."""
    with _undone(hand):
        try:
            for statement in statements:
                hand.raw.execute(statement)
        except DatabaseError:
            return True
        try:
            return hand.findings(hand.store.checkpoint) != set()
        except LinkingError:
            return True


@contextmanager
def _undone(hand: Hand) -> Iterator[None]:
    point = hand.raw.begin_nested()
    try:
        yield
    finally:
        point.rollback()


def _rows(hand: Hand, table: Table, column: Column[Any]) -> Iterator[Any]:
    """Yield the rows one by one, because most tests try only the first."""
    order = list(table.primary_key)
    seen = set()
    is_empty = [column.is_(None)] if column.nullable else []
    for condition in (*is_empty, column.is_not(None)):
        query = select(*dict.fromkeys((*order, column))).where(condition).limit(1)
        for ordered in (order, [each.desc() for each in order]):
            row = hand.raw.execute(query.order_by(*ordered)).mappings().first()
            if row is None:
                break
            key = tuple(row[each.name] for each in order)
            if key not in seen:
                seen.add(key)
                yield row


def _others(hand: Hand, column: Column[Any], value: Any) -> Iterator[Any]:
    yield another(hand, column, value)
    if value is not None and column.nullable:
        yield None


def another(hand: Hand, column: Column[Any], value: Any) -> Any:
    """Return another value of the type: one of another row, where one may be taken from there."""
    if not (column.primary_key or column.unique):
        elsewhere = select(column).where(column.is_not(None), column != value).limit(1)
        found = hand.raw.execute(elsewhere).scalar()
        if found is not None:
            return found
    return fresh(column, value)


def fresh(column: Column[Any], value: Any) -> Any:
    """Return another value of the type, which no row is likely to have."""
    kind = datetime if isinstance(column.type, UtcDateTime) else column.type.python_type
    return _MADE[kind] if value is None else _CHANGED[kind](value)


_MADE: dict[type, Any] = {
    str: "x1",
    int: 7,
    bytes: b"x",
    float: 0.5,
    bool: True,
    date: date(2026, 1, 1),
    datetime: datetime(2026, 1, 1, tzinfo=UTC),
}
_CHANGED: dict[type, Callable[[Any], Any]] = {
    str: lambda text: f"{text[:-1]}{'1' if text.endswith('0') else '0'}",
    int: lambda number: number + 1 if number > 1_000_000 else number + 1_000_000,
    bytes: lambda body: body[:-1] + bytes([body[-1] ^ 1]),
    float: lambda number: number / 2 + 0.01,
    bool: lambda truth: not truth,
    date: lambda on: on + timedelta(days=1),
    datetime: lambda at: at + timedelta(seconds=1),
}
