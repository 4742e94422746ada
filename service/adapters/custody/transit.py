"""An HTTP service for keys: the transit engine of OpenBao or HashiCorp Vault.

Keys are made there and cannot be exported. Ed25519 signs; other secrets are wrapped under
AES-256-GCM, with the secret's name as associated data. The service's token is read from a file for
each new connection, so that an agent can renew it.
"""

import base64
import binascii
import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx2
from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.errors import ConfigurationError, StorePart
from domain.outages import KeysMissingError
from service.adapters.custody.guard import Guard, GuardLimits
from service.adapters.store_modes import demand_private

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_USES = ("sign/", "decrypt/")
_MALFORMED = (
    "IDENTLINK_CUSTODY is not the address of a transit engine: write "
    "transit:https://HOST/transit?token-source=file:FILE. Use http only for an address on this "
    "host."
)


@dataclass(frozen=True, slots=True)
class TransitAddress:
    """The address of the engine, and how this store connects to it."""

    url: str
    """The address of the engine with its mount, such as `https://keys.example/v1/transit`."""
    token_file: Path
    prefix: str = "identlink"
    """Begins the names of all keys of a store."""
    namespace: str | None = None
    authorities: Path | None = None
    """Certificates of the authorities that the service is known by; None: those of the system."""


class _RefusedError(Exception):
    """The service answered, but refused the call."""


def parse_transit(text: str) -> TransitAddress:
    """Read an address; raises ConfigurationError."""
    parts = urlsplit(text.removeprefix("transit:"))
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    is_private = parts.scheme == "https" or parts.hostname in _LOOPBACK
    mount = parts.path.strip("/").removeprefix("v1/")
    known = {"token-source", "object", "namespace", "ca-source"}
    if not (parts.hostname and mount and is_private and "token-source" in asked):
        raise ConfigurationError(_MALFORMED)
    if parts.scheme not in {"http", "https"} or not asked.keys() <= known:
        raise ConfigurationError(_MALFORMED)
    return TransitAddress(
        f"{parts.scheme}://{parts.netloc}/v1/{mount}",
        _file(asked["token-source"]),
        asked.get("object", "identlink"),
        asked.get("namespace"),
        _file(asked["ca-source"]) if "ca-source" in asked else None,
    )


def _file(source: str) -> Path:
    if not source.startswith("file:"):
        raise ConfigurationError(_MALFORMED)
    return Path(source.removeprefix("file:").removeprefix("//"))


