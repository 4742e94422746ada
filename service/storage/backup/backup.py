"""Writes the whole database to one file and reads it back, for SQLite and PostgreSQL alike.

The file consists of JSON lines: a header with the columns of each table, then the rows table by
table in an order in which they may be inserted, and a last line with the number of rows of each
table and the SHA-256 of all earlier lines. Payloads are included as stored, that is, encrypted;
their keys are not included.
"""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO
from zlib import crc32

from sqlalchemy import Connection, Row, Table, func, insert, select, text, update
from sqlalchemy.exc import DataError, IntegrityError

from domain.errors import BackupDamagedError, ConflictError
from service.storage.backup.increments import BackupList, LineWriter, demand_whole
from service.storage.statement.reading import filled_tables
from service.storage.tables.disclosure import stored_payloads
from service.storage.tables.log import log_head
from service.storage.tables.metadata import METADATA

FORMAT = "identlink-backup/2"
_WITHOUT_COLUMNS = "identlink-backup/1"
"""Rows have the column order of the release that wrote them, so they fit only its own schema."""
_ROWS_A_LINE = 64
"""On average. Fewer make an increment smaller where rows change that lie apart."""
_MOST_ROWS_A_LINE = 500
_INCOMPLETE = "This is not a complete backup: copy it again."


@dataclass(frozen=True, slots=True)
class BackupSummary:
    """The content of a backup, as stated in its header and its last line."""

    schema: str
    made_at: datetime
    events: int
    """Number of events in the log."""
    rows: Mapping[str, int]
    """Number of rows by table."""
    sha256: str
    columns: Mapping[str, tuple[str, ...]] | None
    """The columns of each table, in the order of the values.

    None in a file of the first format, which can be restored only into its own schema.
    """


@dataclass(frozen=True, slots=True)
class Written:
    """The summary of a backup that was written, or of an increment that takes its place."""

    summary: BackupSummary
    rows_written: int
    """Number of rows in the file: all of them, or those of an increment."""
    listed: BackupList


def write_backup(
    connection: Connection,
    stream: BinaryIO,
    *,
    schema: str,
    made_at: datetime,
    tables: Sequence[Table],
    since: BackupList | None = None,
) -> Written:
    """Write one snapshot of the database; `connection` reads in one transaction.

    `tables` are the tables of the schema, in an order in which rows may be inserted. With `since`,
    the list of another backup, only what has changed is written (see `increments`).
    """
    writer = LineWriter(stream, since)
    size = int(connection.execute(select(log_head.c.size)).scalar_one())
    columns = {table.name: tuple(table.columns.keys()) for table in tables}
    writer.head(
        {
            "format": FORMAT,
            "schema": schema,
            "made_at": made_at.isoformat(),
            "events": size,
            "columns": columns,
        }
    )
    filled = filled_tables(connection, tables)
    rows = {
        table.name: _write_table(connection, table, writer) if table.name in filled else 0
        for table in tables
    }
    summary = BackupSummary(schema, made_at, size, rows, writer.end(rows), columns)
    return Written(summary, writer.rows_written, writer.listed)


def _write_table(connection: Connection, table: Table, writer: LineWriter) -> int:
    query = select(table).order_by(*table.primary_key.columns)
    found = connection.execution_options(yield_per=_MOST_ROWS_A_LINE).execute(query)
    count = 0
    for rows in _lines(found, [list(table.columns).index(each) for each in table.primary_key]):
        writer.rows(table.name, rows)
        count += len(rows)
    return count


def _lines(found: Iterable[Row[Any]], keys: Sequence[int]) -> Iterator[list[list[Any]]]:
    """Yield the rows of each line; `keys` are the positions of the primary key in a row.

    The keys decide where a line ends, so that a new or deleted row changes only its own line.
    """
    line: list[list[Any]] = []
    for row in found:
        line.append([_told(value) for value in row])
        key = json.dumps([line[-1][place] for place in keys]).encode()
        if crc32(key) % _ROWS_A_LINE == 0 or len(line) == _MOST_ROWS_A_LINE:
            yield line
            line = []
    if line:
        yield line


