"""The place of an open key file: whether it is still there, and faults named as they are.

A removed file stays open in the process that has it: keys written to it would be lost with the
process, and with them the payloads sealed under them. Every access looks first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from domain.errors import VaultDamagedError
from domain.outages import KeysMissingError, outage
from domain.refusals import StorePart
from service.outages import outage_of, sqlite_outage


@dataclass(frozen=True, slots=True)
class KeyFilePlace:
    """A path and the file that was there when it was opened."""

    path: Path
    file: tuple[int, int]
    """Device and inode."""

    def check(self) -> None:
        """Raise KeysMissingError when the file was removed or replaced since it was opened."""
        if identity_of(self.path) != self.file:
            raise outage(KeysMissingError, StorePart.KEYS)

    @contextmanager
    def used(self) -> Iterator[None]:
        """Check the place, and name the faults of the block."""
        with faults_named(self.path):
            self.check()
            yield


def identity_of(path: Path) -> tuple[int, int] | None:
    """Return device and inode of a file, None when there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def faults_named(path: Path) -> Iterator[None]:
    """Raise a fault of a key file as the outage that it is, and as VaultDamagedError otherwise."""
    try:
        yield
    except sqlite3.Error as error:
        found = sqlite_outage(error, StorePart.KEYS, path.parent)
        raise found or _damage() from error
    except OSError as error:
        raise outage_of(error, StorePart.KEYS) or _damage() from error


def _damage() -> VaultDamagedError:
    return VaultDamagedError("The key file is damaged, or a key is known already.")
