"""Keys of signed notes: their ids, and the text forms in which people exchange them.

Source: the C2SP specifications signed-note and tlog-cosignature (c2sp.org). The text of a private
key is as in the Go module golang.org/x/mod/sumdb/note.
"""

import base64
import binascii
import hmac
import re
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from domain.errors import InvalidNoteError

PRIME = 2**255 - 19
"""The field of the curve (RFC 8032, section 5.1)."""

_Y_OF_ORDER_8 = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
SMALL_ORDER_Y = frozenset({0, 1, PRIME - 1, _Y_OF_ORDER_8, PRIME - _Y_OF_ORDER_8})
"""The y coordinates of the eight points whose order divides 8, in the order 4, 1, 2, 8 and 8."""


def is_honest_point(encoded: bytes) -> bool:
    """Whether 32 bytes canonically encode a y coordinate of no point of small order."""
    y = int.from_bytes(encoded, "little") & ((1 << 255) - 1)
    return y < PRIME and y not in SMALL_ORDER_Y


KEY_BYTES = 32
"""The length of a private key's seed, both for Ed25519 (RFC 8032) and for ML-DSA-44 (FIPS 204)."""

_PRIVATE_PREFIX = "PRIVATE+KEY+"
_HAS_NAME_FORM = re.compile(r"[^\s+\x00-\x1f\x7f]{1,255}").fullmatch
_HAS_ID_FORM = re.compile(r"[0-9a-f]{8}").fullmatch


