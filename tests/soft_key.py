"""A security key of software: registers and answers as WebAuthn, level 2, has it."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

ORIGIN = "https://workbench.example"

_PRESENT = 0b0000_0001
_HAS_CREDENTIAL = 0b0100_0000


@dataclass(slots=True)
class SoftKey:
    """One key; `counter` is how many answers it has given."""

    origin: str
    host: str = ""
    """The host it answers for; that of the origin unless it is told another one."""
    counter: int = 0
    credential_id: bytes = b"a credential of tests, of 32 byt"
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def registered(self, challenge: bytes) -> str:
        """Return the answer to a registration, as a browser tells it."""
        size = len(self.credential_id).to_bytes(2, "big")
        credential = bytes(16) + size + self.credential_id + self._public()
        data = self._data(_PRESENT | _HAS_CREDENTIAL) + credential
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._said("webauthn.create", challenge)
        return self._told({"attestationObject": _text(attestation), "clientDataJSON": _text(said)})

    def answered(self, challenge: bytes) -> str:
        """Return the answer to a challenge, as a browser tells it."""
        self.counter += 1
        data, said = self._data(_PRESENT), self._said("webauthn.get", challenge)
        signature = self.private.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
        response = {
            "authenticatorData": _text(data),
            "clientDataJSON": _text(said),
            "signature": _text(signature),
            "userHandle": None,
        }
        return self._told(response)

    def _data(self, flags: int) -> bytes:
        host = self.host or urlsplit(self.origin).hostname or ""
        return (
            hashlib.sha256(host.encode()).digest()
            + bytes([flags])
            + self.counter.to_bytes(4, "big")
        )

    def _said(self, kind: str, challenge: bytes) -> bytes:
        said = {"type": kind, "challenge": _text(challenge), "origin": self.origin}
        return json.dumps(said).encode()

    def _public(self) -> bytes:
        numbers = self.private.public_key().public_numbers()
        x, y = (each.to_bytes(32, "big") for each in (numbers.x, numbers.y))
        # COSE: an elliptic curve key (2), ES256 (-7), on P-256 (1).
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _told(self, response: dict[str, str | None]) -> str:
        named = _text(self.credential_id)
        told = {"id": named, "rawId": named, "type": "public-key", "response": response}
        return json.dumps({**told, "clientExtensionResults": {}})


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