@dataclass
class Transit:
    """The keys of a store in a transit engine. Thread-safe.

    Every method raises StoreUnavailableError while the service does not answer, is sealed, or
    refuses the token.
    """

    address: TransitAddress
    limits: GuardLimits = field(default_factory=GuardLimits)

    def __post_init__(self) -> None:
        faults = (httpx2.HTTPError, OSError, _RefusedError)
        self._guard: Guard[httpx2.Client] = Guard(self._opened, faults, self.limits)

    def place(self, name: str) -> str:
        """Return the name under which an operator finds a key."""
        return f"key {self._label(name)} of the transit engine"

    def holds(self, name: str) -> bool:
        """Whether a key of this name is there."""
        return self._call("GET", self._key(name)) is not None

    def sign(self, name: str, message: bytes) -> bytes:
        """Return the Ed25519 signature, 64 bytes; raises KeysMissingError."""
        asked = {"input": _text(message)}
        made = self._demand(name, self._call("POST", f"sign/{self._label(name)}", asked))
        return _bytes(made["signature"].rpartition(":")[2])

    def public_key(self, name: str) -> bytes:
        """Return the public half of a signing key, 32 bytes; raises KeysMissingError."""
        versions = self._demand(name, self._call("GET", self._key(name)))["keys"]
        return _bytes(versions[max(versions, key=int)]["public_key"])

    def make_signing(self, name: str) -> None:
        """Make a pair of Ed25519 keys; an existing pair is kept."""
        self._make(name, "ed25519")

    def take_signing(self, name: str, seed: bytes, public_key: bytes) -> None:  # noqa: ARG002
        """Import a signing key into the engine ("bring your own key"); an existing key is kept.

        The key is encrypted for the engine: RSA-OAEP with SHA-256 around a key that wraps it by
        RFC 5649.
        """
        if self.holds(name):
            return
        pem = self._demand(name, self._call("GET", "wrapping_key"))["public_key"]
        engine = serialization.load_pem_public_key(pem.encode())
        if not isinstance(engine, rsa.RSAPublicKey):
            raise ConfigurationError(
                "The transit engine's wrapping key is not an RSA key: create one that is."
            )
        key = Ed25519PrivateKey.from_private_bytes(seed).private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        once, digest = os.urandom(32), hashes.SHA256()
        oaep = padding.OAEP(padding.MGF1(digest), digest, None)
        sealed = engine.encrypt(once, oaep) + keywrap.aes_key_wrap_with_padding(once, key)
        asked = {"type": "ed25519", "ciphertext": _text(sealed), "hash_function": "SHA256"}
        self._call("POST", f"{self._key(name)}/import", asked)

    def make_wrapping(self, name: str) -> None:
        """Make an AES-256 key for wrapping; an existing key is kept."""
        self._make(name, "aes256-gcm96")

    def wrap(self, name: str, secret: bytes, label: str) -> bytes:
        """Return a secret, wrapped and bound to a label, in the engine's format. Raises
        KeysMissingError.
        """
        asked = {"plaintext": _text(secret), "associated_data": _text(label.encode())}
        # To encrypt under a name that is not there would make a key of that name.
        self._demand(name, self._call("GET", self._key(name)))
        made = self._demand(name, self._call("POST", f"encrypt/{self._label(name)}", asked))
        return str(made["ciphertext"]).encode()

    def unwrap(self, name: str, wrapped: bytes, label: str) -> bytes:
        """Unwrap a secret and return it.

        Raises KeysMissingError for another key or label, or changed content.
        """
        asked = {"ciphertext": wrapped.decode(), "associated_data": _text(label.encode())}
        made = self._call("POST", f"decrypt/{self._label(name)}", asked)
        return _bytes(self._demand(name, made)["plaintext"])

    def destroy(self, name: str) -> None:
        """Permanently destroy a key; does nothing if it does not exist."""
        if self.holds(name):
            self._call("POST", f"{self._key(name)}/config", {"deletion_allowed": True})
            self._call("DELETE", self._key(name))

    def names(self, beginning: str) -> list[str]:
        """Return the names of the keys that begin with a text, in order."""
        found = self._call("GET", "keys?list=true") or {"keys": []}
        start, cut = self._label(beginning), len(self._label(""))
        return sorted(one[cut:] for one in found["keys"] if one.startswith(start))

    def _make(self, name: str, kind: str) -> None:
        if not self.holds(name):
            self._call("POST", self._key(name), {"type": kind, "exportable": False})

    def _call(self, method: str, path: str, asked: object = None) -> dict[str, Any] | None:
        """Return the engine's answer; None if it has no such key or cannot decrypt the content."""
        return self._guard.call(_asking(method, path, asked))

    def _demand(self, name: str, answer: dict[str, Any] | None) -> dict[str, Any]:
        if answer is None:
            raise KeysMissingError(
                f"The key {self._label(name)} is not in the transit engine, or is not the key "
                "that was used: restore the engine from its backup.",
                part=StorePart.KEYS,
            )
        return answer

    def _label(self, name: str) -> str:
        return quote(f"{self.address.prefix}-{name}", safe="")

    def _key(self, name: str) -> str:
        return f"keys/{self._label(name)}"

    def _opened(self) -> httpx2.Client:
        demand_private(self.address.token_file, "The file with the token of the transit engine")
        headers = {"X-Vault-Token": self.address.token_file.read_text("utf-8").strip()}
        if self.address.namespace is not None:
            headers["X-Vault-Namespace"] = self.address.namespace
        return httpx2.Client(
            base_url=f"{self.address.url}/",
            headers=headers,
            timeout=self.limits.seconds,
            # Calls are rare, and nobody closes the client of a thread that ends with the process.
            limits=httpx2.Limits(max_keepalive_connections=0),
            trust_env=False,
            verify=ssl.create_default_context(cafile=self.address.authorities),
        )


def _asking(
    method: str, path: str, asked: object
) -> Callable[[httpx2.Client], dict[str, Any] | None]:
    def ask(client: httpx2.Client) -> dict[str, Any] | None:
        answer = client.request(method, path, json=asked)
        if answer.status_code == httpx2.codes.NOT_FOUND:
            return None
        # No such key, or one that does not open this.
        if answer.status_code == httpx2.codes.BAD_REQUEST and path.startswith(_USES):
            return None
        if not answer.is_success:
            raise _RefusedError(answer.status_code)
        return dict(answer.json()["data"] or {}) if answer.content else {}

    return ask


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise _RefusedError("malformed") from None
