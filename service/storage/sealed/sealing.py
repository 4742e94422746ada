"""Payloads sealed by the vault: what the payload table holds when encryption is on.

A stored body is the vault's reference (16 bytes), the commitment (32 bytes) and the ciphertext.
The place that the ciphertext is bound to is the payload's number and kind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from domain.errors import VaultDamagedError
from domain.events.logged import PayloadRef
from service.provenance.vault.vault import DoomedKeys, Place, SealedItem, Vault, settle_doomed
from service.provenance.vault.withdrawals import Access, WithdrawalMemory
from service.storage.sealed.vault_keys import BufferedKeys

_TABLE = "payloads"
_REF_BYTES = 16
_COMMITMENT_BYTES = 32
COMMITTED_BYTES = _REF_BYTES + _COMMITMENT_BYTES
"""How much of a stored body the log repeats: its reference and its commitment."""


class Memory(DoomedKeys, WithdrawalMemory, Protocol):
    """What a key store remembers beside its keys."""


@dataclass(frozen=True, slots=True)
class VaultSealer:
    """Seals payloads in a vault. Thread-safe when the vault's key store is.

    Without the key store's `memory` a crash between a commit and the destruction of its keys would
    leave them, and a restore would give back access that was taken away.
    """

    vault: Vault
    clock: Callable[[], datetime]
    memory: Memory | None = None

    def begin(self) -> VaultSealer:
        """Return a sealer for one transaction, whose keys wait for `flush`."""
        return replace(self, vault=replace(self.vault, keys=BufferedKeys(self.vault.keys)))

    def flush(self) -> None:
        """Make the keys of what was sealed durable; comes before the commit."""
        if isinstance(self.vault.keys, BufferedKeys):
            self.vault.keys.flush()

    def settle(self, is_held: Callable[[int], bool]) -> tuple[int, int]:
        """Finish erasures that a crash cut short: return how many keys (went, were spared)."""
        if self.memory is None:
            return 0, 0
        return settle_doomed(self.memory, lambda place: is_held(int(place)), at=self.clock())

    def seal_many(
        self, kind: str, items: Sequence[tuple[int, bytes]]
    ) -> Sequence[tuple[bytes, PayloadRef]]:
        """Return for each (number, body) the stored body and what the log commits to."""
        sealed = self.vault.seal_many([(_place(kind, number), body) for number, body in items])
        return [(_stored(item), item.payload_ref) for item in sealed]

    def open_many(self, kind: str, items: Sequence[tuple[int, bytes]]) -> Sequence[bytes]:
        """Return the bodies of (number, stored body).

        Raises VaultDamagedError when one was changed, moved or cut, PayloadErasedError when its
        key was destroyed.
        """
        return self.vault.open_many([_item(kind, number, stored) for number, stored in items])

    def doom_many(self, items: Sequence[tuple[int, bytes]]) -> None:
        """Remember that the keys of (number, stored body) are about to be destroyed."""
        if self.memory is not None:
            self.memory.doom({_ref(stored): str(number) for number, stored in items})

    def destroy_many(self, stored: Sequence[bytes]) -> None:
        """Destroy the keys of these stored bodies."""
        self.vault.destroy([_ref(body) for body in stored], at=self.clock())

    def withdraw_many(self, refs: Collection[tuple[Access, str]]) -> None:
        """Remember that this access is about to be taken away."""
        if self.memory is not None:
            self.memory.withdraw(refs, at=self.clock())


def _ref(stored: bytes) -> str:
    return stored[:_REF_BYTES].hex()


def _place(kind: str, number: int) -> Place:
    return Place(_TABLE, str(number), kind)


def _stored(item: SealedItem) -> bytes:
    return bytes.fromhex(item.ref) + bytes.fromhex(item.commitment) + item.ciphertext


def _item(kind: str, number: int, stored: bytes) -> SealedItem:
    if len(stored) <= COMMITTED_BYTES:
        raise VaultDamagedError("A stored payload is too short.")
    return SealedItem(
        ref=stored[:_REF_BYTES].hex(),
        place=_place(kind, number),
        ciphertext=stored[COMMITTED_BYTES:],
        commitment=stored[_REF_BYTES:COMMITTED_BYTES].hex(),
    )
