"""Increments: what changed since another backup.

A backup consists of lines of rows, and its list has the digest of each line. An increment has the
lines whose digests are not in the list; for each other line it has the line's number in the
earlier backup. Both are merged, in one pass, into the same bytes as a full backup of that moment.
So an increment is complete whatever changed the tables.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from domain.errors import BackupDamagedError

FORMAT = "identlink-increment/1"
_LIST = "identlink-backup-list/1"
"""Name of the number of events in the first line of a list."""
_DIGEST_BYTES = 16
_KEPT, _END = b'{"kept":', b'{"increment_sha256":'
_INCOMPLETE = "This is not a complete increment of a backup: copy it again."
_ANOTHER = (
    "An increment is missing or out of order: name a full backup, then all its "
    "increments in the order in which they were made."
)


def as_line(value: Mapping[str, Any]) -> bytes:
    """Return a JSON object as one line, the same for equal objects."""
    return (json.dumps(value, separators=(",", ":"), sort_keys=True) + "\n").encode()


@dataclass(slots=True)
class BackupList:
    """The digests of all lines of one backup."""

    events: int = 0
    """Number of events in the log."""
    sha256: str = ""
    """Digest of the full backup, as its last line states it."""
    tables: dict[str, dict[bytes, int]] = field(default_factory=dict)
    """The number of each line, by table and digest. The header of a backup has number 0."""

    def write(self, stream: BinaryIO) -> None:
        """Write the list as JSON lines, one for each table."""
        head = {_LIST: self.events, "sha256": self.sha256}
        stream.write(as_line(head))
        for table, lines in self.tables.items():
            digests = [digest.hex() for digest in lines]
            stream.write(
                as_line({"table": table, "first": min(lines.values()), "digests": digests})
            )


def read_list(stream: BinaryIO) -> BackupList:
    """Read what `BackupList.write` wrote. Raises BackupDamagedError for anything else."""
    try:
        head = json.loads(stream.readline())
        listed = BackupList(int(head[_LIST]), str(head["sha256"]))
        for line in stream:
            table = json.loads(line)
            digests = [bytes.fromhex(digest) for digest in table["digests"]]
            numbers = range(int(table["first"]), int(table["first"]) + len(digests))
            listed.tables[str(table["table"])] = dict(zip(digests, numbers, strict=True))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BackupDamagedError(
            "This is not the list of a backup: name a file that --list-to wrote, or make a full "
            "backup."
        ) from None
    return listed


class _Whole:
    """Writes every line."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def line(self, line: bytes) -> None:
        self._stream.write(line)

    def rows(self, table: str, digest: bytes, line: bytes) -> bool:  # noqa: ARG002 - as below
        self._stream.write(line)
        return True

    def end(self) -> None:
        pass


class _Increment:
    """Writes the lines that the earlier backup does not have."""

    def __init__(self, stream: BinaryIO, since: BackupList) -> None:
        self._stream, self._since, self._digest = stream, since, hashlib.sha256()
        self._first = self._last = 0
        """The lines of the backup before that are kept next; no line of rows has number 0."""
        self._put(as_line({"format": FORMAT, "since": since.sha256}))

    def line(self, line: bytes) -> None:
        self._tell_kept()
        self._put(line)

    def rows(self, table: str, digest: bytes, line: bytes) -> bool:
        """Write a line of rows, if need be; return whether the line had to be written."""
        number = self._since.tables.get(table, {}).get(digest, 0)
        # The backup before is read forwards, once: a line that moved back is needed again.
        if number <= self._last:
            self.line(line)
            return True
        if number != self._last + 1 or not self._first:
            self._tell_kept()
            self._first = number
        self._last = number
        return False

    def end(self) -> None:
        self._stream.write(as_line({"increment_sha256": self._digest.hexdigest()}))

    def _tell_kept(self) -> None:
        if self._first:
            self._put(as_line({"kept": [self._first, self._last]}))
            self._first = 0

    def _put(self, line: bytes) -> None:
        self._digest.update(line)
        self._stream.write(line)


