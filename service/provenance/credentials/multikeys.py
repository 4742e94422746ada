"""Ed25519 public keys as multikeys and as `did:key`, and base 58 (W3C Controlled Identifiers)."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.errors import InvalidCertificateError

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_ED25519 = b"\xed\x01"
"""The multicodec prefix of an Ed25519 public key."""
_MOST_LETTERS = 200
_DID = "did:key:"


def base58(data: bytes) -> str:
    """Return bytes in base 58 (Bitcoin alphabet) without a prefix."""
    value, text = int.from_bytes(data), ""
    while value:
        value, digit = divmod(value, 58)
        text = _ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def from_base58(text: str) -> bytes:
    """Return the bytes of a text in base 58; raises InvalidCertificateError."""
    if len(text) > _MOST_LETTERS or not set(text) <= _VALUES.keys():
        raise InvalidCertificateError("A key or a signature is not in base 58.")
    value = 0
    for letter in text:
        value = value * 58 + _VALUES[letter]
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + value.to_bytes(-(-value.bit_length() // 8))


def multikey(public: bytes) -> str:
    """Return an Ed25519 public key (32 bytes) as a multikey, `z6Mk...`."""
    return f"z{base58(_ED25519 + public)}"


def public_key(key: str) -> Ed25519PublicKey:
    """Return the key of a multikey or a `did:key`; raises InvalidCertificateError."""
    plain = key.strip().removeprefix(_DID)
    decoded = from_base58(plain[1:]) if plain.startswith("z") else b""
    if len(decoded) != 34 or not decoded.startswith(_ED25519):
        raise InvalidCertificateError("This is not an Ed25519 multikey: these begin with z6Mk.")
    return Ed25519PublicKey.from_public_bytes(decoded[2:])


def did_of(key: str) -> str:
    """Return the `did:key` of a multikey."""
    return f"{_DID}{key}"


def method_of(key: str) -> str:
    """Return the verification method of a multikey, as a proof names it."""
    return f"{_DID}{key}#{key}"
