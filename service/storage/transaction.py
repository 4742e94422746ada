"""A transaction, the base class of its repositories, and how a unit of work reaches them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from typing import Any, Generic, TypeAlias, TypeVar

import sqlalchemy as sa

from domain.events.catalogue import NewEvent
from domain.list_pages import ListPage, page_of
from prints.vectors.codec import VectorCodec
from service.provenance.vault.key_stores import Access
from service.provenance.vault.vault import Vault
from service.storage.engine.rows import AnyRow, SortedBy, equal, row_of, sorted_rows, value_of
from service.storage.engine.writes import NewRows, RowNumbers, insert_many, insert_unless_taken
from service.storage.sealed.payloads import NO_PAYLOAD, PayloadKind, PayloadStore

Value = TypeVar("Value")

ANY_KEY: tuple[str, ...] = ()
"""A conflict with any key of a table means that a row is not new."""

_Which: TypeAlias = tuple[tuple[str, str | None], ...]
"""Columns with the parameters that they equal; None where a column is empty."""


@dataclass(slots=True)
class Transaction:
    """The current transaction, with the events and changes that the commit will number."""

    connection: sa.Connection
    numbers: RowNumbers
    payloads: PayloadStore
    codec: VectorCodec
    """Writes and reads templates in the gallery's format."""
    vault: Vault | None = None
    events: list[NewEvent] = field(default_factory=list)
    changes: list[tuple[int, int]] = field(default_factory=list)
    """(encounter row, kind), in the order in which they happened."""
    records: list[int] = field(default_factory=list)
    """Rows of people whose live record was begun, amended, removed or restored."""
    held: dict[str, int] = field(default_factory=dict)
    """Rows of the persons locked against erasure, by person id."""
    stated: dict[str, str] = field(default_factory=dict)
    """The text of stored rows to which their event commits, by the id of the thing that was stored
    complete in this transaction."""
    withdrawn: list[tuple[Access, str]] = field(default_factory=list)
    """Access that this transaction withdraws, by its id or digest."""

    def store(self, rows: NewRows) -> None:
        """Store many rows with `insert_many`, and the payloads that they refer to."""
        insert_many(self.connection, *self.payloads.bound(rows))
        insert_many(self.connection, *rows)

    def committing(self) -> None:
        """Write withdrawals to the key store before the transaction itself is durable.

        After a crash during the commit, access that is not withdrawn in the database may be
        withdrawn in the key store: see `Memory.withdraw`. A transaction without
        withdrawals writes nothing.
        """
        self.payloads.committing()
        if self.withdrawn and self.vault is not None:
            self.vault.withdraw_many(self.withdrawn)

    def forget(self) -> None:
        """Release queues, locks and numbers after the commit."""
        self.events.clear()
        self.changes.clear()
        self.records.clear()
        self.withdrawn.clear()
        self.stated.clear()
        self.held.clear()
        self.numbers.forget()


