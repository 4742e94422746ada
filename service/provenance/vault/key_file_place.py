"""The place of an open key file: checks that it is still there, and names the right fault.

A removed file stays open in the process that uses it: keys written to it would be lost when the
process ends, and so would the payloads sealed with them. Every access checks this first.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from domain.errors import LinkingError, StorePart, VaultDamagedError
from domain.outages import KeysMissingError, outage
from service.outages import outage_of, sqlite_outage


class KeyPlace(Protocol):
    """The place of an open key store."""

    def used(self) -> AbstractContextManager[None]:
        """Return a context that raises faults as the outage that they are, or as damage."""


@dataclass(frozen=True, slots=True)
class KeyFilePlace:
    """A path and the file that was there when it was opened."""

    path: Path
    file: tuple[int, int]
    """Inode and device: items 1 and 2 of the result of `stat`."""

    @contextmanager
    def used(self) -> Iterator[None]:
        """Raise faults inside the block as the outage they are, or as VaultDamagedError.

        Raises KeysMissingError if the file was removed or replaced, before the block or during it,
        because nothing written to such a file is durable.
        """
        try:
            if self.path.stat()[1:3] != self.file:
                raise outage(KeysMissingError, StorePart.KEYS)
            yield
            if self.path.stat()[1:3] != self.file:
                raise outage(KeysMissingError, StorePart.KEYS)
        except (sqlite3.Error, OSError) as error:
            raise fault_of_keys(error, self.path) from error


def place_of(path: Path) -> KeyFilePlace:
    """Return the place of an existing key file."""
    return KeyFilePlace(path, path.stat()[1:3])


def fault_of_keys(error: sqlite3.Error | OSError, path: Path) -> LinkingError:
    """Return the outage that a fault of a key file stands for, or VaultDamagedError."""
    if isinstance(error, FileNotFoundError) and Path(error.filename or "") == path:
        return outage(KeysMissingError, StorePart.KEYS)
    if isinstance(error, OSError):
        return outage_of(error, StorePart.KEYS) or _damage()
    return sqlite_outage(error, StorePart.KEYS, path.parent) or _damage()


def _damage() -> VaultDamagedError:
    return VaultDamagedError("The key file is damaged, or it already contains this key.")
