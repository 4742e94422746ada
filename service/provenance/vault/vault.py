"""Sealed payloads: each personal payload is encrypted under its own key.

To erase a payload is to destroy its key; the log holds a commitment under that key, which then
says nothing and still verifies. Encryption is AES-256-GCM (NIST SP 800-38D) with a random key
that is used once; the commitment is HMAC-SHA256 (RFC 2104) under a second half of the key, so
that neither use touches the other's. The associated data are the item's place, row and reference:
a ciphertext moved to another row does not open.

A stored payload is its reference (16 bytes), its commitment (32), a nonce (12), the ciphertext
and a tag (16).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.errors import InvalidInputError, VaultDamagedError
from domain.events.logged import PayloadRef
from service.provenance.vault.withdrawals import Access, WithdrawalMemory

SEAL_KEY_BYTES = 32
COMMIT_KEY_BYTES = 32
ITEM_KEY_BYTES = SEAL_KEY_BYTES + COMMIT_KEY_BYTES
"""A key as the key store holds it: the sealing half, then the committing half."""

NONCE_BYTES = 12
"""The nonce of GCM (NIST SP 800-38D, 5.2.1.1). It stands before the ciphertext."""

REF_BYTES = 16
_SHARED_BYTES = 6
"""The random beginning that references of items sealed together share.

