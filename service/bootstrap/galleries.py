"""The index of a store, in a slot that no other process holds, or its parts on a cluster."""

from dataclasses import dataclass
from pathlib import Path

from domain.errors import ConfigurationError, ConflictError, GalleryError, IndexDamagedError
from domain.prints.templates import IndexedFormat
from indexing.array_files import check_file
from indexing.codes.rotation import key_check
from indexing.files.generations import demand_made_with
from indexing.gallery_index import GalleryIndex
from indexing.manifests import IndexDirectory, read_manifest
from indexing.slots import count_free, hold_free_slot, is_free, open_free_slot, slots_of
from prints.print_format import PrintFormat
from service.adapters.parts.parted_index import PartedIndex
from service.adapters.parts.parts_hosting import open_cluster
from service.adapters.secret_files import IndexKeys
from service.adapters.surroundings import code_version
from service.live.gallery import LiveGallery, LiveParts
from service.settings import Settings
from service.storage.database import UnitsOfWork


@dataclass(frozen=True, slots=True)
class StoreIndex:
    """The directory of the index, and its number of slots."""

    directory: Path
    slots: int
    keys: IndexKeys
    threads: int

    def open(self, template_format: IndexedFormat) -> GalleryIndex:
        """Open the index in a free slot, and finish a change of keys that was interrupted.

        Raises GalleryError without a free slot, IndexDamagedError, ConfigurationError (faulty
        key).
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

    def demand_whole(self, template_format: IndexedFormat, units: UnitsOfWork) -> None:
        """Raise the errors of `open_gallery` for a damaged index, another key or another store's
        index, without opening it.
        """
        found = read_manifest(self.directory)
        if found is not None:
            checks = {key_check(key) for key in self.keys.at_hand()}
            demand_made_with(found, template_format.label, checks)
            for entry in found.files():
                check_file(self.directory, entry)
            _demand_behind(found.cursor, units)

    def hold(self) -> IndexDirectory:
        """Take a free slot without an index, so that others see that this process is running.

        Raises GalleryError if no slot is free.
        """
        return hold_free_slot(self._paths())

    def is_alone(self) -> bool:
        """Whether only this process, which has its index open, has an open index."""
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


def check_slots(settings: Settings) -> None:
    """Raise ConfigurationError if there are fewer free slots than processes to start."""
    store_index(settings).demand_free(settings.processes)


def demand_nobody_serves(settings: Settings) -> None:
    """Raise ConflictError if a process of this machine has the store's index open."""
    if not store_index(settings).is_closed():
        raise ConflictError(
            "A server or a worker has this store open: stop all servers and workers, "
            "then run the command again."
        )


def open_gallery(settings: Settings, units: UnitsOfWork, fmt: PrintFormat) -> LiveGallery:
    """Return the gallery that follows the store: the index here, or the parts on a cluster."""
    if settings.gallery is None:
        index = store_index(settings).open(fmt.index)
        try:
            _demand_behind(index.cursor, units)
        except IndexDamagedError:
            index.close()
            raise
        return LiveGallery(index, units)
    slot = store_index(settings).hold()
    try:
        return LiveParts(open_parts(settings, fmt), units, leave=slot.release)
    except BaseException:
        slot.release()
        raise


def _demand_behind(cursor: int, units: UnitsOfWork) -> None:
    """Raise IndexDamagedError for an index with changes that the database does not have.

    Its captures would answer for those that the database has under the same numbers.
    """
    with units.read() as unit:
        last = unit.gallery_feed.last_change()
    if cursor > last:
        raise IndexDamagedError(
            "The index has changes that the database does not have: a backup was restored"
            " beside it, or it belongs to another store. Run `identlink index build`."
        )


def open_parts(settings: Settings, fmt: PrintFormat) -> PartedIndex:
    """Return the gallery in parts on the configured cluster, complete or not.

    Raises ConfigurationError without the extra, and for a cluster that cannot be reached or is
    open to others.
    """
    cluster = open_cluster(settings.gallery, settings.gallery_token)
    key = IndexKeys(settings.keys_directory).current
    return PartedIndex(cluster, fmt.index, key, code=code_version())


def store_index(settings: Settings) -> StoreIndex:
    """Return the slots of the index on this machine; none is taken yet."""
    return StoreIndex(
        settings.index_directory,
        settings.index_slots,
        IndexKeys(settings.keys_directory),
        settings.index_threads,
    )
