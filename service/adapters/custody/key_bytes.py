"""Operations with a key in memory: signatures, the key of seals, and the wrapping of keys."""

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.errors import VaultDamagedError
from service.provenance.vault.vault import NONCE_BYTES

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group of P-256 (SEC 2)."""
_WRAPPED = b"\x01"
"""The first byte of a wrapped key: the version of this form."""


@dataclass(frozen=True)
class HeldSigning:
    """Signs by Ed25519 with a key in memory. Thread-safe."""

    seed: bytes = field(repr=False)
    """32 random bytes."""

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def public_key(self) -> bytes:
        """The public key, 32 bytes."""
        return self._private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return the signature, 64 bytes."""
        return self._private.sign(message)


@dataclass(frozen=True)
class HeldWrapping:
    """Wraps keys of payloads under a key in memory. Thread-safe."""

    key: bytes = field(repr=False)
    """32 random bytes."""
    earlier: bytes | None = field(default=None, repr=False)
    """The key before, until all that it wrapped is wrapped by the new one."""

    def wrapped(self, key: bytes, ref: str) -> bytes:
        """Return a key, wrapped and bound to its reference: version, nonce, ciphertext and tag."""
        nonce = os.urandom(NONCE_BYTES)
        return _WRAPPED + nonce + AESGCM(self.key).encrypt(nonce, key, ref.encode())

    def unwrapped(self, stored: bytes, ref: str) -> bytes:
        """Return the key. Raises VaultDamagedError for a different wrapping key or reference."""
        nonce, sealed = stored[1 : 1 + NONCE_BYTES], stored[1 + NONCE_BYTES :]
        for key in (self.key, self.earlier):
            if key is not None:
                with suppress(InvalidTag, ValueError):
                    return AESGCM(key).decrypt(nonce, sealed, ref.encode())
        raise VaultDamagedError("A key of the vault cannot be unwrapped.")


def fresh_signing() -> HeldSigning:
    """Return a new signing key, for an invented office."""
    return HeldSigning(os.urandom(32))


def seal_key(secret: bytes) -> ec.EllipticCurvePrivateKey:
    """Return the P-256 key that is derived from a secret."""
    scalar = int.from_bytes(hashlib.sha512(secret).digest()) % (_ORDER - 1) + 1
    return ec.derive_private_key(scalar, ec.SECP256R1())
