"""Numbers for new rows: ascending, and never reused, even after deletions.

The numbers are known before the rows are written, so a batch of any size needs only plain inserts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection, TextClause, text


@dataclass(slots=True)
class RowNumbers:
    """Assigns row numbers in one writing transaction."""

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
