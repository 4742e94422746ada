"""Reads the rows of a query page by page, and describes rows that are not as they must be."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table, select, text

from domain.errors import LogDamagedError
from domain.events.declaring import Event
from service.provenance.bundle.state_rows import NEVER_SAID, StateRow, state_row
from service.provenance.canonical import EventBody, read_event
from service.storage.engine.rows import AnyRow
from service.storage.tables.log import events
from service.storage.tables.metadata import METADATA

_PAGE = 2_000


def rows_of(connection: Connection, query: Select[Any]) -> Iterator[AnyRow]:
    """Yield the rows of a query, using limited memory."""
    yield from connection.execute(query, execution_options={"yield_per": _PAGE})


def bodies_of(connection: Connection, *kinds: type[Event]) -> Iterator[EventBody]:
    """Yield the events of these kinds in order. Unreadable events are reported elsewhere."""
    types = [kind.event_type for kind in kinds]
    told = select(events.c.body).where(events.c.event_type.in_(types)).order_by(events.c.seq)
    for row in rows_of(connection, told):
        with suppress(LogDamagedError):
            yield read_event(bytes(row.body))


def filled_tables(
    connection: Connection, tables: Iterable[Table] = METADATA.tables.values()
) -> frozenset[str]:
    """Return the names of the tables that have rows, by one query.

    Most tables of many offices have none, and each query by itself takes three round trips.
    """
    quote = connection.dialect.identifier_preparer.quote
    # SQLite would ask an index where there is one, and a damaged index can lack the rows.
    of_rows = " NOT INDEXED" if connection.dialect.name == "sqlite" else ""
    asked = (
        f"SELECT '{table.name}' WHERE EXISTS (SELECT 1 FROM {quote(table.name)}{of_rows})"  # noqa: S608 - names of the schema
        for table in tables
    )
    return frozenset(connection.execute(text(" UNION ALL ".join(asked))).scalars())


def standing_row(
    kind: type[Event], ref: str, actor: str = "", *, digest: Callable[[], str], **stated: Any
) -> StateRow:
    """Return a row with the digest of its current state.

    If the row is not valid for its kind, the result matches no event.
    """
    try:
        return state_row(kind, ref, actor, **stated, row_sha256=digest())
    except ValueError:
        return state_row(kind, ref, actor, refs=(NEVER_SAID,), **stated)


T = TypeVar("T")


class Fault(StrEnum):
    """A fault of a row."""

    UNREADABLE = "a value has the wrong type; its other rows were not read"
    MISTYPED = "a value is not of its column's type"
    WITHOUT_EVENT = "no event states its digest"
    WITHOUT_WHOLE = "it does not belong to any row"
    SHARED_PAYLOAD = "its payload belongs to another row as well"
    WITHOUT_OWNER = "no row names it"
    LACKING = "it is missing"
    MISPLACED = "it does not agree with what was done"
    STRANGE = "it should not exist, or not with this content"


@dataclass(frozen=True, slots=True)
class Astray:
    """A row and its fault."""

    fault: Fault
    table: str
    key: tuple[Any, ...] = ()
    """The values of the row's primary key: numbers, opaque ids, digests, never personal data."""

    @property
    def detail(self) -> str:
        """A sentence for the report."""
        key = " ".join(map(str, self.key))
        return f"Row {key} of {self.table}: {self.fault}.".replace("  ", " ")


def readable(rows: Iterator[T], part: str, unreadable: list[Astray]) -> Iterator[T]:
    """Yield rows up to the first unreadable one, which is recorded as a fault of the part.

    The check of other parts can then continue. SQLite accepts any text in any column, and the
    driver refuses to read such text as a date or a number.
    """
    try:
        yield from rows
    except (LogDamagedError, ValueError, TypeError):
        unreadable.append(Astray(Fault.UNREADABLE, part))


def astray(
    connection: Connection, fault: Fault, table: Table, query: Select[Any]
) -> Iterator[Astray]:
    """Yield a fault for each row of a query that selects the primary key of the table."""
    for row in rows_of(connection, query):
        yield Astray(fault, table.name, tuple(row))