Their keys then lie side by side in the key store: one page is written and read, not one for each.
The other ten bytes are each item's own, and the event of the items names them together anyway.
"""
COMMITTED_BYTES = REF_BYTES + 32
"""The part of a stored payload that the log repeats: its reference and its commitment."""

_HEAD_BYTES = COMMITTED_BYTES + NONCE_BYTES
_LABEL = "identlink/vault/1"


@dataclass(frozen=True, slots=True)
class Place:
    """The table and the kind of payload that ciphertexts belong to; each has its own row.

    Raises InvalidInputError for a part that is empty or holds a NUL, which separates them.
    """

    table: str
    kind: str

    def __post_init__(self) -> None:
        if not (self.table and self.kind) or "\0" in f"{self.table}{self.kind}":
            raise InvalidInputError("A place names a table and a kind.")


@dataclass(frozen=True, slots=True)
class Opening:
    """A payload with the key of its commitment: with both, a reader can check the commitment."""

    ref: str
    commitment_key: bytes
    """The committing half of the item's key, 32 bytes; it opens no ciphertext."""
    payload: bytes


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

    def destroyed_and_missing(self, refs: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Return which of these keys were destroyed on purpose, and which were never here."""


_NO_KEYS: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and opens payloads with keys from a key store.

    `token_bytes` returns this many bytes from a cryptographic source (`secrets.token_bytes`). Safe
    to share between threads when the key store is. Without the key store's `memory` a crash
    between a commit and the destruction of its keys would leave them, and a restore would give
    back access that was taken away.
    """

    keys: KeyStore
    token_bytes: Callable[[int], bytes]
    clock: Callable[[], datetime]
    memory: Memory | None = None

    def seal_many(
        self, place: Place, items: Sequence[tuple[int, bytes]]
    ) -> tuple[list[bytes], dict[str, bytes]]:
        """Return the stored payload for each (row, payload), and the new keys by reference.

        The keys have to be in the key store before the stored payloads are durable: a crash in
        between then leaves keys without a payload, never a payload without its key.
        """
        each = REF_BYTES + ITEM_KEY_BYTES + NONCE_BYTES
        entropy = self.token_bytes(_SHARED_BYTES + each * len(items))
        if len(entropy) != _SHARED_BYTES + each * len(items):
            raise VaultDamagedError("The source of randomness returned too few bytes.")
        shared = entropy[:_SHARED_BYTES]
        stored, keys = [], {}
        for number, (row, payload) in enumerate(items):
            begin = _SHARED_BYTES + number * each
            fresh = entropy[begin : begin + each]
            ref = shared + fresh[_SHARED_BYTES:REF_BYTES]
            key, nonce = fresh[REF_BYTES:-NONCE_BYTES], fresh[-NONCE_BYTES:]
            sealer = AESGCM(key[:SEAL_KEY_BYTES])
            sealed = sealer.encrypt(nonce, payload, _associated_data(place, row, ref.hex()))
            commitment = hmac.digest(key[SEAL_KEY_BYTES:], payload, "sha256")
            stored.append(ref + commitment + nonce + sealed)
            keys[ref.hex()] = key
        return stored, keys

    def open_many(
        self,
        place: Place,
        items: Sequence[tuple[int, bytes]],
        new_keys: Mapping[str, bytes] = _NO_KEYS,
    ) -> list[bytes]:
        """Return the payload of each (row, stored payload), checked against its commitment.

        `new_keys`: those that are not in the key store yet. Raises PayloadErasedError when a key
        was destroyed; VaultDamagedError when a key is missing, or a byte of key, place, row or
        stored payload is not the one sealed.
        """
        if any(len(stored) <= COMMITTED_BYTES for _, stored in items):
            raise VaultDamagedError("Stored content is cut short: restore it from a backup.")
        refs = [stored[:REF_BYTES].hex() for _, stored in items]
        known = [ref for ref in refs if ref not in new_keys]
        keys = {**new_keys, **self.keys.get_many(known)} if known else new_keys
        return [
            _open(place, row, stored, keys[ref], ref)
            for (row, stored), ref in zip(items, refs, strict=True)
        ]

    def disclose(self, place: Place, row: int, stored: bytes) -> Opening:
        """Return a stored payload with the key of its commitment, for a reader outside.

        Raises as `open_many` does.
        """
        (payload,) = self.open_many(place, [(row, stored)])
        key = self.keys.get_many([_ref(stored)])[_ref(stored)]
        return Opening(_ref(stored), key[SEAL_KEY_BYTES:], payload)

    def doom_many(self, items: Sequence[tuple[int, bytes]]) -> None:
        """Remember, durably, that the keys of (row, stored payload) are about to be destroyed."""
        if self.memory is not None:
            self.memory.doom({_ref(stored): str(row) for row, stored in items})

    def destroy_many(self, stored: Sequence[bytes]) -> None:
        """Destroy the keys of stored payloads: no copy of them opens again, in no backup.

        The backups of the key store are the exception; they have their own, short, life. Raises
        VaultDamagedError for an unknown key.
        """
        self.keys.destroy([_ref(one) for one in stored], at=self.clock())

    def live_keys(self, refs: Sequence[str]) -> frozenset[str]:
        """Return the references, of these, whose keys are there and are to stay.

        None without the key store's memory: what was destroyed on purpose is not known then.
        """
        if self.memory is None:
            return frozenset()
        destroyed, missing = self.memory.destroyed_and_missing(refs)
        live = frozenset(refs) - destroyed - missing
        return live - self.memory.doomed().keys() if live else live

    def settle(self, is_held: Callable[[int], bool]) -> tuple[int, int]:
        """Finish erasures that a crash cut short: return how many keys (went, were spared)."""
        if self.memory is None:
            return 0, 0
        return settle_doomed(self.memory, lambda row: is_held(int(row)), at=self.clock())

    def withdraw_many(self, refs: Collection[tuple[Access, str]]) -> None:
        """Remember, durably, that this access is about to be taken away."""
        if self.memory is not None:
            self.memory.withdraw(refs, at=self.clock())


def payload_ref(stored: bytes) -> PayloadRef:
    """Return the reference and the commitment by which an event speaks of a stored payload."""
    return PayloadRef(stored[:REF_BYTES].hex(), stored[REF_BYTES:COMMITTED_BYTES].hex())


def _ref(stored: bytes) -> str:
    return stored[:REF_BYTES].hex()


def _open(place: Place, row: int, stored: bytes, key: bytes, ref: str) -> bytes:
    if len(key) != ITEM_KEY_BYTES:
        raise VaultDamagedError("A key of the vault has the wrong length.")
    commitment = stored[REF_BYTES:COMMITTED_BYTES]
    nonce, sealed = stored[COMMITTED_BYTES:_HEAD_BYTES], stored[_HEAD_BYTES:]
    try:
        payload = AESGCM(key[:SEAL_KEY_BYTES]).decrypt(
            nonce, sealed, _associated_data(place, row, ref)
        )
    except (InvalidTag, ValueError) as error:
        raise VaultDamagedError(
            "A payload cannot be opened: it was changed, moved or cut short."
        ) from error
    if not hmac.compare_digest(hmac.digest(key[SEAL_KEY_BYTES:], payload, "sha256"), commitment):
        raise VaultDamagedError(
            "A payload does not match its commitment in the log: it was changed."
        )
    return payload


def _associated_data(place: Place, row: int, ref: str) -> bytes:
    return f"{_LABEL}\0{ref}\0{place.table}\0{row}\0{place.kind}".encode()