class SignatureType(IntEnum):
    """The use of a key; part of the key's id, so that it has no other use."""

    ED25519 = 0x01
    """Signs the text of a note: the log's own signature."""
    COSIGNATURE = 0x04
    """Signs a time and the text: a witness's signature."""
    ML_DSA_COSIGNATURE = 0x06
    """A witness's signature with ML-DSA-44, which resists quantum computers."""

    @property
    def is_witness(self) -> bool:
        """Whether this is the use of a witness's key."""
        return self is not SignatureType.ED25519

    @property
    def key_bytes(self) -> int:
        """The length of a public key."""
        return 1312 if self is SignatureType.ML_DSA_COSIGNATURE else 32

    @property
    def signature_bytes(self) -> int:
        """The length of a signature, without the time that precedes a witness's signature."""
        return 2420 if self is SignatureType.ML_DSA_COSIGNATURE else 64


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name of its owner.

    `public_key` has 32 bytes (Ed25519) or 1,312 (ML-DSA-44). Raises InvalidNoteError for a name
    with a space or a plus sign, and for a key with which anybody could sign.
    """

    name: str
    public_key: bytes
    signature_type: SignatureType = SignatureType.ED25519

    def __post_init__(self) -> None:
        if not _HAS_NAME_FORM(self.name):
            raise InvalidNoteError("The name of a key must not contain spaces or plus signs.")
        if len(self.public_key) != self.signature_type.key_bytes:
            raise InvalidNoteError(
                "A public key must have 32 bytes, or 1,312 bytes for ML-DSA-44."
            )
        if not self._is_ml_dsa and not is_honest_point(self.public_key):
            raise InvalidNoteError(
                "A public key is a point of small order, so anybody could sign for it: "
                "do not trust it."
            )

    @property
    def key_id(self) -> bytes:
        """SHA-256(name || 0x0A || signature type || public key), the first 4 bytes."""
        material = bytes([self.signature_type]) + self.public_key
        return sha256(self.name.encode() + b"\n" + material).digest()[:4]

    def __str__(self) -> str:
        """The vkey: name, id and key, in the form given to verifiers."""
        material = base64.b64encode(bytes([self.signature_type]) + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{material}"

    def accepts(self, signature: bytes, message: bytes) -> bool:
        """Whether these bytes are this key's signature of the message."""
        kind = MLDSA44PublicKey if self._is_ml_dsa else Ed25519PublicKey
        try:
            kind.from_public_bytes(self.public_key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    @property
    def _is_ml_dsa(self) -> bool:
        return self.signature_type is SignatureType.ML_DSA_COSIGNATURE


class NoteKey(Protocol):
    """Signs notes; the private key may be in a place where it cannot be read. Thread-safe."""

    @property
    def name(self) -> str:
        """The name of the key's owner."""

    @property
    def verifier(self) -> VerifierKey:
        """The public key that belongs to the signing key."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature of the message."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with its owner's name; the private key never appears in `repr()`.

    `seed` is 32 bytes from a cryptographic random source. Raises InvalidNoteError.
    """

    name: str
    seed: bytes = field(repr=False)
    signature_type: SignatureType = SignatureType.ED25519

    def __post_init__(self) -> None:
        if len(self.seed) != KEY_BYTES:
            raise InvalidNoteError("The seed of a key must have 32 bytes.")

    @property
    def verifier(self) -> VerifierKey:
        """The public key that belongs to the signing key."""
        public = self._private().public_key().public_bytes_raw()
        return VerifierKey(self.name, public, self.signature_type)

    def sign(self, message: bytes) -> bytes:
        """Return the signature of the message: 64 bytes, or 2,420 for ML-DSA-44."""
        return self._private().sign(message)

    def secret_text(self) -> str:
        """The skey: the content of the key file, readable only by its owner."""
        material = base64.b64encode(bytes([self.signature_type]) + self.seed).decode()
        return f"{_PRIVATE_PREFIX}{self.name}+{self.verifier.key_id.hex()}+{material}"

    def _private(self) -> Ed25519PrivateKey | MLDSA44PrivateKey:
        if self.signature_type is SignatureType.ML_DSA_COSIGNATURE:
            return MLDSA44PrivateKey.from_seed_bytes(self.seed)
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def parse_verifier_key(text: str) -> VerifierKey:
    """Read a vkey; raises InvalidNoteError, also if the id does not match the key."""
    name, key_id, signature_type, material = _parse_key(text.strip())
    key = VerifierKey(name, material, signature_type)
    _check_id(key, key_id)
    return key


def parse_signing_key(text: str) -> SigningKey:
    """Read an skey; raises InvalidNoteError, also if the id does not match the key."""
    stripped = text.strip()
    if not stripped.startswith(_PRIVATE_PREFIX):
        raise InvalidNoteError("This is not a private key for signing notes.")
    name, key_id, signature_type, seed = _parse_key(stripped.removeprefix(_PRIVATE_PREFIX))
    key = SigningKey(name, seed, signature_type)
    _check_id(key.verifier, key_id)
    return key


def decode_base64(text: str) -> bytes:
    """Decode base64 (RFC 4648, section 4), canonical spelling only. Raises InvalidNoteError."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidNoteError("A part of the note is not base64.") from error
    # The last character of a padded text has spare bits, so without this check there would be
    # other spellings.
    if base64.b64encode(data).decode() != text:
        raise InvalidNoteError("A part of the note is not canonical base64.")
    return data


def _parse_key(text: str) -> tuple[str, bytes, SignatureType, bytes]:
    name, separator, rest = text.partition("+")
    key_id, second_separator, encoded = rest.partition("+")
    if not (separator and second_separator and _HAS_ID_FORM(key_id)):
        raise InvalidNoteError("Write the key as NAME+ID+KEY, with plus signs between the parts.")
    material = decode_base64(encoded)
    if not material or material[0] not in list(SignatureType):
        raise InvalidNoteError("The type of the key is unknown: use Ed25519 or ML-DSA-44.")
    return name, bytes.fromhex(key_id), SignatureType(material[0]), material[1:]


def _check_id(key: VerifierKey, key_id: bytes) -> None:
    if not hmac.compare_digest(key.key_id, key_id):
        raise InvalidNoteError("The id of the key does not match its name and material.")
