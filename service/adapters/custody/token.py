"""A token of a security module, by PKCS#11 version 3.0 (OASIS); needs the extra `hsm`.

Keys are made in the token, sensitive and not extractable. Ed25519 signs by CKM_EDDSA; other
secrets are wrapped under AES-256 keys by CKM_AES_GCM.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

import pkcs11
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, ObjectClass

from domain.errors import ConfigurationError, StorePart
from domain.outages import KeysMissingError
from service.adapters.custody.guard import Answer, Guard, GuardLimits
from service.adapters.store_modes import demand_private

_EDWARDS = b"\x13\x0cedwards25519"
"""CKA_EC_PARAMS of Ed25519: the name of the curve as a PrintableString."""
_NONCE_BYTES = 12
_TAG_BITS = 128
_PRIVATE = {
    Attribute.SENSITIVE: True,
    Attribute.EXTRACTABLE: False,
    Attribute.PRIVATE: True,
    Attribute.TOKEN: True,
}


@dataclass(frozen=True, slots=True)
class TokenAddress:
    """A PKCS#11 URI (RFC 7512)."""

    module: str
    """File of the module's library."""
    token: str
    """Label of the token."""
    pin_file: Path
    prefix: str = "identlink"
    """Begins the labels of all keys of a store."""


def parse_address(text: str) -> TokenAddress:
    """Read a PKCS#11 URI; raises ConfigurationError."""
    path, _, query = text.removeprefix("pkcs11:").partition("?")
    parts = dict(part.split("=", 1) for part in path.split(";") if "=" in part)
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    if not {"token"} <= parts.keys() or not {"module-path", "pin-source"} <= asked.keys():
        raise ConfigurationError(
            "IDENTLINK_CUSTODY is not a PKCS#11 address: write "
            "pkcs11:token=LABEL?module-path=FILE&pin-source=file:FILE."
        )
    return TokenAddress(
        asked["module-path"],
        unquote(parts["token"]),
        Path(re.sub("^file:(//)?", "", asked["pin-source"])),
        unquote(parts.get("object", "identlink")),
    )


