"""The parts of a store of keys that the vault needs: keys, their wrapping, memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from service.provenance.vault.withdrawals import WithdrawalMemory


class KeyStore(Protocol):
    """Where item keys live: apart from the payloads, with its own backup."""

    def add_many(self, keys: Mapping[str, bytes]) -> None:
        """Store keys of 64 bytes by reference, durably before it returns.

        Raises VaultDamagedError when a reference is known already.
        """

    def get_many(self, refs: Sequence[str]) -> Mapping[str, bytes]:
        """Return the key of every reference.

        Raises PayloadErasedError when one was destroyed, VaultDamagedError when one is missing.
        """

    def destroy(self, refs: Sequence[str], *, at: datetime) -> None:
        """Destroy keys for ever and remember that, and when, it was done on purpose.

        Destroying a key twice changes nothing. Raises VaultDamagedError for an unknown one.
        """


class Wrapping(Protocol):
    """Wraps item keys under one key: a copy of the key store opens nothing. Thread-safe."""

    def wrapped(self, key: bytes, ref: str) -> bytes:
        """Return a key of 64 bytes, wrapped for its reference; of another length."""

    def unwrapped(self, stored: bytes, ref: str) -> bytes:
        """Return the key; raises VaultDamagedError for another wrapping key or reference."""


class DoomedKeys(Protocol):
    """A key store's memory of erasures under way, so that a crash does not undo them."""

    def doom(self, places: Mapping[str, str]) -> None:
        """Remember, durably, that these keys are about to be destroyed, and their places."""

    def doomed(self) -> Mapping[str, str]:
        """Return the place of every key that was doomed and neither destroyed nor spared."""

    def spare(self, refs: Sequence[str]) -> None:
        """Take back that keys are about to be destroyed."""

    def destroy(self, refs: Sequence[str], *, at: datetime) -> None:
        """Destroy keys for ever; they are no longer marked for destruction."""


def settle_doomed(
    keys: DoomedKeys, is_held: Callable[[str], bool], *, at: datetime
) -> tuple[int, int]:
    """Finish, after a crash, the erasures that had begun: return (destroyed, spared).

    An erasure dooms its keys, deletes the payloads in its transaction, and destroys the keys
    when that is durable. `is_held` says of a place whether its payload is still there: if so, the
    transaction was rolled back and the key is spared; if not, the key is destroyed. To be called
    at the start, while no erasure is under way.
    """
    doomed = keys.doomed()
    kept = {ref for ref, place in doomed.items() if is_held(place)}
    gone = doomed.keys() - kept
    keys.spare(sorted(kept))
    keys.destroy(sorted(gone), at=at)
    return len(gone), len(kept)


class Memory(DoomedKeys, WithdrawalMemory, Protocol):
    """The memory of a key store beside its keys."""

    def demands_bound(self) -> bool:
        """Whether every payload has to be bound to the rows that own it."""

    def destroyed_and_missing(self, refs: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Return which of these keys were destroyed on purpose, and which were never here."""
