"""The key store of one machine: an SQLite file that is separate from the main database.

Besides the keys it stores withdrawn access, for the same reason as it stores which keys were
destroyed: it is newer than the backup of a database that is restored.

A destroyed key is overwritten in the file (`secure_delete`) and in the write-ahead log, which is
emptied in the same step. No program can reach overwritten blocks on the storage device, so encrypt
the volume of this file, and keep only few and recent backups of it.
"""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, cast

from domain.errors import LogDamagedError, PayloadErasedError, StorePart, VaultDamagedError
from domain.outages import KeysMissingError, StoreLockedError
from service.outages import fixed_address
from service.provenance.canonical import moment, read_moment
from service.provenance.vault.key_file_place import KeyPlace, fault_of_keys, place_of
from service.provenance.vault.key_stores import Access, KeyRows, Withdrawal, Wrapping
from service.provenance.vault.vault import ITEM_KEY_BYTES

_TABLES = Path(__file__).with_name("key_file.sql")
"""The tables of a key file, each made when a file without it is opened."""
_REMEMBER = "INSERT INTO secrets VALUES (?, ?) ON CONFLICT (name) DO NOTHING"
_ACCEPT = (
    "INSERT INTO secrets VALUES (?, ?)"
    " ON CONFLICT (name) DO UPDATE SET fingerprint = excluded.fingerprint"
)
_WRAPPED = (
    "The keys of the payloads are wrapped, but the wrapping key is missing: restore"
    " it from the backup of the keys."
)
_BATCH = 500
"""The number of references in one query; SQLite allows 32,766 parameters."""


