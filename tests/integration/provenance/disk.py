"""Every file on disk of a store and of its database."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
from sqlalchemy import text

from service.settings import Settings
from tests.integration.storage.raw import connection

_LONGEST_WAIT_SECONDS = 60
_OLDER = """
    SELECT 1 FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND (
        age(backend_xid) > age(%(now)s::xid)
        OR datname = current_database() AND age(backend_xmin) > age(%(now)s::xid)
    )
"""


def payloads_of(settings: Settings) -> dict[int, bytes]:
    """Return the stored payloads by number."""
    with connection(settings.database_address) as raw:
        rows = raw.execute(text("SELECT payload_id, body FROM payloads")).all()
    return {row[0]: bytes(row[1]) for row in rows}


def files_of(settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the store, and those of its SQLite database."""
    for path in sorted(settings.store.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()
    if settings.database_address.startswith("sqlite"):
        base = Path(settings.database_address.removeprefix("sqlite:///"))
        for path in sorted(base.parent.glob(f"{base.name}*")):
            yield path.name, path.read_bytes()


def server_files(settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Yield every file of a PostgreSQL server but those of other databases on it."""
    if settings.database_address.startswith("sqlite"):
        return
    with connection(settings.database_address) as raw:
        directory = Path(raw.execute(text("SHOW data_directory")).scalar_one())
        own = raw.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        others = set((directory / "base").iterdir()) - {directory / "base" / str(own.scalar_one())}
    for path in sorted(directory.rglob("*")):
        if path.is_file() and not others.intersection(path.parents):
            yield path.name, path.read_bytes()


def settle_files(settings: Settings) -> None:
    """Have SQLite write its log into its file, as it does by itself sooner or later."""
    if settings.database_address.startswith("sqlite"):
        path = settings.database_address.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def take_statistics(settings: Settings) -> None:
    """Have the database take statistics of its tables, as PostgreSQL does by itself."""
    with connection(settings.database_address) as raw:
        raw.execute(text("ANALYZE"))


def rewrite_tables(settings: Settings) -> None:
    """Have PostgreSQL rewrite its tables without deleted rows; SQLite overwrote them."""
    if not settings.database_address.startswith("sqlite"):
        address = settings.database_address.replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(address, autocommit=True) as raw:
            _wait_for_older_transactions(raw)
            for table in ("payloads", "withheld_payloads"):
                raw.execute(f"VACUUM FULL {table}")
            raw.execute("CHECKPOINT")


def _wait_for_older_transactions(raw: psycopg.Connection) -> None:
    """Wait until no transaction is left that may see rows that are deleted now.

    A rewritten table keeps such rows. The server's own ANALYZE is such a transaction; so is one
    that writes in another database, for the rewriting itself sees no further than the oldest.
    """
    (now,) = raw.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").fetchone() or ()
    deadline = time.monotonic() + _LONGEST_WAIT_SECONDS
    while raw.execute(_OLDER, {"now": now}).fetchone():
        assert time.monotonic() < deadline, "a transaction stays open"
        time.sleep(0.01)