@dataclass
class Token:
    """The keys of a store in a token. Thread-safe.

    Every method raises StoreUnavailableError while the module does not answer.
    """

    address: TokenAddress
    limits: GuardLimits = field(default_factory=GuardLimits)

    def __post_init__(self) -> None:
        self._guard: Guard[Any] = Guard(
            self._opened, (pkcs11.exceptions.PKCS11Error, OSError, RuntimeError), self.limits
        )

    def place(self, name: str) -> str:
        """Return the name under which an operator finds a key."""
        return f"key {self._label(name)} of the token"

    def holds(self, name: str) -> bool:
        """Whether a private or secret key of this name is there."""
        return self._call(lambda session: _find(session, self._label(name)) is not None)

    def sign(self, name: str, message: bytes) -> bytes:
        """Return the Ed25519 signature; raises KeysMissingError."""

        def work(session: Any) -> bytes:
            key = self._demand(session, name)
            return bytes(key.sign(message, mechanism=Mechanism.EDDSA))

        return self._call(work)

    def public_key(self, name: str) -> bytes:
        """Return the public half of a signing key, 32 bytes; raises KeysMissingError."""

        def work(session: Any) -> bytes:
            self._demand(session, name)
            found = _find(session, self._label(name), ObjectClass.PUBLIC_KEY)
            if found is None:
                raise self._missing(name)
            # A DER OCTET STRING of the point, or the point itself: both end with its bytes.
            return bytes(found[Attribute.EC_POINT])[-32:]

        return self._call(work)

    def make_signing(self, name: str) -> None:
        """Make a pair of Ed25519 keys; an existing pair is kept."""

        def work(session: Any) -> None:
            if _find(session, self._label(name)) is not None:
                return
            curve = session.create_domain_parameters(
                KeyType.EC_EDWARDS, {Attribute.EC_PARAMS: _EDWARDS}, local=True
            )
            curve.generate_keypair(
                mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
                store=True,
                label=self._label(name),
                private_template=_PRIVATE,
            )

        self._call(work)

    def take_signing(self, name: str, seed: bytes, public_key: bytes) -> None:
        """Import a signing key. Raises ConfigurationError if the module's policy refuses it."""
        label = self._label(name)
        both = {Attribute.KEY_TYPE: KeyType.EC_EDWARDS, Attribute.EC_PARAMS: _EDWARDS}

        def work(session: Any) -> None:
            if _find(session, label) is not None:
                return
            private = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.VALUE: seed}
            session.create_object(
                both | private | _PRIVATE | {Attribute.LABEL: label, Attribute.SIGN: True}
            )
            point = b"\x04\x20" + public_key
            session.create_object(
                both
                | {Attribute.CLASS: ObjectClass.PUBLIC_KEY, Attribute.EC_POINT: point}
                | {Attribute.LABEL: label, Attribute.TOKEN: True, Attribute.VERIFY: True}
            )

        self._call(work)

    def make_wrapping(self, name: str) -> None:
        """Make an AES-256 key for wrapping; an existing key is kept."""

        def work(session: Any) -> None:
            if _find(session, self._label(name)) is None:
                session.generate_key(
                    KeyType.AES, 256, label=self._label(name), store=True, template=_PRIVATE
                )

        self._call(work)

    def wrap(self, name: str, secret: bytes, label: str) -> bytes:
        """Return a secret wrapped for a label: nonce, ciphertext, tag. Raises KeysMissingError."""
        nonce = os.urandom(_NONCE_BYTES)
        how = _gcm(nonce, label)
        work = self._with(name, lambda key: bytes(key.encrypt(secret, **how)))
        return nonce + self._call(work)

    def unwrap(self, name: str, wrapped: bytes, label: str) -> bytes:
        """Unwrap a secret and return it.

        Raises KeysMissingError for another key or label, or changed content.
        """
        how = _gcm(wrapped[:_NONCE_BYTES], label)

        def opened(key: Any) -> bytes:
            try:
                return bytes(key.decrypt(wrapped[_NONCE_BYTES:], **how))
            except (pkcs11.exceptions.GeneralError, pkcs11.exceptions.EncryptedDataInvalid) as e:
                raise self._missing(name) from e

        return self._call(self._with(name, opened))

    def destroy(self, name: str) -> None:
        """Permanently destroy a key; does nothing if it does not exist."""

        def work(session: Any) -> None:
            for kind in (ObjectClass.SECRET_KEY, ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY):
                found = _find(session, self._label(name), kind)
                if found is not None:
                    found.destroy()

        self._call(work)

    def names(self, beginning: str) -> list[str]:
        """Return the names of the secret keys that begin with a text, in order."""

        def work(session: Any) -> list[str]:
            found = session.get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY})
            return [str(one[Attribute.LABEL]) for one in found]

        start = self._label(beginning)
        cut = len(self._label(""))
        return sorted(one[cut:] for one in self._call(work) if one.startswith(start))

    def _with(self, name: str, work: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
        return lambda session: work(self._demand(session, name))

    def _call(self, work: Callable[[Any], Answer]) -> Answer:
        return self._guard.call(work)

    def _demand(self, session: Any, name: str) -> Any:
        found = _find(session, self._label(name))
        if found is None:
            raise self._missing(name)
        return found

    def _missing(self, name: str) -> KeysMissingError:
        return KeysMissingError(
            f"The key {self._label(name)} is missing from the hardware token, or is not the key "
            "that this store uses: restore the token from the backup of the security module.",
            part=StorePart.KEYS,
        )

    def _label(self, name: str) -> str:
        return f"{self.address.prefix}-{name}"

    def _opened(self) -> Any:
        """Open a session. The first session signs in for all sessions of this process."""
        token = pkcs11.lib(self.address.module).get_token(token_label=self.address.token)
        try:
            return token.open(rw=True, user_pin=self._pin())
        except pkcs11.exceptions.UserAlreadyLoggedIn:
            return token.open(rw=True)

    def _pin(self) -> str:
        demand_private(self.address.pin_file, "The file with the PIN of the token")
        return self.address.pin_file.read_text("utf-8").strip()


def _find(session: Any, label: str, kind: Any = None) -> Any:
    """Return a private or secret key with this label, or an object of a kind, or None."""
    kinds = (ObjectClass.PRIVATE_KEY, ObjectClass.SECRET_KEY) if kind is None else (kind,)
    for each in kinds:
        found = list(session.get_objects({Attribute.CLASS: each, Attribute.LABEL: label}))
        if found:
            return found[0]
    return None


def _gcm(nonce: bytes, label: str) -> dict[str, Any]:
    return {
        "mechanism": Mechanism.AES_GCM,
        "mechanism_param": GCMParams(nonce=nonce, aad=label.encode(), tag_bits=_TAG_BITS),
    }
