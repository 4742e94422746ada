"""One digest for each table: of a row with a value of each kind in every column.

`python -m tests.golden.row_digests` writes the list. It may grow by tables and change where a
migration gives a table a column; a change of code alone must leave each digest as it is, for the
log of every store holds such digests.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    LargeBinary,
    MetaData,
    Table,
    create_engine,
    insert,
    select,
)

import service.storage.database  # noqa: F401 - all tables
from service.storage.engine.rows import row_text
from service.storage.statement.commitments import digest_of_texts
from service.storage.tables.metadata import METADATA, UtcDateTime

LIST = Path(__file__).parent / "row_digests.txt"
_VALUES: tuple[tuple[Any, Any], ...] = (
    (Boolean, True),
    (Date, date(2026, 1, 2)),
    (UtcDateTime, datetime(2026, 1, 2, 3, 4, 5, 6, UTC)),
    (LargeBinary, b"\x00\xff"),
    (Float, 0.5),
)


def digests(connection: Connection) -> str:
    """Return a line for each table: its name and the digest of its row, as the driver reads it."""
    lines = (f"{table.name} {_digest(connection, table)}" for table in METADATA.sorted_tables)
    return "".join(f"{line}\n" for line in sorted(lines))


def _digest(connection: Connection, table: Table) -> str:
    """Return the digest of a row; without constraints, so that any value will do."""
    bare = Table(
        table.name,
        MetaData(),
        *(Column(one.name, one.type) for one in table.columns),
        prefixes=["TEMPORARY"],
    )
    bare.create(connection)
    row = {one.name: _value(one, place) for place, one in enumerate(table.columns, 2)}
    connection.execute(insert(bare).values(row))
    told = row_text(table.name, connection.execute(select(bare)).one())
    bare.drop(connection)
    return digest_of_texts([told])


def _value(column: Column[Any], place: int) -> Any:
    for kind, value in _VALUES:
        if isinstance(column.type, kind):
            return value
    if column.type.python_type is int:
        return place
    return f"{place}é"[: getattr(column.type, "length", None)]


def main() -> None:
    """Write the list."""
    with create_engine("sqlite://").connect() as connection:
        LIST.write_text(digests(connection), "utf-8")


if __name__ == "__main__":
    main()
