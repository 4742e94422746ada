"""What the vault needs of a key store: keys, their wrapping, records of erasures."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from service.provenance.vault.withdrawals import WithdrawalMemory


class KeyRows(Protocol):
    """A connection to the tables of a key store, with the methods of SQLite's connections."""

    def execute(self, query: str, values: Sequence[Any] = (), /) -> Any:
        """Run a statement with question marks for its values."""

    def executemany(self, query: str, values: Iterable[Sequence[Any]], /) -> Any:
        """Run a statement once for each row of values."""

    def commit(self) -> None:
        """Commit the transaction durably."""

    def rollback(self) -> None:
        """Roll the transaction back."""

    def close(self) -> None:
        """Close the connection."""


class KeyStore(Protocol):
    """Stores item keys: separately from the payloads, and with a separate backup."""

    def add_many(self, keys: Mapping[str, bytes]) -> None:
        """Store keys of 64 bytes by reference, durably before the call returns.

        Raises VaultDamagedError if a reference is already in use.
        """

    def get_many(self, refs: Sequence[str]) -> Mapping[str, bytes]:
        """Return the key of every reference.

        Raises PayloadErasedError if a key was destroyed, VaultDamagedError if a key is missing.
        """

    def destroy(self, refs: Sequence[str], *, at: datetime) -> None:
        """Destroy keys permanently, and record that this was done on purpose, and when.

        Destroying a key again has no effect. Raises VaultDamagedError for an unknown key.
        """


class Wrapping(Protocol):
    """Wraps item keys under one key, so that a copy of the store opens no payload. Thread-safe."""

    def wrapped(self, key: bytes, ref: str) -> bytes:
        """Return a 64-byte key, wrapped and bound to its reference; the wrapped key is longer."""

    def unwrapped(self, stored: bytes, ref: str) -> bytes:
        """Return the key; raises VaultDamagedError for a wrong wrapping key or reference."""


class DoomedKeys(Protocol):
    """A key store's record of erasures in progress, so that a crash does not undo them."""

    def doom(self, places: Mapping[str, str]) -> None:
        """Record, durably, that these keys are about to be destroyed, and their places."""

    def doomed(self) -> Mapping[str, str]:
        """Return the place of every key that is still marked for destruction."""

    def spare(self, refs: Sequence[str]) -> None:
        """Cancel the planned destruction of these keys."""

    def destroy(self, refs: Sequence[str], *, at: datetime) -> None:
        """Destroy keys permanently; they are then no longer marked for destruction."""


def settle_doomed(
    keys: DoomedKeys, is_held: Callable[[str], bool], *, at: datetime
) -> tuple[int, int]:
    """After a crash, finish the erasures that had begun; return (destroyed, spared).

    An erasure marks its keys for destruction, deletes the payloads in its transaction, and
    destroys the keys once the transaction is durable. `is_held` returns whether the payload at a
    place still exists: if it does, the transaction was rolled back and the key is spared; if not,
    the key is destroyed. Call this at the start, while no erasure is in progress.
    """
    doomed = keys.doomed()
    kept = {ref for ref, place in doomed.items() if is_held(place)}
    gone = doomed.keys() - kept
    keys.spare(sorted(kept))
    keys.destroy(sorted(gone), at=at)
    return len(gone), len(kept)


class Memory(DoomedKeys, WithdrawalMemory, Protocol):
    """What a key store records besides its keys."""

    def demands_bound(self) -> bool:
        """Whether every payload must be bound to the rows that own it."""

    def destroyed_and_missing(self, refs: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Return which of these keys were destroyed on purpose, and which were never stored."""
