"""Arrays in files: written once, on disk before a manifest names them, read only if unchanged."""

import hashlib
import mmap
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from domain.arrays import AnyArray
from domain.errors import GalleryError, IndexDamagedError

_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file as recorded in the manifest."""

    name: str
    """Path relative to the directory of the index."""
    size_bytes: int
    sha256: str


class _HashingWriter:
    """A file wrapper that computes the SHA-256 digest of everything written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.size_bytes = 0

    def write(self, data: Any) -> int:
        self._digest.update(data)
        self.size_bytes += len(data)
        return self._file.write(data)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


def write_array(root: Path, name: str, array: AnyArray) -> FileEntry:
    """Write an array to a new file under `root`. Raises GalleryError if the write fails."""
    return write_array_in_parts(
        root, name, dtype=array.dtype, shape=array.shape, parts=iter([array])
    )


def write_array_in_parts(
    root: Path,
    name: str,
    *,
    dtype: npt.DTypeLike,
    shape: tuple[int, ...],
    parts: Iterable[AnyArray],
) -> FileEntry:
    """Write an array given as consecutive parts along its first axis, in bounded memory.

    The file uses NumPy's own format (NEP 1), little-endian, and is on the disk when this function
    returns. Raises GalleryError, which names the file, if the disk is full or the write fails in
    another way.
    """
    little = np.dtype(dtype).newbyteorder("<")
    header = {"descr": little.str, "fortran_order": False, "shape": shape}
    try:
        with _new_file(root / name) as file:
            writer = _HashingWriter(file)
            np.lib.format.write_array_header_1_0(writer, header)
            for part in parts:
                whole = np.ascontiguousarray(part, dtype=little)
                writer.write(whole.reshape(-1).view(np.uint8).data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as failure:
        raise GalleryError(
            f"The index file {name} could not be written: check the disk and the permissions."
        ) from failure
    return FileEntry(name, writer.size_bytes, writer.sha256)


def check_file(root: Path, entry: FileEntry) -> None:
    """Check a file. Raises IndexDamagedError, naming it, if missing, truncated or altered."""
    path = root / entry.name
    if not path.is_file():
        raise IndexDamagedError(f"The index file {entry.name} is missing: build the index again.")
    if path.stat().st_size != entry.size_bytes:
        raise IndexDamagedError(
            f"The index file {entry.name} has the wrong length: build the index again."
        )
    if _file_digest(path) != entry.sha256:
        raise IndexDamagedError(
            f"The index file {entry.name} does not match its digest: build the index again."
        )


def read_array(root: Path, entry: FileEntry) -> AnyArray:
    """Read a file into memory and return it as a read-only array."""
    array = np.load(root / entry.name, allow_pickle=False)
    array.flags.writeable = False
    return np.asarray(array)


def map_array(root: Path, entry: FileEntry) -> AnyArray:
    """Return a file as a read-only array mapped from the disk.

    The mapping stays valid after the file is deleted, so a reader keeps the generation it opened.
    """
    return np.asarray(np.load(root / entry.name, mmap_mode="r", allow_pickle=False))


def populate(array: AnyArray) -> None:
    """Load all pages of a mapped array now, instead of one by one when each is first read.

    Does nothing if the system does not support this, or if the file would fill half of the
    system's memory.
    """
    held: Any = array
    while held is not None and not isinstance(held, mmap.mmap):
        held = getattr(held, "base", None)
    if held is None or 2 * len(held) > os.sysconf("SC_PHYS_PAGES") * mmap.PAGESIZE:
        return
    with suppress(OSError):
        held.madvise(_MADV_POPULATE_READ)


_MADV_POPULATE_READ = 22
"""Constant of Linux 5.14 and later (`madvise(2)`). The standard library has no name for it yet."""


def sync_directory(path: Path) -> None:
    """Flush a directory to the disk, so that the file names in it survive a crash."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _file_digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_READ_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _new_file(path: Path) -> BinaryIO:
    """Create a file, which must be new. Only its owner may read it: it holds personal data."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
