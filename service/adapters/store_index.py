"""Opens the index of a store with its key, in a slot that no other process holds."""

from dataclasses import dataclass
from pathlib import Path

from domain.errors import ConfigurationError, GalleryError, IndexDamagedError
from domain.prints.templates import IndexedFormat
from indexing.array_files import check_file
from indexing.codes.rotation import key_check
from indexing.files.directory import IndexDirectory, read_manifest
from indexing.files.generations import demand_made_with
from indexing.gallery_index import GalleryIndex
from indexing.slots import count_free, hold_free_slot, is_free, open_free_slot, slots_of
from service.adapters.secret_files import IndexKeys


@dataclass(frozen=True, slots=True)
class StoreIndex:
    """The directory of the index, and its number of slots."""

    directory: Path
    slots: int
    keys: IndexKeys
    threads: int
    """Number of threads that one search may use."""

    def open(self, template_format: IndexedFormat) -> GalleryIndex:
        """Open the index in a free slot, and finish a change of keys that was interrupted.

        Raises GalleryError if no slot is free, IndexDamagedError, and ConfigurationError for a
        faulty key.
        """
        try:
            return self._open_with(template_format, self.keys.current)
        except IndexDamagedError:
            raise
        except GalleryError:
            following = self.keys.next
            if following is None:
                raise
            index = self._open_with(template_format, following)
            self.keys.adopt_next()
            return index

    def demand_whole(self, template_format: IndexedFormat) -> None:
        """Raise the errors of `open` for a damaged index or one of another key, without opening
        it.
        """
        found = read_manifest(self.directory)
        if found is not None:
            checks = {key_check(key) for key in self.keys.at_hand()}
            demand_made_with(found, template_format.label, checks)
            for entry in found.files():
                check_file(self.directory, entry)

    def hold(self) -> IndexDirectory:
        """Take a free slot without an index, so that others see that this process is running.

        Raises GalleryError if no slot is free.
        """
        return hold_free_slot(self._paths())

    def is_alone(self) -> bool:
        """Whether this process, which has its index open, is the only process with
        an open index.
        """
        return count_free(self._paths()) == self.slots - 1

    def is_closed(self) -> bool:
        """Whether no process has the index open. Creates nothing."""
        return not self.directory.parent.exists() or all(map(is_free, self._paths()))

    def demand_free(self, processes: int) -> None:
        """Raise ConfigurationError if there are fewer free slots than processes to be started."""
        free = sum(map(is_free, self._paths()))
        if free < processes:
            raise ConfigurationError(
                f"Each of the {processes} processes needs a slot of the index, but only "
                f"{free} of {self.slots} are free: raise IDENTLINK_INDEX_SLOTS."
            )

    def _open_with(self, template_format: IndexedFormat, key: bytes) -> GalleryIndex:
        def opened(slot: Path) -> GalleryIndex:
            return GalleryIndex.open(
                slot, template_format=template_format, key=key, threads=self.threads
            )

        return open_free_slot(self._paths(), opened)

    def _paths(self) -> tuple[Path, ...]:
        return slots_of(self.directory, self.slots)