class TransactionPart:
    """Base class of repositories: rows of one subject, read and written in a transaction.

    A value is read from the columns named like its fields, and written to the columns named like
    its attributes (`engine.rows`).
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    def _add(self, table: sa.Table, value: object = None, /, **others: Any) -> None:
        """Store a value as a row. The database fills in an automatically numbered key."""
        row = row_of(table, value, **others)
        self._transaction.payloads.bind(table, [row])
        self._connection.execute(_insert_into(table), row)

    def _add_new(
        self,
        table: sa.Table,
        value: object = None,
        /,
        *,
        unless_taken: tuple[str, ...] | None = None,
        **others: Any,
    ) -> bool:
        """Store a value as a row; return False and store nothing if the key is taken.

        `unless_taken` names the columns of the key, if it is not the primary key, or is ANY_KEY. A
        conflict with any other key is an error.
        """
        row = row_of(table, value, **others)
        self._transaction.payloads.bind(table, [row])
        key = tuple(table.primary_key.columns.keys()) if unless_taken is None else unless_taken
        return insert_unless_taken(self._connection, table, row, key=key or None)

    def _add_all(self, table: sa.Table, rows: Iterable[Mapping[str, Any]]) -> None:
        """Store rows that all have the same columns, with the payloads that they name."""
        if listed := list(rows):
            self._transaction.payloads.bind(table, listed)
            self._connection.execute(_insert_into(table), listed)

    def _change(self, table: sa.Table, which: Mapping[str, Any], /, **values: Any) -> int:
        """Store values in the rows whose columns have the values `which`; return how many."""
        names, given = _named(which)
        return self._connection.execute(_update(table, names), values | given).rowcount

    def _remove(self, table: sa.Table, /, **which: Any) -> int:
        """Delete the rows whose columns have these values; return how many."""
        names, given = _named(which)
        return self._connection.execute(_delete(table, names), given).rowcount

    def _rows(self, query: sa.Executable, /, **values: Any) -> Sequence[AnyRow]:
        """Return the rows of a query; here and below, `values` are the parameters of the query."""
        return self._connection.execute(query, values).all()

    def _row(self, query: sa.Executable, /, **values: Any) -> AnyRow | None:
        """Return the first row of a query, or None."""
        return self._connection.execute(query, values).first()

    def _has(self, query: sa.Executable, /, **values: Any) -> bool:
        """Whether a query finds a row."""
        return self._connection.execute(query, values).first() is not None

    def _column(self, query: sa.Executable, /, **values: Any) -> Sequence[Any]:
        """Return the first column of a query."""
        return self._connection.execute(query, values).scalars().all()

    def _cell(self, query: sa.Executable, /, **values: Any) -> Any:
        """Return the first column of the first row, or None."""
        return self._connection.execute(query, values).scalar()

    def _one(self, kind: type[Value], query: sa.Executable, /, **values: Any) -> Value | None:
        """Return the value of the first row of a query, or None without a row."""
        row = self._connection.execute(query, values).first()
        return None if row is None else value_of(kind, row)

    def _all(self, kind: type[Value], query: sa.Executable, /, **values: Any) -> tuple[Value, ...]:
        """Return the values of the rows of a query."""
        return tuple(value_of(kind, row) for row in self._connection.execute(query, values))

    def _list_page(
        self,
        query: sa.Select[Any],
        by: SortedBy,
        key: sa.ColumnElement[Any],
        *,
        behind: str | None,
        limit: int,
        among: sa.Select[Any] | None = None,
    ) -> ListPage[AnyRow, str]:
        """Return a page of a list: the rows behind the row with this key, or the first rows.

        An unknown key gives an empty page. `among` also has rows that have since left the list.
        """
        known = query if among is None else among
        last = None if behind is None else known.where(key == behind)
        rows = sorted_rows(self._connection, query, by, behind=last, limit=limit + 1)
        return page_of(rows, limit, attrgetter(key.name))

    def _next(self, number: sa.ColumnElement[Any], *which: sa.ColumnElement[bool]) -> int:
        """Return one more than the highest number among these rows, or 1 if there are no rows."""
        query = sa.select(sa.func.max(number)).where(*which)
        return int(self._connection.execute(query).scalar() or 0) + 1

    def _put(self, kind: PayloadKind, body: bytes) -> int:
        """Encrypt content and return the number of its payload."""
        return self._transaction.payloads.put(kind, body)

    def _body(self, kind: PayloadKind, row: AnyRow) -> bytes | None:
        """Return the content of a row, or None once the content has been erased."""
        return self._transaction.payloads.get(kind, row.payload_id)

    def _content(self, kind: PayloadKind, query: sa.Executable, /, **values: Any) -> bytes | None:
        """Return the content whose payload number the query gives; None if not found or erased."""
        number = self._cell(query, **values)
        return None if number is None else self._transaction.payloads.get(kind, number)

    def _bodies(self, kind: PayloadKind, rows: Iterable[AnyRow]) -> Mapping[int, bytes]:
        """Return the content of rows by payload number, leaving out erased content."""
        return self._transaction.payloads.get_many(kind, [row.payload_id for row in rows])

    def _put_words(self, words: str) -> int:
        """Encrypt a text and return the number of its payload; an empty text needs no payload."""
        return self._put(PayloadKind.WORDS, words.encode()) if words else NO_PAYLOAD

    def _words(self, rows: Sequence[AnyRow], column: str = "payload_id") -> list[str]:
        """Return the texts that a column of rows names, in order; empty if none or erased."""
        numbers = [getattr(row, column) or NO_PAYLOAD for row in rows]
        bodies = self._transaction.payloads.get_many(PayloadKind.WORDS, numbers)
        return [bodies.get(number, b"").decode() for number in numbers]

    def _all_with_words(
        self, kind: type[Value], rows: Sequence[AnyRow], field: str = "words"
    ) -> tuple[Value, ...]:
        """Return the values of rows; the text in each row's payload becomes the named field."""
        texts = self._words(rows)
        return tuple(
            value_of(kind, row, **{field: text}) for row, text in zip(rows, texts, strict=True)
        )


@cache
def _insert_into(table: sa.Table) -> sa.Insert:
    return sa.insert(table).inline()


@cache
def _update(table: sa.Table, names: _Which) -> sa.Update:
    return sa.update(table).where(*_are_given(table, names))


@cache
def _delete(table: sa.Table, names: _Which) -> sa.Delete:
    return sa.delete(table).where(*_are_given(table, names))


def _named(which: Mapping[str, Any]) -> tuple[_Which, dict[str, Any]]:
    """Return the columns, and the values of their parameters.

    In an UPDATE, a parameter named like a column would be the column's new value.
    """
    names = tuple((name, None if value is None else f"of_{name}") for name, value in which.items())
    return names, {given: which[name] for name, given in names if given is not None}


def _are_given(table: sa.Table, names: _Which) -> Iterator[sa.ColumnElement[bool]]:
    values: Mapping[str, Any] = {
        name: None if given is None else sa.bindparam(given) for name, given in names
    }
    return equal(table, values)


def transaction_on(
    connection: sa.Connection, codec: VectorCodec, vault: Vault | None
) -> Transaction:
    """Return a transaction on this connection."""
    numbers = RowNumbers(connection)
    payloads = PayloadStore(connection, numbers, vault)
    return Transaction(connection, numbers, payloads, codec, vault)


Rows = TypeVar("Rows")


@dataclass(eq=False)
class InTransaction:
    """The transaction that the repositories of a unit of work share; its base class."""

    _entered: Transaction | None = field(default=None, init=False)
    made: set[str] = field(default_factory=set, init=False)
    """The names of the repositories created so far, removed at the end of the transaction."""

    @property
    def transaction(self) -> Transaction:
        """The current transaction. Raises RuntimeError outside the `with` block."""
        if self._entered is None:
            raise RuntimeError("Use a unit of work only inside its `with` block.")
        return self._entered

    def leave(self) -> None:
        """Drop the transaction and its repositories."""
        self._entered = None
        while self.made:
            delattr(self, self.made.pop())


class Repository(Generic[Rows]):
    """An attribute of a unit of work: a repository in its transaction, created on first use."""

    def __init__(self, make: Callable[[Transaction], Rows]) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, unit: InTransaction, owner: type) -> Rows:
        made = self._make(unit.transaction)
        # The next access finds the repository on the unit and does not call this method.
        setattr(unit, self._name, made)
        unit.made.add(self._name)
        return made
