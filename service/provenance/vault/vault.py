"""Sealed payloads: each personal payload is encrypted under its own key.

A payload is erased by destroying its key. The log has a commitment made with that key; once the
key is destroyed, the commitment reveals nothing about the payload, but the log still verifies.
Encryption is AES-256-GCM (NIST SP 800-38D) with a random key that is used once; the commitment is
HMAC-SHA256 (RFC 2104) under a second half of the key, so that the two uses stay independent. The
associated data are the item's place, number, reference and owners, so a ciphertext that has been
moved to another number or another row cannot be opened.

A stored payload consists of its reference (16 bytes), its commitment (32), its owners,
a nonce (12), the ciphertext and a tag (16). A payload of an earlier release has no owners.
"""

import hmac
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.errors import InvalidInputError, VaultDamagedError
from service.provenance.vault.key_stores import (
    ANYBODY,
    BETWEEN,
    MARK,
    NAMES_AT,
    NOBODY,
    Access,
    KeyStore,
    Memory,
    Named,
    named,
    owners_in,
    settle_doomed,
)

SEAL_KEY_BYTES = 32
COMMIT_KEY_BYTES = 32
ITEM_KEY_BYTES = SEAL_KEY_BYTES + COMMIT_KEY_BYTES
"""The length of a key in the key store: the sealing half, then the committing half."""

NONCE_BYTES = 12
"""The length of the nonce of GCM (NIST SP 800-38D, 5.2.1.1), which precedes the ciphertext."""

REF_BYTES = 16
_SHARED_BYTES = 6
"""The length of the random beginning that the references of items sealed together share.

The keys of these items are then next to each other in the key store, so that one page is written
and read instead of one for each. The other ten bytes differ for each item. The event of the items
names them together anyway.
"""
COMMITTED_BYTES = REF_BYTES + 32
"""The part of a stored payload that the log repeats: its reference and its commitment."""

_LABEL = "identlink/vault/2"
_EARLIER_LABEL = "identlink/vault/1"


@dataclass(frozen=True, slots=True)
class Place:
    """The table and the kind of payload that ciphertexts belong to.

    Raises InvalidInputError for a part that is empty or contains a NUL, which separates the parts.
    """

    table: str
    kind: str

    def __post_init__(self) -> None:
        if not (self.table and self.kind) or "\0" in f"{self.table}{self.kind}":
            raise InvalidInputError(
                "The place of a payload must state a table and a kind of payload."
            )


@dataclass(frozen=True, slots=True)
class Fresh:
    """A payload with its key, before it is sealed."""

    ref: bytes
    commitment: bytes
    key: bytes
    """The sealing half, then the committing half: 64 bytes."""
    nonce: bytes
    """12 bytes, used once with this key."""
    payload: bytes

    def sealed(self, place: Place, number: int, owners: Sequence[str]) -> bytes:
        """Return the stored payload, bound to its place, its number and its owners."""
        names = BETWEEN.join(sorted({owner.encode() for owner in owners}))
        head = MARK + len(names).to_bytes(NAMES_AT - len(MARK)) + names
        associated = _associated_data(place, number, self.ref.hex(), head)
        sealed = AESGCM(self.key[:SEAL_KEY_BYTES]).encrypt(self.nonce, self.payload, associated)
        return self.ref + self.commitment + head + self.nonce + sealed


@dataclass(frozen=True, slots=True)
class Opening:
    """A payload with the key of its commitment, with which a reader can check the commitment."""

    ref: str
    commitment_key: bytes
    """The committing half of the item's key, 32 bytes; it cannot open the ciphertext."""
    payload: bytes


_NOT_ITS_ROW = (
    "A row refers to a payload that belongs to a different row: one of the two rows was changed."
)

