"""The index of a store, or its parts on a cluster."""

from domain.errors import ConflictError
from prints.print_format import PrintFormat
from service.adapters.parts.parted_index import PartedIndex
from service.adapters.parts.parts_opening import open_cluster
from service.adapters.secret_files import IndexKeys
from service.adapters.store_index import StoreIndex
from service.adapters.surroundings import code_version
from service.live.gallery import LiveGallery, LiveParts
from service.settings import Settings
from service.storage.database import UnitsOfWork


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
        return LiveGallery(store_index(settings).open(fmt.index), units)
    slot = store_index(settings).hold()
    try:
        return LiveParts(open_parts(settings, fmt), units, leave=slot.release)
    except BaseException:
        slot.release()
        raise


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
