from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest

from domain.errors import GalleryError, IndexDamagedError, StorePart, StoreUnavailableError
from domain.outages import (
    OUTAGES,
    DiskFullError,
    NoDescriptorsError,
    ReadOnlyStoreError,
    StorageFaultError,
    StoreLockedError,
    outage,
)
from service.outages import (
    fault_of,
    has_room,
    no_descriptor_left,
    outage_of,
    sqlite_outage,
)
from tests.disks import files_limited_to, no_descriptors_left


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("refused")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, DiskFullError),
        (errno.EDQUOT, DiskFullError),
        (errno.EMFILE, NoDescriptorsError),
        (errno.EIO, StorageFaultError),
        (errno.EROFS, ReadOnlyStoreError),
        (errno.EAGAIN, StoreLockedError),
    ],
)
def test_an_error_number_of_the_system_is_an_outage_of_its_part(
    number: int, kind: type[StoreUnavailableError]
) -> None:
    found = outage_of(OSError(number, "refused"), StorePart.KEYS)

    assert type(found) is kind
    assert found.part is StorePart.KEYS


@pytest.mark.parametrize("error", [OSError(errno.ENOENT, "gone"), ValueError(), None])
def test_other_errors_are_none(error: BaseException | None) -> None:
    assert outage_of(error) is None


def test_an_error_of_the_index_is_an_outage_when_a_file_was_refused() -> None:
    full, damaged = GalleryError("a file"), IndexDamagedError("a file")
    full.__cause__ = OSError(errno.ENOSPC, "full")

    found = outage_of(full)

    assert type(found) is DiskFullError
    assert found.part is StorePart.INDEX
    assert outage_of(damaged) is None


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, DiskFullError),
        (sqlite3.SQLITE_IOERR_FSYNC, StorageFaultError),
        (sqlite3.SQLITE_READONLY_DIRECTORY, ReadOnlyStoreError),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreLockedError),
    ],
)
def test_a_code_of_sqlite_is_an_outage(
    code: int, kind: type[StoreUnavailableError], tmp_path: Path
) -> None:
    found = sqlite_outage(sqlite_error(code), StorePart.DATABASE, tmp_path)

    assert type(found) is kind


@pytest.mark.parametrize("code", [sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB])
def test_damage_is_no_outage(code: int, tmp_path: Path) -> None:
    assert sqlite_outage(sqlite_error(code), StorePart.DATABASE, tmp_path) is None


def test_where_sqlite_does_not_say_what_is_wrong_the_directory_is_asked(tmp_path: Path) -> None:
    error = sqlite_error(sqlite3.SQLITE_CANTOPEN)
    with no_descriptors_left():
        without = sqlite_outage(error, StorePart.KEYS, tmp_path)
    with files_limited_to(1):
        full = sqlite_outage(error, StorePart.KEYS, tmp_path)

    assert type(without) is NoDescriptorsError
    assert type(full) is DiskFullError


def test_a_directory_that_takes_a_file_is_left_as_it_was(tmp_path: Path) -> None:
    assert fault_of(tmp_path, StorePart.INDEX) is None
    assert has_room(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_is_gone_is_a_fault(tmp_path: Path) -> None:
    assert type(fault_of(tmp_path / "gone", StorePart.INDEX)) is StorageFaultError


def test_a_process_with_descriptors_has_no_outage() -> None:
    assert no_descriptor_left(StorePart.DATABASE) is None


@pytest.mark.parametrize("kind", OUTAGES)
def test_every_outage_has_one_sentence_with_a_remedy(kind: type[StoreUnavailableError]) -> None:
    told = outage(kind, StorePart.KEYS).detail

    assert ": " in told
    assert told.endswith(".")
    assert "keys" in told
