"""Signed credentials in JSON and in short form, signed with the office's key (a multikey)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.errors import InvalidCertificateError, PdfNotInstalledError

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
    """Return the bytes of a base-58 text; raises InvalidCertificateError."""
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


CRYPTOSUITE = "eddsa-jcs-2022"
_TYPE = "DataIntegrityProof"


def hash_data(document: dict[str, Any], options: dict[str, Any]) -> bytes:
    """Return the 64 bytes that are signed.

    `document` is without its proof, `options` without the value of the proof. Raises
    InvalidCertificateError for data that has no canonical JSON (RFC 8785).
    """
    try:
        parts = (rfc8785.dumps(options), rfc8785.dumps(document))
    except (rfc8785.CanonicalizationError, ValueError, TypeError) as error:
        raise InvalidCertificateError("The certificate has no canonical form.") from error
    return b"".join(hashlib.sha256(part).digest() for part in parts)


def secured(
    document: dict[str, Any], sign: Callable[[bytes], bytes], *, method: str, created: datetime
) -> dict[str, Any]:
    """Return a document with a proof signed with an Ed25519 key; `method` names the key."""
    options = {
        "type": _TYPE,
        "cryptosuite": CRYPTOSUITE,
        "created": created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
        "@context": document["@context"],
    }
    signature = sign(hash_data(document, options))
    return document | {"proof": options | {"proofValue": f"z{base58(signature)}"}}


def verify_proof(secured_document: dict[str, Any], key: Ed25519PublicKey) -> None:
    """Raise InvalidCertificateError unless the proof of a document was made with this key."""
    document = dict(secured_document)
    proof = document.pop("proof", None)
    if not isinstance(proof, dict) or proof.get("cryptosuite") != CRYPTOSUITE:
        raise InvalidCertificateError("The certificate has no eddsa-jcs-2022 proof.")
    options = dict(proof)
    value = options.pop("proofValue", None)
    if (
        not isinstance(value, str)
        or not value.startswith("z")
        or options.get("type") != _TYPE
        or options.get("proofPurpose") != "assertionMethod"
        or options.get("@context") != document.get("@context")
    ):
        raise InvalidCertificateError("The proof of the certificate is malformed.")
    try:
        key.verify(from_base58(value[1:]), hash_data(document, options))
    except InvalidSignature:
        raise InvalidCertificateError(
            "The signature is wrong: the content was changed, or another key signed it."
        ) from None


def method_in(secured_document: dict[str, Any]) -> str:
    """Return the name of the key that a proof states; empty if there is none."""
    proof = secured_document.get("proof")
    method = proof.get("verificationMethod") if isinstance(proof, dict) else None
    return method if isinstance(method, str) else ""


PREFIX = "CERT1:"
MOST_LETTERS = 4_000
_BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_BASE45_VALUES = {letter: value for value, letter in enumerate(_BASE45)}
_ALGORITHM, _EDDSA, _SIGN1 = 1, -8, 18


@dataclass(frozen=True, slots=True)
class ShortForm:
    """The short text of a certificate, for its second QR code."""

    number: str
    kind: str
    outcome: str
    name: str
    born_on: str
    as_of: str


def signed_text(short: ShortForm, sign: Callable[[bytes], bytes]) -> str:
    """Return the text of the QR code; raises PdfNotInstalledError if cbor2 is missing."""
    cbor2 = _cbor2()
    values = [getattr(short, one.name) for one in fields(short)]
    protected = cbor2.dumps({_ALGORITHM: _EDDSA}, canonical=True)
    payload = cbor2.dumps(dict(enumerate(values, 1)), canonical=True)
    signature = sign(_signed_bytes(cbor2, protected, payload))
    message = cbor2.CBORTag(_SIGN1, [protected, {}, payload, signature])
    return PREFIX + _to_base45(cbor2.dumps(message, canonical=True))


def verified_text(text: str, key: Ed25519PublicKey) -> ShortForm:
    """Return the short text that a QR code states, signed with this key.

    Raises InvalidCertificateError, and PdfNotInstalledError if cbor2 is missing.
    """
    cbor2 = _cbor2()
    try:
        message = cbor2.loads(_from_base45(text.strip().removeprefix(PREFIX)))
        protected, unprotected, payload, signature = message.value
        is_plain = message.tag == _SIGN1 and unprotected == {}
        if not is_plain or cbor2.loads(protected) != {_ALGORITHM: _EDDSA}:
            raise _unreadable()
        key.verify(signature, _signed_bytes(cbor2, protected, payload))
        stated = cbor2.loads(payload)
        return ShortForm(*(str(stated[at]) for at in range(1, len(fields(ShortForm)) + 1)))
    except InvalidSignature:
        raise InvalidCertificateError("The QR code was not signed by this key.") from None
    except (cbor2.CBORError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _unreadable() from error


def _unreadable() -> InvalidCertificateError:
    return InvalidCertificateError("This is not the text of a certificate's QR code.")


def _signed_bytes(cbor2: Any, protected: bytes, payload: bytes) -> bytes:
    signed: bytes = cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)
    return signed


def _cbor2() -> Any:
    try:
        import cbor2  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise PdfNotInstalledError(
            "QR codes of certificates need cbor2: install identlink[documents]."
        ) from error
    return cbor2


def _to_base45(data: bytes) -> str:
    letters = []
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        value = int.from_bytes(pair)
        for _ in range(len(pair) + 1):
            value, digit = divmod(value, 45)
            letters.append(_BASE45[digit])
    return "".join(letters)


def _from_base45(text: str) -> bytes:
    """Return the bytes of a text; raises ValueError if it is not base 45."""
    if len(text) > MOST_LETTERS or len(text) % 3 == 1 or not set(text) <= _BASE45_VALUES.keys():
        raise ValueError
    data = bytearray()
    for at in range(0, len(text), 3):
        part = text[at : at + 3]
        value = sum(_BASE45_VALUES[letter] * 45**power for power, letter in enumerate(part))
        if value >> 8 * (len(part) - 1):
            raise ValueError
        data += value.to_bytes(len(part) - 1)
    return bytes(data)
