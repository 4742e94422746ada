"""Several processes over one database, each with its own index in its own slot.

The index is derived from the database, so processes do not need a shared writable one. Each
follows the database by itself, and no process waits for one that was killed. A new slot does not
start empty: it takes over the newest generation of a neighbour by hard links, which take no space
and no time. The files never change once they are written, and processes share their pages in
memory.
"""

import fcntl
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from domain.errors import GalleryError, IndexDamagedError
from indexing.gallery_index import GalleryIndex
from indexing.manifests import LOCK_NAME, IndexDirectory, Manifest, emptied, read_manifest

_ATTEMPTS = 5
"""How often to try to copy a neighbour that keeps publishing new generations."""


def slots_of(root: Path, count: int) -> tuple[Path, ...]:
    """Return the directories of `count` processes: `root`, then numbered ones beside it."""
    return (root, *(root.with_name(f"{root.name}-{number}") for number in range(2, count + 1)))


_ALL_TAKEN = "All slots of the index are taken: raise IDENTLINK_INDEX_SLOTS."


def open_free_slot(
    slots: Sequence[Path], open_index: Callable[[Path], GalleryIndex]
) -> GalleryIndex:
    """Open the first slot that no process holds, and delete the free slots after it.

    The first slot is opened as it is. Any other slot that cannot be opened, or that lags behind,
    is made again. Processes that start together choose one after another. Raises GalleryError if
    every slot is taken, and the errors of `open_index`.
    """
    with _choosing(slots[0]):
        for number, slot in enumerate(slots):
            if not is_free(slot):
                continue
            try:
                index = open_index(slot) if number == 0 else _open_seeded(slots, slot, open_index)
            except GalleryError:
                if is_free(slot):
                    raise
                continue
            retire(slots[number + 1 :])
            return index
    raise GalleryError(_ALL_TAKEN)


def hold_free_slot(slots: Sequence[Path]) -> IndexDirectory:
    """Take the first slot that no process holds, without opening an index in it.

    A process whose gallery is elsewhere shows in this way that it is running. Raises GalleryError.
    """
    with _choosing(slots[0]):
        for slot in slots:
            if is_free(slot):
                return IndexDirectory(slot)
    raise GalleryError(_ALL_TAKEN)


def count_free(slots: Sequence[Path]) -> int:
    """Return how many slots no process holds. Waits while another process is choosing a slot."""
    with _choosing(slots[0]):
        return sum(map(is_free, slots))


def is_free(slot: Path) -> bool:
    """Return whether no process holds the index here. A directory without an index is free."""
    try:
        with (slot / LOCK_NAME).open("rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def clear_free_slots(slots: Sequence[Path]) -> None:
    """Empty every slot. Raises GalleryError if a process holds one of them."""
    for slot in slots:
        if slot.is_dir():
            emptied(slot)


def retire(slots: Sequence[Path]) -> None:
    """Delete the indexes that no process holds, because they would no longer receive erasures."""
    for slot in slots:
        if slot.is_dir() and is_free(slot):
            emptied(slot)
            shutil.rmtree(slot, ignore_errors=True)


def seed(sources: Sequence[Path], target: Path) -> bool:
    """Copy the newest generation among `sources` to `target`, if newer; return whether it was.

    Raises GalleryError if another process holds the target or if writing fails.
    """
    directory = IndexDirectory(target)
    try:
        own = _cursor(_readable(target))
        newest = max(sources, key=lambda source: _cursor(_readable(source)), default=target)
        if _cursor(_readable(newest)) <= own:
            return False
        directory.clear()
        return any(_linked(newest, directory) for _ in range(_ATTEMPTS))
    finally:
        directory.release()


@contextmanager
def _choosing(root: Path) -> Iterator[None]:
    """Hold the lock that allows this process to choose among the slots.

    Without the lock a process could delete, as free, a slot that another has seeded and is about
    to open. It could also find a slot taken that another only inspects.
    """
    root.parent.mkdir(parents=True, exist_ok=True)
    with root.with_name(f"{root.name}.lock").open("ab") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _open_seeded(
    slots: Sequence[Path], slot: Path, open_index: Callable[[Path], GalleryIndex]
) -> GalleryIndex:
    """Open a slot other than the first: seeded if it lags, made again if it is of no use."""
    seed([other for other in slots if other != slot and other.is_dir()], slot)
    try:
        return open_index(slot)
    except GalleryError:
        if not is_free(slot):
            raise
    # Another key, or a damaged file that came with the seed; the database has all the content.
    emptied(slot)
    return open_index(slot)


def _linked(source: Path, target: IndexDirectory) -> bool:
    """Link the current generation of `source`; return False if it was replaced during the copy."""
    manifest = _readable(source)
    if manifest is None:
        return False
    try:
        for entry in manifest.files():
            place = target.root / entry.name
            place.parent.mkdir(parents=True, exist_ok=True)
            if not place.exists():
                place.hardlink_to(source / entry.name)
    except FileNotFoundError:
        return False
    except OSError as failure:
        raise GalleryError(
            "A slot of the index could not be written: check the disk and the permissions."
        ) from failure
    target.publish(manifest)
    return True


def _readable(slot: Path) -> Manifest | None:
    try:
        return read_manifest(slot)
    except IndexDamagedError:
        return None


def _cursor(manifest: Manifest | None) -> int:
    return -1 if manifest is None else manifest.cursor
