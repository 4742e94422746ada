"""Numbers of new rows: ascending, and never given twice, even after deletions.

The numbers are known before the rows are written, so that a batch of any size is plain inserts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, text


@dataclass(slots=True)
class RowNumbers:
    """Hands out row numbers in one transaction that writes."""

    connection: Connection
    _last: dict[str, int] | None = None

    def take(self, column: Column[Any], count: int) -> list[int]:
        """Return `count` fresh numbers for this primary key, ascending.

        The rows have to be inserted in the same transaction.
        """
        if self.connection.dialect.name != "sqlite":
            return self._from_sequence(column, count)
        # AUTOINCREMENT keeps the highest number ever used; there is no other writer meanwhile.
        if self._last is None:
            found: Sequence[Any] = self.connection.execute(_LAST_IN_SQLITE).all()
            self._last = dict(found)
        table = column.table.name
        last = self._last.get(table, 0)
        self._last[table] = last + count
        return list(range(last + 1, last + count + 1))

    def forget(self) -> None:
        """Ask the database again: others may have taken numbers since the commit."""
        self._last = None

    def one(self, column: Column[Any]) -> int:
        """Return one fresh number."""
        return self.take(column, 1)[0]

    def _from_sequence(self, column: Column[Any], count: int) -> list[int]:
        parameters = {"table": column.table.name, "column": column.name, "count": count}
        return list(self.connection.execute(_NEXT_IN_POSTGRESQL, parameters).scalars())


_LAST_IN_SQLITE = text("SELECT name, seq FROM sqlite_sequence")
_NEXT_IN_POSTGRESQL = text(
    "SELECT nextval(pg_get_serial_sequence(:table, :column)) FROM generate_series(1, :count)"
)
