"""Checks whether every part of a store can be written now."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from domain.errors import StorePart, StoreUnavailableError
from service.outages import fault_of, has_room, outage_of
from service.provenance.vault.key_files import FileKeyStore
from service.storage.database import Database
from service.storage.engine.outages import database_outage


@dataclass(frozen=True, slots=True)
class StoreLook:
    """The parts of a store. Thread-safe."""

    database: Database
    keys: FileKeyStore
    keys_directory: Path
    index_directory: Path

    def faults(self, is_thorough: bool) -> tuple[StoreUnavailableError, ...]:
        """Return the present outages.

        A thorough check writes to every disk and then deletes what it wrote. Otherwise the file
        systems are asked for their free space, and are written to only if they report none.
        """
        looks: list[Callable[[], StoreUnavailableError | None]] = [
            partial(_raised, partial(self.database.check_writable, is_thorough=is_thorough)),
            partial(_raised, self.keys.check_writable),
        ]
        looks += [
            partial(_fault, directory, part, is_thorough=is_thorough)
            for part, directory in self._directories()
        ]
        return tuple(fault for look in looks if (fault := look()) is not None)

    def _directories(self) -> Iterator[tuple[StorePart, Path]]:
        if self.database.file is not None:
            yield StorePart.DATABASE, self.database.file.parent
        yield StorePart.KEYS, self.keys_directory
        yield StorePart.INDEX, self.index_directory


def _raised(check: Callable[[], None]) -> StoreUnavailableError | None:
    """Return the outage that a check raises. Damage is not searched for here."""
    try:
        check()
    except Exception as error:  # noqa: BLE001 - a check must not end the thread that makes it
        return outage_of(error) or database_outage(error)
    return None


def _fault(directory: Path, part: StorePart, *, is_thorough: bool) -> StoreUnavailableError | None:
    try:
        if not is_thorough and has_room(directory):
            return None
    except OSError:
        pass
    return fault_of(directory, part)
