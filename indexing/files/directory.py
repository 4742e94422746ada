"""The directory of an index. One process owns it at a time, and a new generation replaces the old
one by an atomic rename.
"""

import fcntl
import os
import shutil
import weakref
from pathlib import Path

from domain.errors import GalleryError, IndexDamagedError
from indexing.array_files import sync_directory
from indexing.manifests import MANIFEST_NAME, Manifest, from_json, to_json

LOCK_NAME = "lock"
SEGMENTS_NAME = "segments"
CODECS_NAME = "codecs"
ERASED_NAME = "erased"
_OWNED = (SEGMENTS_NAME, CODECS_NAME, ERASED_NAME)


class IndexDirectory:
    """The files of one index, locked for this process until `release`.

    Raises GalleryError if another process holds the lock.
    """

    def __init__(self, root: Path) -> None:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root = root
        handle = os.open(root / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._release = weakref.finalize(self, os.close, handle)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as busy:
            self.release()
            raise GalleryError(
                "Another process uses this index: stop that process first."
            ) from busy
        for name in _OWNED:
            (root / name).mkdir(mode=0o700, exist_ok=True)

    def manifest(self) -> Manifest | None:
        """Return the current manifest, or None in a new directory. Raises IndexDamagedError."""
        return read_manifest(self.root)

    def publish(self, manifest: Manifest) -> None:
        """Make a generation the current one, atomically.

        Raises GalleryError if the manifest cannot be written; the previous generation then stays
        current.
        """
        draft = self.root / f"{MANIFEST_NAME}.draft"
        try:
            with draft.open("wb") as file:
                file.write(to_json(manifest))
                file.flush()
                os.fsync(file.fileno())
            for name in _OWNED:
                sync_directory(self.root / name)
            draft.replace(self.root / MANIFEST_NAME)
            sync_directory(self.root)
        except OSError as failure:
            raise GalleryError(
                "The manifest of the index could not be written: check the disk and the "
                "permissions."
            ) from failure

    def remove_unnamed(self, manifest: Manifest | None) -> None:
        """Delete every file and folder that the manifest does not name.

        These are files that a killed process left half-written, or that a newer generation has
        replaced.
        """
        named = {entry.name for entry in manifest.files()} if manifest else set()
        folders = {str(Path(name).parent) for name in named}
        for owned in _OWNED:
            for path in (self.root / owned).iterdir():
                relative = str(path.relative_to(self.root))
                if relative not in named and relative not in folders:
                    _remove(path)

    def remove_superseded(self, before: Manifest, after: Manifest) -> None:
        """Delete the files that the manifest of a new generation no longer names.

        Readers that have such a file mapped can use it until they have finished.
        """
        kept = {entry.name for entry in after.files()}
        folders = {(self.root / name).parent for name in kept}
        for entry in before.files():
            if entry.name not in kept:
                path = self.root / entry.name
                path.unlink(missing_ok=True)
                if path.parent not in folders and path.parent.name not in _OWNED:
                    _remove_if_empty(path.parent)

    def highest_number(self) -> int:
        """Return the highest number at the end of a name in the directory, or 0 without any."""
        stems = [path.stem for owned in _OWNED for path in (self.root / owned).iterdir()]
        return max((int(stem.rpartition("-")[2]) for stem in stems), default=0)

    def clear(self) -> None:
        """Delete the whole index, starting with the manifest."""
        (self.root / MANIFEST_NAME).unlink(missing_ok=True)
        self.remove_unnamed(None)

    def release(self) -> None:
        """Let another process open the index."""
        self._release()


def emptied(root: Path) -> Path:
    """Delete the index in a directory, even a damaged one; return the directory.

    Raises GalleryError if another process holds the lock.
    """
    held = IndexDirectory(root)
    try:
        held.clear()
    finally:
        held.release()
    return root


def read_manifest(root: Path) -> Manifest | None:
    """Return the manifest of the current generation of an index, or None if there is no index.

    Only reads and needs no lock. Raises IndexDamagedError.
    """
    try:
        return from_json((root / MANIFEST_NAME).read_bytes())
    except FileNotFoundError:
        return None
    except OSError as failure:
        raise IndexDamagedError(
            f"The index file {MANIFEST_NAME} cannot be read: build the index again."
        ) from failure


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
        return
    path.unlink()


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
