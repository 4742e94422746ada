"""Numbers for new rows, inserts that report whether they took place, and inserts by the thousand.

An expected conflict must not break the transaction. PostgreSQL aborts a transaction at the first
violated constraint; ON CONFLICT DO NOTHING keeps it intact. Violated foreign keys and check
constraints still raise errors.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Dialect, Insert, String, Table, TextClause, text
from sqlalchemy.dialects import postgresql, sqlite

from service.storage.tables.metadata import UtcDateTime


def insert_unless_taken(
    connection: Connection,
    table: Table,
    row: Mapping[str, Any],
    *,
    key: tuple[str, ...] | None = None,
) -> bool:
    """Insert a row and return True, or return False if `key` is taken.

    None stands for any unique key.
    """
    result = connection.execute(_unless_taken(connection.dialect.name, table, key), dict(row))
    return result.rowcount == 1


@lru_cache(maxsize=256)
def _unless_taken(dialect: str, table: Table, key: tuple[str, ...] | None) -> Insert:
    made = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    inserting = made.on_conflict_do_nothing(index_elements=key).inline()
    # Without this option SQLAlchemy discards the row count of an INSERT.
    return inserting.execution_options(preserve_rowcount=True)


def insert_or_add(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    key: tuple[str, ...],
    sums: tuple[str, ...],
) -> None:
    """Insert rows; where a row with the same `key` exists, add the values of `sums` to that row.

    Pass the rows in the order of their keys, so that two processes do not deadlock.
    """
    if rows:
        connection.execute(_upsert(connection.dialect.name, table, key, sums), list(rows))


@lru_cache(maxsize=8)
def _upsert(dialect: str, table: Table, key: tuple[str, ...], sums: tuple[str, ...]) -> Insert:
    made = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    added = {name: table.c[name] + made.excluded[name] for name in sums}
    return made.on_conflict_do_update(index_elements=key, set_=added).inline()


def insert_many(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows whose values need no conversion by the driver: numbers, texts, bytes and None.

    Rows are passed directly to the driver; SQLAlchemy would first make a dictionary of each, at
    half the cost of the whole insert. PostgreSQL receives each column as one array, so that one
    statement inserts many rows.
    """
    if connection.dialect.name == "sqlite":
        if rows:
            connection.exec_driver_sql(_insert_in_sqlite(table, columns), list(rows))
        return
    for start in range(0, len(rows), _ROWS_A_STATEMENT):
        arrays = [list(one) for one in zip(*rows[start : start + _ROWS_A_STATEMENT], strict=True)]
        connection.exec_driver_sql(_insert_in_postgresql(table, columns), tuple(arrays))


class NewRows(NamedTuple):
    """Rows of one table. Times are `datetime`; other values are as `insert_many` takes them."""

    table: Table
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]


def new_rows(table: Table, rows: Sequence[Mapping[str, Any]]) -> NewRows:
    """Return rows that all have the same columns; there must be at least one."""
    columns = tuple(rows[0])
    return NewRows(table, columns, [tuple(row[name] for name in columns) for row in rows])


class Moved(NamedTuple):
    """New values for the only row of a table. Times are `datetime`."""

    table: Table
    values: Mapping[str, Any]


def insert_together(
    connection: Connection, groups: Sequence[NewRows], moved: Moved | None = None
) -> None:
    """Insert rows of several tables; tables that are referred to must come first.

    PostgreSQL receives one statement for all and checks the references at its end, because for few
    rows the round trip costs most. `moved` is applied in the same statement.
    """
    filled = [_as_bound(connection, group) for group in groups if group.rows]
    is_many = any(len(group.rows) > _ROWS_A_STATEMENT for group in filled)
    new_values: tuple[Any, ...] = ()
    if moved is not None:
        row = NewRows(moved.table, tuple(moved.values), [tuple(moved.values.values())])
        new_values = tuple(_as_bound(connection, row).rows[0])
    if not filled or is_many or connection.dialect.name == "sqlite":
        for group in filled:
            insert_many(connection, *group)
        if moved is not None:
            mark = "?" if connection.dialect.name == "sqlite" else "%b"
            statement = _update(moved.table, tuple(moved.values), mark)
            connection.exec_driver_sql(statement, new_values)
        return
    statement = _insert_all_in_postgresql(
        tuple((one.table, one.columns, len(one.rows) == 1) for one in filled),
        moved and (moved.table, tuple(moved.values)),
    )
    given = [value for one in filled for value in _given_to_postgresql(one)]
    connection.exec_driver_sql(statement, (*new_values, *given))


