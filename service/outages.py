"""Finds the outage that caused an error of the operating system, of SQLite or of the index.

SQLite reports that a file could not be opened or written, but not why. To find the reason, a small
file is written to the directory: the operating system's error names the fault.
"""

import os
import resource
import sqlite3
import tempfile
from pathlib import Path

from domain import outages
from domain.errors import GalleryError, StorePart, StoreUnavailableError

PRIMARY_CODE = 0xFF
"""Mask for the primary SQLite error code: the lowest byte of an extended code."""

PROBE_BYTES = 128 * 1024
"""Bytes written to test whether a disk accepts data: more than a commit of one search."""

_BY_CODE: dict[int, type[StoreUnavailableError]] = {
    sqlite3.SQLITE_BUSY: outages.StoreLockedError,
    sqlite3.SQLITE_LOCKED: outages.StoreLockedError,
    sqlite3.SQLITE_PROTOCOL: outages.StoreLockedError,
    sqlite3.SQLITE_FULL: outages.DiskFullError,
    sqlite3.SQLITE_IOERR: outages.StorageFaultError,
    sqlite3.SQLITE_CANTOPEN: outages.StorageFaultError,
    sqlite3.SQLITE_READONLY: outages.ReadOnlyStoreError,
}
_UNCLEAR = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN})


def outage_of(
    error: BaseException | None, part: StorePart = StorePart.FILES
) -> StoreUnavailableError | None:
    """Return the outage that caused an error, or None when the cause is not an outage.

    An error of the index is an outage when the operating system refused access to a file.
    """
    match error:
        case StoreUnavailableError():
            return error
        case GalleryError():
            return outage_of(error.__cause__, StorePart.INDEX)
        case OSError():
            return _of_number(error.errno, part)
        case sqlite3.Error():
            return sqlite_outage(error, part)
    return None


def sqlite_outage(
    error: sqlite3.Error, part: StorePart, directory: Path | None = None
) -> StoreUnavailableError | None:
    """Return the outage that caused an error of SQLite, or None when the cause is not an outage.

    `directory` holds the file. When SQLite does not give the reason, a test file is written there.
    """
    code = getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE
    kind = _BY_CODE.get(code)
    if kind is None:
        return None
    if code in _UNCLEAR and directory is not None:
        return fault_of(directory, part) or outages.outage(kind, part)
    return outages.outage(kind, part)


def fault_of(directory: Path, part: StorePart) -> StoreUnavailableError | None:
    """Return why a directory does not accept a file of `PROBE_BYTES`, or None when it does."""
    try:
        if _is_at_limit(directory):
            return outages.outage(outages.DiskFullError, part)
        _write_nameless(directory)
    except OSError as error:
        return outage_of(error, part) or outages.outage(outages.StorageFaultError, part)
    return None


def has_room(directory: Path) -> bool:
    """Whether a file system reports room for a test file, without writing one."""
    facts = os.statvfs(directory)
    is_writable = not facts.f_flag & os.ST_RDONLY
    # Some network file systems do not count their blocks.
    return is_writable and (not facts.f_blocks or facts.f_bavail * facts.f_frsize > PROBE_BYTES)


def fixed_address(file: Path) -> str | None:
    """Return the address at which SQLite reads a file where nothing can be written.

    None if the directory can be written, if changes wait beside the file to be written to it, or
    if a process has it open, or was killed: that process may be another account's.
    """
    log, shared = (file.with_name(f"{file.name}-{end}") for end in ("wal", "shm"))
    is_waiting = shared.exists() or (log.exists() and log.stat().st_size)
    if is_waiting or os.access(file.parent, os.W_OK):
        return None
    return f"{file.absolute().as_uri()}?immutable=1"


def no_descriptor_left(part: StorePart) -> StoreUnavailableError | None:
    """Return the outage when this process cannot open any file."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return outage_of(error, part)
    return None


def _of_number(number: int | None, part: StorePart) -> StoreUnavailableError | None:
    kind = outages.BY_ERRNO.get(number or 0)
    return None if kind is None else outages.outage(kind, part)


def _write_nameless(directory: Path) -> None:
    """Write a file that goes with this process, however it ends."""
    with tempfile.TemporaryFile(dir=directory, buffering=0) as file:
        file.write(bytes(PROBE_BYTES))
        os.fsync(file.fileno())


def _is_at_limit(directory: Path) -> bool:
    """Whether a file has almost reached the size limit of this process (systemd `LimitFSIZE`)."""
    longest = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    if longest == resource.RLIM_INFINITY:
        return False
    with os.scandir(directory) as entries:
        sizes = [entry.stat().st_size for entry in entries if entry.is_file()]
    return max(sizes, default=0) + PROBE_BYTES > longest