@dataclass(frozen=True, slots=True)
class FileKeyStore:
    """Item keys in one SQLite file; made by `open_key_file`. Thread-safe.

    Every method raises the outage (`domain.outages`) that prevents access to the file, and
    KeysMissingError if the file was removed or replaced after it was opened.

    Keys are read over a separate connection, so that opening a payload never waits for another
    thread to write keys.
    """

    _connection: KeyRows
    _reader: KeyRows
    _place: KeyPlace
    _wrapping: Wrapping | None = None
    """Wraps new keys and opens wrapped keys; if None, keys are stored unwrapped."""
    _lock: Lock = field(default_factory=Lock)
    _reading: Lock = field(default_factory=Lock)

    def add_many(self, keys: Mapping[str, bytes]) -> None:
        """Store keys by reference, durably. Raises VaultDamagedError if a reference is in use."""
        if any(len(key) != ITEM_KEY_BYTES for key in keys.values()):
            raise VaultDamagedError("A key of the vault has the wrong length.")
        # In order of the references, which are random, so that each page of a large file is
        # visited once.
        rows = sorted(keys.items())
        if self._wrapping is not None:
            rows = [(ref, self._wrapping.wrapped(key, ref)) for ref, key in rows]
        self._write("INSERT INTO item_keys (ref, item_key) VALUES (?, ?)", rows)

    def get_many(self, refs: Sequence[str]) -> Mapping[str, bytes]:
        """Return the key of every reference.

        Raises PayloadErasedError if a key was destroyed, VaultDamagedError if a key is missing or
        the file is damaged.
        """
        found = self._rows(refs)
        keys = {
            ref: key if len(key) == ITEM_KEY_BYTES else self._plain(ref, key)
            for ref, key in found.items()
            if key is not None
        }
        if len(keys) < len(found):
            raise PayloadErasedError
        if len(keys) < len(set(refs)):
            raise VaultDamagedError("The key of a payload is missing.")
        return keys

    def wrap_all(self, wrapping: Wrapping) -> int:
        """Rewrap every key, overwrite the stored copies, and return the number of keys rewrapped.

        Keys that the new wrapping key already opens are skipped, so an interrupted run can be run
        again. Raises KeysMissingError and VaultDamagedError like `get_many`.
        """
        count, last = 0, ""
        while rows := self._after(last):
            last = rows[-1][0]
            todo = [(ref, key) for ref, key in rows if not _is_under(wrapping, ref, key)]
            self._write(
                "UPDATE item_keys SET item_key = ? WHERE ref = ? AND item_key = ?",
                [(wrapping.wrapped(self._plain(ref, key), ref), ref, key) for ref, key in todo],
            )
            count += len(todo)
        self._empty_write_ahead_log()
        return count

    def destroyed_and_missing(self, refs: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Return which of these keys were destroyed on purpose, and which were never stored."""
        found = self._rows(refs)
        destroyed = frozenset(ref for ref, key in found.items() if key is None)
        return destroyed, frozenset(refs) - found.keys()

    def destroy(self, refs: Sequence[str], *, at: datetime) -> None:
        """Overwrite keys, and record when they were destroyed.

        Raises VaultDamagedError for an unknown key. Raises StoreLockedError if another process
        keeps reading the file, so that the write-ahead log cannot be emptied: the keys are then
        destroyed but an old page is not, and the call must be made again.
        """
        known = self._rows(refs)
        if any(ref not in known for ref in refs):
            raise VaultDamagedError("The key of a payload is missing.")
        self._write(
            "UPDATE item_keys SET item_key = NULL, destroyed_at = ?, doomed_place = NULL"
            " WHERE ref = ? AND destroyed_at IS NULL",
            [(moment(at), ref) for ref in refs],
        )
        self._empty_write_ahead_log()

    def doom(self, places: Mapping[str, str]) -> None:
        """Record, durably, that these keys are about to be destroyed, and their places."""
        self._write(
            "UPDATE item_keys SET doomed_place = ? WHERE ref = ? AND destroyed_at IS NULL",
            [(place, ref) for ref, place in places.items()],
        )

    def doomed(self) -> Mapping[str, str]:
        """Return the place of every key that is still marked for destruction."""
        query = "SELECT ref, doomed_place FROM item_keys WHERE doomed_place IS NOT NULL"
        with self._lock, self._place.used():
            return dict(self._connection.execute(query).fetchall())

    def spare(self, refs: Sequence[str]) -> None:
        """Cancel the planned destruction of these keys."""
        query = "UPDATE item_keys SET doomed_place = NULL WHERE ref = ?"
        self._write(query, [(ref,) for ref in refs])

    def withdraw(self, refs: Collection[tuple[Access, str]], *, at: datetime) -> None:
        """Record, durably, that this access is withdrawn; the first record is kept."""
        self._write(
            "INSERT INTO withdrawals VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [(access.value, ref, moment(at)) for access, ref in refs],
        )

    def withdrawals(self) -> tuple[Withdrawal, ...]:
        """Return all withdrawn access, by kind and reference.

        Raises VaultDamagedError, also for a kind that a later release has added, because a restore
        must not ignore it.
        """
        query = "SELECT access, ref, withdrawn_at FROM withdrawals ORDER BY access, ref"
        rows = self._read(query)
        try:
            return tuple(Withdrawal(Access(word), ref, read_moment(at)) for word, ref, at in rows)
        except (ValueError, LogDamagedError) as error:
            raise VaultDamagedError(
                "The key file records the withdrawal of a key that it does not contain."
            ) from error

    def count(self) -> int:
        """Return the number of keys, without destroyed ones."""
        with self._lock, self._place.used():
            row = self._connection.execute(
                "SELECT count(*) FROM item_keys WHERE item_key IS NOT NULL"
            ).fetchone()
        return int(row[0])

    def first_event(self) -> str | None:
        """Return the digest of the first event of these keys' log, if it is known."""
        rows = self._read("SELECT first_event FROM log")
        return str(rows[0][0]) if rows else None

    def belong_to(self, first_event: str) -> None:
        """Record, durably, the log that these keys belong to; once recorded, it stays."""
        self._write("INSERT INTO log VALUES (1, ?) ON CONFLICT DO NOTHING", [(first_event,)])

    def demands_bound(self) -> bool:
        """Whether every payload must be bound to the rows that own it."""
        return bool(self._read("SELECT 1 FROM binding"))

    def demand_bound(self) -> None:
        """Require from now on, durably, that every payload is bound to the rows that own it."""
        self._write("INSERT INTO binding VALUES (?) ON CONFLICT DO NOTHING", [(1,)])

    def fingerprints(self) -> Mapping[str, str]:
        """Return the fingerprints of the store's other secrets, by name."""
        return dict(self._read("SELECT name, fingerprint FROM secrets"))

    def remember_secrets(self, found: Mapping[str, str], *, is_accepted: bool = False) -> None:
        """Record fingerprints, durably; the first stays unless a new one is accepted."""
        self._write(_ACCEPT if is_accepted else _REMEMBER, list(found.items()))

    def check_writable(self) -> None:
        """Raise the outage that would prevent the next key from being stored; stores nothing."""
        with self._lock, self._place.used():
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.rollback()

    def back_up(self, target: Path) -> None:
        """Write a consistent copy of the keys; store it separately from the payloads' backup.

        Raises VaultDamagedError if the file cannot be read or the copy cannot be written.
        """
        with self._lock, self._place.used():
            target.touch(mode=0o600)
            copy = sqlite3.connect(target)
            try:
                cast("sqlite3.Connection", self._connection).backup(copy)
            finally:
                copy.close()

    def holds_plain_keys(self) -> bool:
        """Whether any key is not wrapped."""
        query = "SELECT count(*) FROM item_keys WHERE length(item_key) = ?"
        return bool(self._read(query, ITEM_KEY_BYTES)[0][0])

    def pages(self) -> Iterator[list[tuple[Any, ...]]]:
        """Yield all rows of keys as they are stored, in the order of their references."""
        query = "SELECT ref, item_key, destroyed_at, doomed_place FROM item_keys WHERE ref > ?"
        last = ""
        while True:
            page = self._read(f"{query} ORDER BY ref LIMIT ?", last, _BATCH)
            if not page:
                return
            yield page
            last = page[-1][0]

    def rows_of(self, table: str) -> list[tuple[Any, ...]]:
        """Return all rows of a table that holds no keys; `pages` yields those of the keys."""
        return self._read(f"SELECT * FROM {table}")  # noqa: S608 - a name of our own

    def put(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Store rows as they are in another key store; existing rows stay unchanged."""
        if not rows:
            return
        marks = ",".join("?" * len(rows[0]))
        query = f"INSERT INTO {table} VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608
        self._write(query, rows)

    def close(self) -> None:
        """Close the file."""
        self._reader.close()
        self._connection.close()

    def _empty_write_ahead_log(self) -> None:
        with self._lock, self._place.used():
            row = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if row[0]:
            raise StoreLockedError(
                "Old data in the key file could not be overwritten yet: try again.",
                part=StorePart.KEYS,
            )

    def _plain(self, ref: str, stored: bytes) -> bytes:
        if len(stored) == ITEM_KEY_BYTES:
            return stored
        if self._wrapping is None:
            raise KeysMissingError(_WRAPPED, part=StorePart.KEYS)
        return self._wrapping.unwrapped(stored, ref)

    def _after(self, ref: str) -> list[tuple[str, bytes]]:
        query = (
            "SELECT ref, item_key FROM item_keys WHERE ref > ? AND item_key IS NOT NULL"
            " ORDER BY ref LIMIT ?"
        )
        return self._read(query, ref, _BATCH)

    def _read(self, query: str, *values: str | int) -> list[Any]:
        with self._reading, self._place.used():
            return list(self._reader.execute(query, values).fetchall())

    def _write(self, query: str, rows: Sequence[tuple[Any, ...]]) -> None:
        with self._writing() as connection:
            connection.executemany(query, rows)

    def _rows(self, refs: Sequence[str]) -> dict[str, bytes | None]:
        found: dict[str, bytes | None] = {}
        with self._reading, self._place.used():
            for start in range(0, len(refs), _BATCH):
                batch = refs[start : start + _BATCH]
                marks = ",".join("?" * len(batch))
                # Only the number of question marks is put into the query text.
                query = f"SELECT ref, item_key FROM item_keys WHERE ref IN ({marks})"  # noqa: S608
                found.update(self._reader.execute(query, batch))
        return found

    @contextmanager
    def _writing(self) -> Iterator[KeyRows]:
        with self._lock, self._place.used():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.commit()
            except BaseException:
                # A failed commit, for example on a full disk, leaves the transaction open.
                self._connection.rollback()
                raise


def _is_under(wrapping: Wrapping, ref: str, stored: bytes) -> bool:
    try:
        wrapping.unwrapped(stored, ref)
    except VaultDamagedError:
        return False
    return True


def open_key_file(
    path: Path,
    *,
    busy_timeout_ms: int = 10_000,
    wrapping: Wrapping | None = None,
    is_fixed: bool = False,
) -> FileKeyStore:
    """Open the key file; a new file is made readable only by its owner.

    Every write is durable before the call returns, and waits for other writers. With `is_fixed` a
    file where nothing can be written is read as it stands. Raises the outage that prevents access,
    and VaultDamagedError if it is no key file.
    """
    fixed = fixed_address(path) if is_fixed else None
    address = fixed or path.absolute().as_uri()
    wait = f"PRAGMA busy_timeout = {busy_timeout_ms:d}"
    settings = ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON")
    statements = (
        wait,
        *(f"PRAGMA {setting}" for setting in settings),
        *_TABLES.read_text("utf-8").split("\n\n"),
    )
    try:
        if fixed is None:
            path.touch(mode=0o600)
        writer = _connected(address, statements)
        try:
            reader = _connected(address, (wait, "PRAGMA query_only = ON"))
        except sqlite3.Error:
            writer.close()
            raise
        return FileKeyStore(writer, reader, place_of(path), wrapping)
    except (sqlite3.Error, OSError) as error:
        raise fault_of_keys(error, path) from error


def _connected(address: str, statements: Sequence[str]) -> sqlite3.Connection:
    connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    try:
        for statement in statements:
            connection.execute(statement).fetchall()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
