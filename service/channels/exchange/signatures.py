"""Signed transmissions: JSON Web Signatures (RFC 7515), with one Ed25519 key for each State.

The signature covers the message itself, not the request that carries it. A proxy may therefore
rewrite headers, and the signed text can be kept as evidence. The signed header states the key,
sender, receiver, time and a number that is used only once.
"""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, cast

from domain.errors import ConfigurationError, InvalidInputError
from domain.exchange.codes import FaultCode, MessageFaultError, StateCode
from service.ports.exchange import Head
from service.ports.signing import Signing

_ALGORITHM = "Ed25519"
_TYPE = "identlink-exchange+jws"
_MOST_HEAD = 1_000


def part(name: str) -> Any:
    """Return an optional module. Raises ConfigurationError when the module is not installed."""
    try:
        return import_module(name)
    except ImportError:
        raise ConfigurationError(
            "Exchange with other countries is not installed: install identlink[exchange]."
        ) from None


@dataclass(frozen=True, slots=True)
class JwsSignatures:
    """Signs with the key of this State.

    Raises ConfigurationError when the extra is not installed.
    """

    signing: Signing

    @property
    def public_key(self) -> str:
        """This State's own key as a JSON Web Key."""
        stated = {"kty": "OKP", "crv": _ALGORITHM, "x": _base64(self.signing.public_key)}
        return json.dumps(stated, sort_keys=True)

    def sign(self, body: bytes, head: Head) -> str:
        """Return a signed transmission of the body (RFC 7515, compact serialisation)."""
        named = {
            "alg": _ALGORITHM,
            "typ": _TYPE,
            "kid": head.key_id,
            "iss": head.sender,
            "aud": head.audience,
            "iat": int(head.signed_at.timestamp()),
            "jti": head.nonce,
        }
        # Assembled here, because the key may be in a security module, where the library cannot
        # read it.
        head_text = json.dumps(named, separators=(",", ":")).encode()
        text = f"{_base64(head_text)}.{_base64(body)}"
        return f"{text}.{_base64(self.signing.sign(text.encode()))}"

    def head(self, transmission: str) -> Head:
        """Return the header of a transmission without verifying it. Raises MessageFaultError."""
        try:
            found = part("joserfc.jws").extract_compact(transmission.encode("ascii")).headers()
            if found["alg"] != _ALGORITHM or found["typ"] != _TYPE or len(str(found)) > _MOST_HEAD:
                raise ValueError
            texts = [_text(found[name]) for name in ("iss", "aud", "kid", "jti")]
            signed_at = datetime.fromtimestamp(_number(found["iat"]), UTC)
        except _Faults.all() as error:
            raise MessageFaultError(fault=FaultCode.MALFORMED) from error
        sender, audience, key_id, nonce = texts
        return Head(StateCode(sender), StateCode(audience), key_id, nonce, signed_at)

    def opened(self, transmission: str, public_key: str) -> bytes:
        """Return the body, after verifying that it was signed with this key.

        Raises MessageFaultError.
        """
        try:
            signed = part("joserfc.jws").deserialize_compact(
                transmission, _key(public_key), registry=_registry()
            )
        except _Faults.all() as error:
            raise MessageFaultError(fault=FaultCode.BAD_SIGNATURE) from error
        return cast("bytes", signed.payload)

    def key_id(self, public_key: str) -> str:
        """Return the thumbprint of a key (RFC 7638).

        Raises InvalidInputError if the key is not Ed25519.
        """
        try:
            return cast("str", _key(public_key).thumbprint())
        except _Faults.all() as error:
            raise InvalidInputError(
                "The key is not an Ed25519 public key as a JSON Web Key: ask the country for it."
            ) from error


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


class _Faults:
    """The errors that the library raises for text that is not properly signed."""

    @staticmethod
    def all() -> tuple[type[Exception], ...]:
        errors: Any = part("joserfc.errors")
        return (errors.JoseError, ValueError, KeyError, TypeError, OverflowError, OSError)


def _key(text: str) -> Any:
    stated = json.loads(text)
    if stated.get("kty") != "OKP" or stated.get("crv") != _ALGORITHM:
        raise ValueError
    return part("joserfc.jwk").OKPKey.import_key(stated)


def _registry() -> Any:
    return part("joserfc.jws").JWSRegistry(algorithms=[_ALGORITHM], strict_check_header=False)


def _text(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 200 or not value.isascii():
        raise ValueError
    return value


def _number(value: object) -> int:
    if type(value) is not int:
        raise ValueError
    return value
