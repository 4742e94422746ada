"""Outages: a store cannot work at the moment, but nothing in the store is damaged.

No outage changes stored data. All end by themselves, except where keys are missing or foreign, the
file of the database is missing, or its server was replaced.
"""

import errno

from domain.errors import StorePart, StoreUnavailableError


class StoreLockedError(StoreUnavailableError):
    """Another process or transaction holds something that is needed. The call may be repeated."""

    title = "The store is locked at the moment"
    advice = "Another process locks the {part} or a row in it: try again, or stop that process."


class DiskFullError(StoreUnavailableError):
    """A disk used by the service is full. Nothing was changed, and the call may be repeated."""

    title = "A disk used by the service is full"
    advice = (
        "The disk of the {part} is full: free some space. The service then recovers by itself."
    )


class NoDescriptorsError(StoreUnavailableError):
    """The process cannot open another file or connection. The call may be repeated."""

    title = "The service has no file descriptor left"
    advice = "No file descriptor is left for the {part}: raise the limit on open files."


class StorageFaultError(StoreUnavailableError):
    """A storage device used by the service reports errors. Nothing was changed."""

    code = "io-error"
    title = "A storage device used by the service reports errors"
    advice = (
        "The device of the {part} reports input/output errors: check it before you use it again."
    )


class ReadOnlyStoreError(StoreUnavailableError):
    """The store can be read but not written. Nothing was changed."""

    code = "read-only"
    title = "The store is read-only at the moment"
    advice = (
        "The {part} can be read but not written: allow writing. The service then recovers by "
        "itself."
    )


class KeysMissingError(StoreUnavailableError):
    """The keys of stored payloads are missing. Nothing is served until the keys are back."""

    title = "The keys of the store are missing"
    advice = (
        "The file of the {part} (vault.sqlite) was removed or replaced while it "
        "was open: see the runbook before you stop this process."
    )


class ForeignKeysError(StoreUnavailableError):
    """The keys belong to another store. Nothing is served until the right keys are in place."""

    title = "The keys belong to another store"
    advice = (
        "The {part} belong to another store: set IDENTLINK_KEYS to the directory "
        "with the keys of this store."
    )


class DatabaseMissingError(StoreUnavailableError):
    """The database file was removed or replaced while it was open. Nothing is written."""

    title = "The database file is missing"
    advice = (
        "The file of the {part} was removed or replaced while it was open: see "
        "the runbook before you stop this process."
    )


class ServerReplacedError(StoreUnavailableError):
    """The PostgreSQL server was replaced by its standby. Nothing is read or written there."""

    title = "The server of the database was replaced by its standby"
    advice = (
        "The standby took over from this server of the {part}, but the old server answers "
        "again: stop the old server, and make it a standby of the new one."
    )


OUTAGES: tuple[type[StoreUnavailableError], ...] = (
    StoreUnavailableError,
    StoreLockedError,
    DiskFullError,
    NoDescriptorsError,
    StorageFaultError,
    ReadOnlyStoreError,
    KeysMissingError,
    ForeignKeysError,
    DatabaseMissingError,
    ServerReplacedError,
)
"""Every kind of outage that is reported."""

BY_ERRNO: dict[int, type[StoreUnavailableError]] = {
    errno.ENOSPC: DiskFullError,
    errno.EDQUOT: DiskFullError,
    errno.EFBIG: DiskFullError,
    errno.EMFILE: NoDescriptorsError,
    errno.ENFILE: NoDescriptorsError,
    errno.EIO: StorageFaultError,
    errno.ENXIO: StorageFaultError,
    errno.ESTALE: StorageFaultError,
    errno.EROFS: ReadOnlyStoreError,
    errno.EACCES: ReadOnlyStoreError,
    errno.EPERM: ReadOnlyStoreError,
    errno.EAGAIN: StoreLockedError,
    errno.EBUSY: StoreLockedError,
}
"""The outage that corresponds to an error number of the operating system."""


def outage(
    kind: type[StoreUnavailableError], part: StorePart = StorePart.DATABASE
) -> StoreUnavailableError:
    """Return an outage of a part of the store, with its advice to the operator."""
    return kind(kind.advice.format(part=part), part=part)