_UNBOUND = (
    "A payload is not bound to its row, although all payloads were bound "
    "earlier. If you have restored an old backup, run `identlink vault bind`."
)
_NO_KEYS: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and opens payloads with keys from a key store.

    `token_bytes` returns the given number of bytes from a cryptographic source
    (`secrets.token_bytes`). Thread-safe if the key store is. Without the key store's `memory`, a
    crash between a commit and the destruction of its keys would leave the keys in place, and a
    restore would give back withdrawn access.
    """

    keys: KeyStore
    token_bytes: Callable[[int], bytes]
    clock: Callable[[], datetime]
    memory: Memory | None = None

    def fresh(self, payloads: Sequence[bytes]) -> list[Fresh]:
        """Return payloads with new keys, to be sealed once their owners are known.

        Put the keys into the key store before the stored payloads are durable: a crash in between
        then leaves keys without a payload, but never a payload without its key.
        """
        each = REF_BYTES + ITEM_KEY_BYTES + NONCE_BYTES
        entropy = self.token_bytes(_SHARED_BYTES + each * len(payloads))
        if len(entropy) != _SHARED_BYTES + each * len(payloads):
            raise VaultDamagedError("The source of randomness returned too few bytes.")
        shared = entropy[:_SHARED_BYTES]
        made = []
        for at, payload in enumerate(payloads):
            begin = _SHARED_BYTES + at * each
            own = entropy[begin : begin + each]
            key, nonce = own[REF_BYTES:-NONCE_BYTES], own[-NONCE_BYTES:]
            commitment = hmac.digest(key[SEAL_KEY_BYTES:], payload, "sha256")
            made.append(
                Fresh(shared + own[_SHARED_BYTES:REF_BYTES], commitment, key, nonce, payload)
            )
        return made

    def open_many(
        self,
        place: Place,
        items: Sequence[tuple[int, bytes]],
        new_keys: Mapping[str, bytes] = _NO_KEYS,
    ) -> list[bytes]:
        """Return the payload of each (number, stored payload), checked against its commitment.

        `new_keys`: keys that are not in the key store yet. Raises PayloadErasedError if a key was
        destroyed. Raises VaultDamagedError if a key is missing; if a byte of the key, place,
        number or stored payload has changed; if the row that refers to the number is not an owner;
        or if there is a payload of an earlier release although all were bound.
        """
        if any(len(stored) <= COMMITTED_BYTES for _, stored in items):
            raise VaultDamagedError("Stored content is cut short: restore it from a backup.")
        unbound = [
            number for number, stored in items if not stored.startswith(MARK, COMMITTED_BYTES)
        ]
        if any(_asker(one) != ANYBODY for one in unbound) and self._demands_bound():
            raise VaultDamagedError(_UNBOUND)
        refs = [stored[:REF_BYTES].hex() for _, stored in items]
        known = [ref for ref in refs if ref not in new_keys]
        keys = {**new_keys, **self.keys.get_many(known)} if known else new_keys
        return [
            _open(place, number, stored, keys[ref])
            for (number, stored), ref in zip(items, refs, strict=True)
        ]

    def look_into(
        self,
        place: Place,
        items: Sequence[tuple[int, bytes]],
        new_keys: Mapping[str, bytes] = _NO_KEYS,
    ) -> list[bytes]:
        """Return payloads by number, whoever owns them, for checks of all payloads.

        Raises the errors of `open_many`.
        """
        of_anybody = [(named(number, ANYBODY), stored) for number, stored in items]
        return self.open_many(place, of_anybody, new_keys)

    def bind_again(
        self,
        place: Place,
        items: Sequence[tuple[int, bytes]],
        owners: Sequence[Collection[str]],
        new_keys: Mapping[str, bytes] = _NO_KEYS,
    ) -> list[bytes]:
        """Return stored payloads sealed again for these owners, besides their present ones.

        Key, reference and commitment stay unchanged, so that the log still refers to them. Raises
        the errors of `open_many`.
        """
        payloads = self.look_into(place, items, new_keys)
        refs = [_ref(stored) for _, stored in items]
        known = [ref for ref in refs if ref not in new_keys]
        keys = {**new_keys, **self.keys.get_many(known)}
        return [
            Fresh(
                stored[:REF_BYTES],
                stored[REF_BYTES:COMMITTED_BYTES],
                keys[ref],
                self.token_bytes(NONCE_BYTES),
                payload,
            ).sealed(place, number, [*owners_in(stored[COMMITTED_BYTES:]), *added])
            for (number, stored), ref, payload, added in zip(
                items, refs, payloads, owners, strict=True
            )
        ]

    def disclose(self, place: Place, row: int, stored: bytes) -> Opening:
        """Return a stored payload with the key of its commitment, for a reader outside the office.

        Raises the errors of `open_many`.
        """
        (payload,) = self.look_into(place, [(row, stored)])
        key = self.keys.get_many([_ref(stored)])[_ref(stored)]
        return Opening(_ref(stored), key[SEAL_KEY_BYTES:], payload)

    def doom_many(self, items: Sequence[tuple[int, bytes]]) -> None:
        """Record, durably, that the keys of (row, stored payload) will be destroyed."""
        if self.memory is not None:
            self.memory.doom({_ref(stored): str(row) for row, stored in items})

    def destroy_many(self, stored: Sequence[bytes]) -> None:
        """Destroy the keys of stored payloads: no copy of a payload opens again, in any backup.

        Backups of the key store are the exception; they must be kept only for a short time. Raises
        VaultDamagedError for an unknown key.
        """
        self.keys.destroy([_ref(one) for one in stored], at=self.clock())

    def live_keys(self, refs: Sequence[str]) -> frozenset[str]:
        """Return those of these references whose keys exist and are to be kept.

        Empty without the key store's memory, because it is then unknown which keys were destroyed
        on purpose.
        """
        if self.memory is None:
            return frozenset()
        destroyed, missing = self.memory.destroyed_and_missing(refs)
        live = frozenset(refs) - destroyed - missing
        return live - self.memory.doomed().keys() if live else live

    def settle(self, is_held: Callable[[int], bool]) -> tuple[int, int]:
        """Finish erasures that a crash interrupted; return counts (destroyed, spared)."""
        if self.memory is None:
            return 0, 0
        return settle_doomed(self.memory, lambda row: is_held(int(row)), at=self.clock())

    def _demands_bound(self) -> bool:
        return self.memory is not None and self.memory.demands_bound()

    def withdraw_many(self, refs: Collection[tuple[Access, str]]) -> None:
        """Record, durably, that this access is about to be withdrawn."""
        if self.memory is not None:
            self.memory.withdraw(refs, at=self.clock())


def is_bound_to_rows(stored: bytes) -> bool:
    """Whether a stored payload names its owners; a payload of an earlier release does not."""
    return stored[COMMITTED_BYTES:].startswith(MARK)


def _ref(stored: bytes) -> str:
    return stored[:REF_BYTES].hex()


def _asker(number: int) -> str:
    return number.owner if isinstance(number, Named) else NOBODY


def _open(place: Place, number: int, stored: bytes, key: bytes) -> bytes:
    if len(key) != ITEM_KEY_BYTES:
        raise VaultDamagedError("A key of the vault has the wrong length.")
    begin, head = COMMITTED_BYTES, b""
    if stored.startswith(MARK, begin):
        begin += NAMES_AT + int.from_bytes(stored[begin + len(MARK) : begin + NAMES_AT])
        head = stored[COMMITTED_BYTES:begin]
    asker = number.owner if isinstance(number, Named) else NOBODY
    if head and asker != ANYBODY and asker.encode() not in head[NAMES_AT:].split(BETWEEN):
        raise VaultDamagedError(_NOT_ITS_ROW)
    associated = _associated_data(place, number, stored[:REF_BYTES].hex(), head)
    nonce, sealed = stored[begin : begin + NONCE_BYTES], stored[begin + NONCE_BYTES :]
    try:
        payload = AESGCM(key[:SEAL_KEY_BYTES]).decrypt(nonce, sealed, associated)
    except (InvalidTag, ValueError) as error:
        raise VaultDamagedError(
            "A payload cannot be opened: it was changed, moved or cut short."
        ) from error
    commitment = stored[REF_BYTES:COMMITTED_BYTES]
    if not hmac.compare_digest(hmac.digest(key[SEAL_KEY_BYTES:], payload, "sha256"), commitment):
        raise VaultDamagedError(
            "A payload does not match its commitment in the log: it was changed."
        )
    return payload


def _associated_data(place: Place, number: int, ref: str, head: bytes) -> bytes:
    """Return the data that a ciphertext is bound to; `head` has its owners, if any."""
    label = _LABEL if head else _EARLIER_LABEL
    at = f"{label}\0{ref}\0{place.table}\0{number}\0{place.kind}"
    return at.encode() + b"\0" * bool(head) + head