def _given_to_postgresql(group: NewRows) -> Sequence[Any]:
    """Return the values of a single row, or each column as an array."""
    if len(group.rows) == 1:
        return group.rows[0]
    return [list(column) for column in zip(*group.rows, strict=True)]


def _as_bound(connection: Connection, group: NewRows) -> NewRows:
    """Return the rows with times in the form that the driver accepts."""
    instants = _instants(group.table, group.columns)
    if not instants:
        return group
    bind = _instant_binder(connection.dialect)
    rows = []
    for row in group.rows:
        values = list(row)
        for at in instants:
            values[at] = bind(values[at])
        rows.append(tuple(values))
    return group._replace(rows=rows)


@lru_cache(maxsize=256)
def _instants(table: Table, columns: tuple[str, ...]) -> tuple[int, ...]:
    """Return the positions of the columns that hold times."""
    return tuple(
        at for at, name in enumerate(columns) if isinstance(table.c[name].type, UtcDateTime)
    )


@lru_cache(maxsize=8)
def _instant_binder(dialect: Dialect) -> Callable[[Any], Any]:
    # As the type is bound in this database: SQLite stores text, always with microseconds, so that
    # sorting the texts sorts the times.
    bind = UtcDateTime().dialect_impl(dialect).bind_processor(dialect)
    return bind if bind is not None else lambda value: value


_ROWS_A_STATEMENT = 1_000
"""Limits the size of one statement on PostgreSQL: the templates of 1,000 captures are 4 MB."""


# Only names from the schema go into these texts.
@lru_cache(maxsize=256)
def _insert_in_sqlite(table: Table, columns: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {_target(table, columns)} VALUES ({marks})"  # noqa: S608


@lru_cache(maxsize=256)
def _insert_in_postgresql(table: Table, columns: tuple[str, ...]) -> str:
    arrays = ", ".join(f"%b::{_array_type(table.c[name])}" for name in columns)
    return f"INSERT INTO {_target(table, columns)} SELECT * FROM unnest({arrays})"  # noqa: S608


def _insert_one_in_postgresql(table: Table, columns: tuple[str, ...]) -> str:
    # Arrays for a single row would cost client and server more than the row itself.
    marks = ", ".join(["%b"] * len(columns))
    return f"INSERT INTO {_target(table, columns)} VALUES ({marks})"  # noqa: S608


@lru_cache(maxsize=64)
def _insert_all_in_postgresql(
    targets: tuple[tuple[Table, tuple[str, ...], bool], ...],
    moved: tuple[Table, tuple[str, ...]] | None = None,
) -> str:
    """Return one statement for tables with their columns, and whether each gets only one row."""
    *before, last = (
        (_insert_one_in_postgresql if is_one else _insert_in_postgresql)(table, columns)
        for table, columns, is_one in targets
    )
    if moved is not None:
        before.insert(0, _update(*moved, "%b"))
    if not before:
        return last
    named = ", ".join(f"part_{at} AS ({text})" for at, text in enumerate(before))
    return f"WITH {named} {last}"


@lru_cache(maxsize=64)
def _update(table: Table, columns: tuple[str, ...], mark: str) -> str:
    quote = _PREPARER.quote
    values = ", ".join(f"{quote(name)} = {mark}" for name in columns)
    return f"UPDATE {quote(table.name)} SET {values}"  # noqa: S608


def _target(table: Table, columns: tuple[str, ...]) -> str:
    quote = _PREPARER.quote
    return f"{quote(table.name)} ({', '.join(map(quote, columns))})"


_PREPARER = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]  # has no types


