"""Sealed payloads: each personal payload is encrypted under a key of its own.

Whoever erases a payload destroys its key; what the log holds, a commitment under that key, then
says nothing and still verifies. Encryption is AES-256-GCM (NIST SP 800-38D) with a random key
that is used once; the commitment is HMAC-SHA256 (RFC 2104) under a second half of the key, so
that neither use touches the other's. The associated data are the item's place and reference: a
ciphertext moved to another row does not open.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.errors import InvalidInputError, VaultDamagedError
from domain.events.logged import PayloadRef

SEAL_KEY_BYTES = 32
COMMIT_KEY_BYTES = 32
ITEM_KEY_BYTES = SEAL_KEY_BYTES + COMMIT_KEY_BYTES
"""A key as the key store holds it: the sealing half, then the committing half."""

NONCE_BYTES = 12
"""The nonce of GCM (NIST SP 800-38D, 5.2.1.1). It stands before the ciphertext."""

REF_BYTES = 16

_LABEL = "identlink/vault/1"


@dataclass(frozen=True, slots=True)
class Place:
    """The row and the kind of payload that a ciphertext belongs to.

    Raises InvalidInputError for a part that is empty or holds a NUL, which separates them.
    """

    table: str
    row_id: str
    kind: str

    def __post_init__(self) -> None:
        whole = self.table and self.row_id and self.kind
        if not whole or "\0" in f"{self.table}{self.row_id}{self.kind}":
            raise InvalidInputError("A place names a table, a row and a kind.")


@dataclass(frozen=True, slots=True)
class SealedItem:
    """A payload as it is stored: what only its key opens, and where it belongs."""

    ref: str
    """An opaque id, the name of its key in the key store and of the payload in the log."""
    place: Place
    ciphertext: bytes
    """Nonce (12 bytes), ciphertext, tag (16 bytes)."""
    commitment: str
    """HMAC-SHA256 of the payload, 64 hexadecimal digits."""

    @property
    def payload_ref(self) -> PayloadRef:
        """What the event says of this payload."""
        return PayloadRef(self.ref, self.commitment)


class KeyStore(Protocol):
    """Where item keys live: apart from the payloads, with a backup of its own."""

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


class DoomedKeys(Protocol):
    """What a key store remembers of erasures under way, so that a crash does not undo them."""

    def doom(self, places: Mapping[str, str]) -> None:
        """Remember, durably, that these keys are about to be destroyed, and their places."""

    def doomed(self) -> Mapping[str, str]:
        """Return the place of every key that was doomed and neither destroyed nor spared."""

    def spare(self, refs: Sequence[str]) -> None:
        """Take back that keys are about to be destroyed."""

    def destroy(self, refs: Sequence[str], *, at: datetime) -> None:
        """Destroy keys for ever; they are doomed no more."""


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


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and opens payloads with keys from a key store.

    `token_bytes` returns so many bytes from a cryptographic source (`secrets.token_bytes`). Safe
    to share between threads when the key store is.
    """

    keys: KeyStore
    token_bytes: Callable[[int], bytes]

    def seal(self, place: Place, payload: bytes) -> SealedItem:
        """Seal one payload; see `seal_many`."""
        return self.seal_many([(place, payload)])[0]

    def seal_many(self, payloads: Sequence[tuple[Place, bytes]]) -> tuple[SealedItem, ...]:
        """Seal payloads, each in its canonical bytes, with one write to the key store.

        The keys are durable before the ciphertexts exist: a crash in between leaves keys without
        a payload, never a payload without its key.
        """
        each = REF_BYTES + ITEM_KEY_BYTES + NONCE_BYTES
        entropy = self.token_bytes(each * len(payloads))
        if len(entropy) != each * len(payloads):
            raise VaultDamagedError("The source of randomness fell short.")
        items, keys = [], {}
        for number, (place, payload) in enumerate(payloads):
            item, key = _seal(place, payload, entropy[number * each : (number + 1) * each])
            items.append(item)
            keys[item.ref] = key
        self.keys.add_many(keys)
        return tuple(items)

    def open(self, item: SealedItem) -> bytes:
        """Open one payload; see `open_many`."""
        return self.open_many([item])[0]

    def open_many(self, items: Sequence[SealedItem]) -> tuple[bytes, ...]:
        """Open payloads and check each against its commitment.

        Raises PayloadErasedError when a key was destroyed; VaultDamagedError when a key is
        missing, or a byte of key, ciphertext, place or commitment is not the one sealed.
        """
        keys = self.keys.get_many([item.ref for item in items])
        return tuple(_open(item, keys[item.ref]) for item in items)

    def destroy(self, refs: Sequence[str], *, at: datetime) -> None:
        """Destroy the keys of payloads: no copy of the ciphertext opens again, in no backup.

        The backups of the key store are the exception; they have their own, short, life. Raises
        VaultDamagedError for an unknown reference.
        """
        self.keys.destroy(refs, at=at)


def commitment_of(payload: bytes, key: bytes) -> str:
    """Return HMAC-SHA256 of a payload under the committing half of its key, hexadecimal."""
    return hmac.digest(key[SEAL_KEY_BYTES:], payload, "sha256").hex()


def _seal(place: Place, payload: bytes, entropy: bytes) -> tuple[SealedItem, bytes]:
    ref = entropy[:REF_BYTES].hex()
    key = entropy[REF_BYTES : REF_BYTES + ITEM_KEY_BYTES]
    nonce = entropy[REF_BYTES + ITEM_KEY_BYTES :]
    sealed = AESGCM(key[:SEAL_KEY_BYTES]).encrypt(nonce, payload, _associated_data(ref, place))
    return SealedItem(ref, place, nonce + sealed, commitment_of(payload, key)), key


def _open(item: SealedItem, key: bytes) -> bytes:
    if len(key) != ITEM_KEY_BYTES:
        raise VaultDamagedError("A key of the vault has another length.")
    nonce, sealed = item.ciphertext[:NONCE_BYTES], item.ciphertext[NONCE_BYTES:]
    try:
        payload = AESGCM(key[:SEAL_KEY_BYTES]).decrypt(
            nonce, sealed, _associated_data(item.ref, item.place)
        )
    except (InvalidTag, ValueError) as error:
        raise VaultDamagedError("A payload does not open: changed, moved or cut.") from error
    if not hmac.compare_digest(commitment_of(payload, key).encode(), item.commitment.encode()):
        raise VaultDamagedError("A payload is not the one the log committed to.")
    return payload


def _associated_data(ref: str, place: Place) -> bytes:
    return "\0".join((_LABEL, ref, place.table, place.row_id, place.kind)).encode()