class LineWriter:
    """Writes the lines of a backup, or of an increment since another, and lists their digests."""

    def __init__(self, stream: BinaryIO, since: BackupList | None) -> None:
        self._target = _Whole(stream) if since is None else _Increment(stream, since)
        self._digest, self._number = hashlib.sha256(), 0
        self.listed = BackupList()
        self.rows_written = 0

    def head(self, value: Mapping[str, Any]) -> None:
        """Write the header."""
        self.listed.events = int(value["events"])
        line = as_line(value)
        self._digest.update(line)
        self._target.line(line)

    def rows(self, table: str, rows: list[list[Any]]) -> None:
        """Write rows of a table, unless the earlier backup has the same line."""
        line = as_line({"table": table, "rows": rows})
        self._digest.update(line)
        digest = hashlib.sha256(line).digest()[:_DIGEST_BYTES]
        self._number += 1
        self.listed.tables.setdefault(table, {})[digest] = self._number
        if self._target.rows(table, digest, line):
            self.rows_written += len(rows)

    def end(self, rows: Mapping[str, int]) -> str:
        """Write the last line; return the digest of all lines before it, as for a full backup."""
        self.listed.sha256 = self._digest.hexdigest()
        self._target.line(as_line({"rows": rows, "sha256": self.listed.sha256}))
        self._target.end()
        return self.listed.sha256


def merged(before: Iterable[bytes], increment: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of the full backup that an increment and the backup before it make.

    `before` has the lines of the backup since which the increment was made. Raises
    BackupDamagedError if it is a different backup, or if a byte of the increment is missing or
    changed. The lines have the digest of the full backup, which the reader checks.
    """
    lines = _checked(increment)
    since, rest = _since(next(lines)), iter(before)
    demand_whole(_parsed(next(rest, b"")))
    backup = enumerate(rest, start=1)
    for line in lines:
        if line.startswith(_KEPT):
            yield from _kept(backup, _parsed(line).get("kept"))
        else:
            yield line
    _demand_same(backup, since)


def demand_whole(head: Mapping[str, Any]) -> None:
    """Raise BackupDamagedError if a file begins as an increment does."""
    if head.get("format") == FORMAT:
        raise BackupDamagedError(
            "This is an increment: name the full backup before it, then all its increments in "
            "the order in which they were made."
        )


def check_increment(increment: Iterable[bytes]) -> None:
    """Raise BackupDamagedError if a byte of an increment is missing or changed."""
    for _ in _checked(increment):
        pass


def _checked(increment: Iterable[bytes]) -> Iterator[bytes]:
    """Yield all lines but the last; the last has the digest of the others and is checked."""
    lines, digest = iter(increment), hashlib.sha256()
    for line in lines:
        if line.startswith(_END):
            stated = _parsed(line).get("increment_sha256")
            if stated != digest.hexdigest() or next(lines, None) is not None:
                break
            return
        digest.update(line)
        yield line
    raise BackupDamagedError(_INCOMPLETE)


def _since(head: bytes) -> str:
    value = _parsed(head)
    if value.get("format") != FORMAT:
        raise BackupDamagedError(
            "Only the first file may be a full backup: name it, then its increments in "
            "the order in which they were made."
        )
    if "since" not in value:
        # Whether a byte was changed is known for certain only at the end.
        raise BackupDamagedError(_INCOMPLETE)
    return str(value["since"])


def _kept(backup: Iterator[tuple[int, bytes]], span: object) -> Iterator[bytes]:
    match span:
        case [int(first), int(last)]:
            pass
        case _:
            raise BackupDamagedError(_INCOMPLETE)
    for number, line in backup:
        if number >= first:
            yield line
        if number == last:
            return
    raise BackupDamagedError(_ANOTHER)


def _demand_same(backup: Iterator[tuple[int, bytes]], since: str) -> None:
    """Read a backup to its end, and check that it has the digest that the increment states."""
    end = b"{}"
    for _, line in backup:
        end = line
    if _parsed(end).get("sha256") != since:
        raise BackupDamagedError(_ANOTHER)


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise BackupDamagedError(_INCOMPLETE) from None
    return value if isinstance(value, dict) else {}
