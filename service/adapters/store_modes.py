"""Restricts the files of a store to the service's account: mode 0600, directories 0700."""

import errno
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from domain.errors import ConfigurationError
from service.provenance.durable_files import write_new

OTHERS = 0o077
"""The bits of a mode that give access to anyone but the owner. Also the umask of every command."""

_SQLITE_SUFFIXES = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class StoreFiles:
    """The files and directories of a store. None of them has to exist."""

    directories: tuple[Path, ...]
    """Directories themselves. Of their contents, only the next two fields are included."""
    databases: tuple[Path, ...]
    """SQLite files, with their log files."""
    trees: tuple[Path, ...]
    """Directories with everything in them."""

    def __iter__(self) -> Iterator[Path]:
        yield from self.directories
        for file in self.databases:
            yield from (file.with_name(file.name + suffix) for suffix in _SQLITE_SUFFIXES)
        for tree in self.trees:
            yield tree
            yield from tree.rglob("*")


def close_to_others(files: StoreFiles) -> int:
    """Remove every right of other accounts on a store; return how many files had one.

    Key files are not changed. A key file that others could read is refused when it is read,
    because its secret may be known. Raises ConfigurationError for a file that belongs to another
    account and is open to everyone.
    """
    return sum(map(_close, files))


def demand_closable(files: StoreFiles) -> None:
    """Raise ConfigurationError if `close_to_others` would; changes nothing."""
    us = os.geteuid()
    for path in filter(Path.exists, files):
        found = path.lstat()
        is_passing = stat.S_ISLNK(found.st_mode) or found.st_mode & stat.S_ISVTX
        if us and found.st_uid != us and found.st_mode & stat.S_IRWXO and not is_passing:
            raise _not_ours(path)


def _not_ours(path: Path) -> ConfigurationError:
    return ConfigurationError(
        f"{path.name} in the store is open to everyone, and the service does not own it: "
        "make the service's account its owner, or set its mode to 0700 (0600 for a file)."
    )


def _close(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return False
    # A directory such as /tmp is not ours, and a link has no mode of its own.
    if not mode & OTHERS or stat.S_ISLNK(mode) or mode & stat.S_ISVTX:
        return False
    try:
        path.chmod(stat.S_IMODE(mode) & ~OTHERS)
    except PermissionError:
        if mode & stat.S_IRWXO:
            raise _not_ours(path) from None
        return False
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.EROFS}:
            # Another process removed it, or nothing can be written: the outage check reports that.
            return False
        raise
    return True


def demand_private(path: Path, named: str) -> None:
    """Raise ConfigurationError if other accounts can read a file."""
    if path.stat().st_mode & OTHERS:
        raise ConfigurationError(f"{named} can be read by other accounts: set its mode to 0600.")


def private_file(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the content of a file, made on first use, that only its owner can read.

    Raises ConfigurationError if other accounts can read it.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_new(path, make())
    demand_private(path, f"The key file {path.name}")
    return path.read_bytes()
