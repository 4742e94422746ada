"""A transit engine as its documentation describes it, with real cryptography, on loopback.

Not the software itself: what it does beside the documented calls is not tried here.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FIRST_TOKEN, RENEWED_TOKEN = "s.first", "s.renewed"
_NONCE = bytes(12)
"""A key encrypts a few secrets in a test; the real engine draws nonces."""


@dataclass
class Engine:
    """Keys by name, and what the next calls shall meet."""

    token: str = FIRST_TOKEN
    keys: dict[str, Any] = field(default_factory=dict)
    deletable: set[str] = field(default_factory=set)
    is_sealed: bool = False
    free: threading.Event = field(default_factory=threading.Event)
    """While it is not set, no call is answered."""
    asked: list[str] = field(default_factory=list)
    url: str = ""
    wrapping: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65_537, key_size=4_096)
    )

    def answer(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """Return the data that a call below the engine's mount is answered with."""
        what, name, *further = [*path.split("/"), ""]
        called = "_".join([method.lower(), what, *filter(None, further)])
        return getattr(self, called)(name, body)

    def get_keys(self, name: str, _: dict[str, Any]) -> dict[str, Any]:
        """List the keys, or read one."""
        if not name:
            return {"keys": list(self.keys)}
        public = getattr(self._key(name, 404), "public_key", None)
        text = _text(public().public_bytes_raw()) if public else ""
        return {"keys": {"1": {"name": "ed25519", "public_key": text}}}

    def post_keys(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """Make a key; an existing one is kept."""
        is_signing = body["type"] == "ed25519"
        made = Ed25519PrivateKey.generate() if is_signing else AESGCM.generate_key(256)
        self.keys.setdefault(name, made)
        return {}

    def get_wrapping_key(self, _: str, __: dict[str, Any]) -> dict[str, Any]:
        """Return the key that keys from outside are encrypted for."""
        pem = self.wrapping.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return {"public_key": pem.decode()}

    def post_keys_import(self, name: str, body: dict[str, Any]) -> None:
        """Take a key from outside."""
        sealed, digest = base64.b64decode(body["ciphertext"]), hashes.SHA256()
        oaep = padding.OAEP(padding.MGF1(digest), digest, None)
        once = self.wrapping.decrypt(sealed[:512], oaep)
        der = keywrap.aes_key_unwrap_with_padding(once, sealed[512:])
        self.keys[name] = serialization.load_der_private_key(der, None)

    def post_keys_config(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """Let a key be deleted."""
        if body["deletion_allowed"]:
            self.deletable.add(name)
        return {}

    def delete_keys(self, name: str, _: dict[str, Any]) -> None:
        """Delete a key that may be deleted."""
        if name not in self.deletable:
            raise RefusedError(400)
        del self.keys[name]

    def post_sign(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """Sign."""
        made = self._key(name, 400).sign(base64.b64decode(body["input"]))
        return {"signature": f"vault:v1:{_text(made)}"}

    def post_encrypt(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """Encrypt; a key that is not there is made, as a token that may create keys has it."""
        key = self.keys.setdefault(name, AESGCM.generate_key(256))
        plain, label = base64.b64decode(body["plaintext"]), _label(body)
        return {"ciphertext": f"vault:v1:{_text(AESGCM(key).encrypt(_NONCE, plain, label))}"}

    def post_decrypt(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """Decrypt."""
        sealed = base64.b64decode(body["ciphertext"].removeprefix("vault:v1:"))
        try:
            opened = AESGCM(self._key(name, 400)).decrypt(_NONCE, sealed, _label(body))
        except InvalidTag:
            raise RefusedError(400) from None
        return {"plaintext": _text(opened)}

    def _key(self, name: str, status: int) -> Any:
        if name not in self.keys:
            raise RefusedError(status)
        return self.keys[name]


class RefusedError(Exception):
    """The status with which a call is refused."""


def _label(body: dict[str, Any]) -> bytes:
    return base64.b64decode(body["associated_data"])


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


@contextmanager
def transit_engine() -> Iterator[Engine]:
    """Serve an engine at /v1/transit until the block ends."""
    engine = Engine()
    engine.free.set()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size) or b"null") or {}
            engine.free.wait(timeout=60)
            path = urlsplit(self.path).path.removeprefix("/v1/transit/")
            engine.asked.append(f"{self.command} {path}")
            status, data = 200, None
            try:
                if engine.is_sealed:
                    raise RefusedError(503)
                if self.headers["X-Vault-Token"] != engine.token:
                    raise RefusedError(403)
                data = engine.answer(self.command, path, body)
            except RefusedError as refused:
                (status,) = refused.args
            content = json.dumps({"data": data}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - as the library calls them

        def log_message(self, *_: object) -> None:
            """Write no log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    engine.url = f"http://127.0.0.1:{server.server_address[1]}/transit"
    try:
        yield engine
    finally:
        engine.free.set()
        server.shutdown()
        server.server_close()
        thread.join()
