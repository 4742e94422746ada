"""The short form of a certificate for a QR code on paper: COSE_Sign1 by Ed25519, as base 45.

It holds number, kind, outcome, name, day of birth and day, and never a matter: a reader who only
has paper learns whether its first lines were changed. Sources: RFC 9052 (COSE_Sign1, section 4.2
and 4.4), RFC 9053 (EdDSA), RFC 9285 (base 45).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.errors import InvalidCertificateError, PdfNotInstalledError

PREFIX = "CERT1:"
MOST_LETTERS = 4_000
_BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {letter: value for value, letter in enumerate(_BASE45)}
_ALGORITHM, _EDDSA, _SIGN1 = 1, -8, 18


@dataclass(frozen=True, slots=True)
class ShortForm:
    """The first lines of a certificate."""

    number: str
    kind: str
    outcome: str
    name: str
    born_on: str
    as_of: str


def signed_text(short: ShortForm, sign: Callable[[bytes], bytes]) -> str:
    """Return the text of the QR code; raises PdfNotInstalledError without cbor2."""
    cbor2 = _cbor2()
    values = [getattr(short, one.name) for one in fields(short)]
    protected = cbor2.dumps({_ALGORITHM: _EDDSA}, canonical=True)
    payload = cbor2.dumps(dict(enumerate(values, 1)), canonical=True)
    signature = sign(_signed_bytes(cbor2, protected, payload))
    message = cbor2.CBORTag(_SIGN1, [protected, {}, payload, signature])
    return PREFIX + _to_base45(cbor2.dumps(message, canonical=True))


def verified_text(text: str, key: Ed25519PublicKey) -> ShortForm:
    """Return the first lines that a QR code states, signed by this key.

    Raises InvalidCertificateError, and PdfNotInstalledError without cbor2.
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
    """Return the bytes of a text; raises ValueError if it is no base 45."""
    if len(text) > MOST_LETTERS or len(text) % 3 == 1 or not set(text) <= _VALUES.keys():
        raise ValueError
    data = bytearray()
    for at in range(0, len(text), 3):
        part = text[at : at + 3]
        value = sum(_VALUES[letter] * 45**power for power, letter in enumerate(part))
        if value >> 8 * (len(part) - 1):
            raise ValueError
        data += value.to_bytes(len(part) - 1)
    return bytes(data)