def _array_type(column: Column[Any]) -> str:
    """Return the array type of a column; text without a limit, because a cast would cut it off."""
    if isinstance(column.type, String):
        return "text[]"
    return f"{column.type.compile(postgresql.dialect())}[]"  # type: ignore[no-untyped-call]  # has no types


@dataclass(slots=True)
class RowNumbers:
    """Assigns row numbers in one writing transaction. They are never reused, even after deletions.

    The numbers are known before the rows are written, so a batch of any size needs only plain
    inserts.
    """

    connection: Connection
    _last: dict[str, int] | None = None
    _reserved: dict[str, list[int]] = field(default_factory=dict)
    """On PostgreSQL: the next numbers that `take` will return, by table."""

    def reserve(
        self, counts: Mapping[Column[Any], int]
    ) -> Callable[[Column[Any], int], list[int]]:
        """Fetch all numbers needed for these primary keys in one round trip; return `take`.

        The numbers must be taken in this transaction. SQLite needs no round trip.
        """
        wanted = {column: count for column, count in counts.items() if count}
        if self.connection.dialect.name == "sqlite" or not wanted:
            return self.take
        parameters: dict[str, Any] = {}
        for at, (column, count) in enumerate(wanted.items()):
            named = {"table": column.table.name, "column": column.name, "count": count}
            parameters |= {f"{name}_{at}": value for name, value in named.items()}
        for table, number in self.connection.execute(_several(len(wanted)), parameters):
            self._reserved.setdefault(table, []).append(number)
        return self.take

    def take(self, column: Column[Any], count: int) -> list[int]:
        """Return `count` new numbers for this primary key, ascending.

        The rows must be inserted in the same transaction.
        """
        if self.connection.dialect.name != "sqlite":
            return self._from_sequence(column, count)
        # AUTOINCREMENT keeps the highest number ever used, and no one else can write meanwhile.
        if self._last is None:
            found: Sequence[Any] = self.connection.execute(_LAST_IN_SQLITE).all()
            self._last = dict(found)
        table = column.table.name
        last = self._last.get(table, 0)
        self._last[table] = last + count
        return list(range(last + 1, last + count + 1))

    def forget(self) -> None:
        """Drop all known numbers, because others may take numbers after the commit."""
        self._last = None
        self._reserved.clear()

    def one(self, column: Column[Any]) -> int:
        """Return one new number."""
        return self.take(column, 1)[0]

    def _from_sequence(self, column: Column[Any], count: int) -> list[int]:
        reserved = sorted(self._reserved.pop(column.table.name, ()))
        if len(reserved) >= count:
            self._reserved[column.table.name] = reserved[count:]
            return reserved[:count]
        parameters = {"table": column.table.name, "column": column.name, "count": count}
        return list(self.connection.execute(_NEXT_IN_POSTGRESQL, parameters).scalars())


_LAST_IN_SQLITE = text("SELECT name, seq FROM sqlite_sequence")
_NEXT_IN_POSTGRESQL = text(
    "SELECT nextval(pg_get_serial_sequence(:table, :column)) FROM generate_series(1, :count)"
)


@lru_cache(maxsize=8)
def _several(tables: int) -> TextClause:
    """Return the query for new numbers of several tables, each with its table's name."""
    one = (
        "SELECT CAST(:table_{0} AS text), nextval(pg_get_serial_sequence(:table_{0}, :column_{0}))"
        " FROM generate_series(1, :count_{0})"
    )
    return text(" UNION ALL ".join(one.format(at) for at in range(tables)))