class BackupReader:
    """Reads a backup once, from a file or a pipe, keeping only one line in memory at a time."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        """Read the header. Raises BackupDamagedError when the file has no valid header."""
        self._lines, self._digest = iter(lines), hashlib.sha256()
        line = next(self._lines, b"")
        self._head = _parsed(line)
        demand_whole(self._head)
        if not _is_known(self._head) or not {"schema", "made_at", "events"} <= self._head.keys():
            raise BackupDamagedError(_INCOMPLETE)
        self._digest.update(line)
        self.schema = str(self._head["schema"])
        self.events = int(self._head["events"])
        """Number of events in the log."""
        self.columns = _columns(self._head)

    def rows(self) -> Iterator[tuple[str, list[list[Any]]]]:
        """Yield rows with the name of their table; the end of the backup is checked last.

        Raises BackupDamagedError for a missing or changed byte: commit only after the last row.
        """
        counts = Counter[str]()
        for line in self._lines:
            value = _parsed(line)
            if "sha256" in value:
                self._check_end(value, counts)
                self.summary = self._summary(value)
                return
            self._digest.update(line)
            if not {"table", "rows"} <= value.keys():
                break
            counts[value["table"]] += len(value["rows"])
            yield value["table"], value["rows"]
        raise BackupDamagedError(_INCOMPLETE)

    def _check_end(self, end: Mapping[str, Any], counts: Mapping[str, int]) -> None:
        if next(self._lines, None) is not None:
            raise BackupDamagedError(_INCOMPLETE)
        held = {name: count for name, count in end.get("rows", {}).items() if count}
        if end["sha256"] != self._digest.hexdigest() or held != dict(counts):
            raise BackupDamagedError(
                "The backup does not match its digest: copy it again, or use another backup."
            )

    def _summary(self, end: Mapping[str, Any]) -> BackupSummary:
        made_at = datetime.fromisoformat(self._head["made_at"])
        counts, sha256 = dict(end["rows"]), str(end["sha256"])
        return BackupSummary(self.schema, made_at, self.events, counts, sha256, self.columns)


def check_backup(lines: Iterable[bytes]) -> BackupSummary:
    """Read a full backup and return its summary; nothing is changed.

    Raises BackupDamagedError when a byte is missing or has changed, or the file is not a backup.
    """
    reader = BackupReader(lines)
    for _ in reader.rows():
        pass
    return reader.summary


def _is_known(head: Mapping[str, Any]) -> bool:
    return head.get("format") == (FORMAT if "columns" in head else _WITHOUT_COLUMNS)


def _columns(head: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]] | None:
    if "columns" not in head:
        return None
    return {str(table): tuple(names) for table, names in head["columns"].items()}


def read_backup(connection: Connection, backup: BackupReader, tables: Sequence[Table]) -> None:
    """Fill an empty database of the same schema; the caller commits.

    `tables` are the tables of the backup, with its columns. Raises ConflictError when the database
    is not empty, and BackupDamagedError when the backup is damaged; then nothing may be committed.
    """
    _demand_empty(connection, tables)
    named = {table.name: table for table in tables}
    for name, rows in backup.rows():
        if name not in named:
            raise BackupDamagedError(_INCOMPLETE)
        try:
            _insert(connection, named[name], rows)
        except (IntegrityError, DataError, ValueError, TypeError, KeyError) as error:
            # A changed pipe can cause this, because the digest is checked only at the end.
            raise BackupDamagedError(_INCOMPLETE) from error
    if connection.dialect.name == "postgresql":
        _move_sequences(connection, named)


def _demand_empty(connection: Connection, tables: Sequence[Table]) -> None:
    counts = [
        select(log_head.c.size),
        *(select(func.count()).select_from(one) for one in tables if one.name != log_head.name),
    ]
    if any(connection.execute(count).scalar_one() for count in counts):
        raise ConflictError(
            "The database is not empty: restore the backup into an empty database. If a restore"
            " into this one was interrupted, it may be complete: run `identlink log verify`."
        )


def _insert(connection: Connection, table: Table, rows: list[list[Any]]) -> None:
    names = [column.name for column in table.columns]
    values = [dict(zip(names, [_read(value) for value in row], strict=True)) for row in rows]
    if table.name == log_head.name:
        # The one row that the schema itself creates.
        fixed = {column.name for column in log_head.primary_key.columns}
        moved = {name: value for name, value in values[0].items() if name not in fixed}
        connection.execute(update(table).values(moved))
        return
    connection.execute(insert(table).inline(), values)


def _move_sequences(connection: Connection, held: Mapping[str, Table]) -> None:
    """Make the sequences of new row numbers continue after the restored numbers."""
    for table in METADATA.sorted_tables:
        for column in table.columns if table.name in held else ():
            if column.identity is not None:
                last = connection.execute(select(func.max(column))).scalar()
                if last is not None:
                    connection.execute(
                        _SET_SEQUENCE, {"t": table.name, "c": column.name, "n": last}
                    )


_SET_SEQUENCE = text("SELECT setval(pg_get_serial_sequence(:t, :c), :n)")


def payload_pages(connection: Connection) -> Iterator[list[tuple[int, bytes]]]:
    """Yield (number, stored body) of all payloads, in pages."""
    last, page = 0, [(0, b"")]
    while page:
        query = (
            select(stored_payloads.c.payload_id, stored_payloads.c.body)
            .where(stored_payloads.c.payload_id > last)
            .order_by(stored_payloads.c.payload_id)
            .limit(_MOST_ROWS_A_LINE)
        )
        page = [(row[0], row[1]) for row in connection.execute(query)]
        if page:
            last = page[-1][0]
            yield page


def _told(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"b": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    return value


def _read(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "b" in value:
        return base64.b64decode(value["b"])
    if "d" in value:
        return date.fromisoformat(value["d"])
    return datetime.fromisoformat(value["t"])


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise BackupDamagedError(_INCOMPLETE) from None
    if not isinstance(value, dict):
        raise BackupDamagedError(_INCOMPLETE)
    return value
