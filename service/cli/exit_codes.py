"""Exit codes of the command line, as the table in docs/operations.md has them."""

from __future__ import annotations

from domain.errors import LinkingError, StoreUnavailableError
from domain.outages import (
    DatabaseMissingError,
    DiskFullError,
    ForeignKeysError,
    KeysMissingError,
    NoDescriptorsError,
    ReadOnlyStoreError,
    StorageFaultError,
    StoreLockedError,
)

REFUSED = 1
"""A command that was understood and refused, or a verification that found something."""

OUTAGE_CODES: dict[type[LinkingError], int] = {
    StoreUnavailableError: 10,
    StoreLockedError: 11,
    DiskFullError: 12,
    NoDescriptorsError: 13,
    StorageFaultError: 14,
    ReadOnlyStoreError: 15,
    KeysMissingError: 16,
    ForeignKeysError: 17,
    DatabaseMissingError: 18,
}
"""The exit code of each outage: nothing is damaged, and the command may be repeated."""


def exit_code_of(error: LinkingError) -> int:
    """Return the exit code of a command that ended with an error."""
    return OUTAGE_CODES.get(type(error), REFUSED)
