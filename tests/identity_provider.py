"""A small OpenID Connect provider over real HTTP on the loopback; tests can make it misbehave."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

CLIENT_ID = "workbench"
CLIENT_SECRET = "a secret of the client + more of it"  # noqa: S105 - of a provider that lives a test long
API_AUDIENCE = "identlink-api"

LOGOUT = "http://schemas.openid.net/event/backchannel-logout"

Claims = dict[str, Any]


@lru_cache(maxsize=2)
def rsa_key(number: int = 1) -> rsa.RSAPrivateKey:
    """Return a key, made once."""
    del number
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


@lru_cache(maxsize=1)
def ec_key() -> ec.EllipticCurvePrivateKey:
    """Return a key, made once."""
    return ec.generate_private_key(ec.SECP256R1())


@dataclass(slots=True)
class Grant:
    """The grant behind a code."""

    nonce: str
    challenge: str
    redirect_uri: str
    person: Claims
    is_used: bool = False


@dataclass(slots=True)
class Provider:
    """The server's answers and the requests it received. Tests change its fields."""

    issuer: str = ""
    person: Claims = field(
        default_factory=lambda: {
            "sub": "subject-1",
            "preferred_username": "Ann.Orr@force.example",
            "roles": ["staff", "examiners"],
        }
    )
    """The next user to sign in, without a prompt."""
    key_id: str = "key-1"
    queries: list[dict[str, str]] = field(default_factory=list)
    """Queries of sign-ins, in order."""
    asked: list[str] = field(default_factory=list)
    """Paths, in order."""
    proofs: list[str] = field(default_factory=list)
    """The ways in which the client proved itself, in order."""
    grants: dict[str, Grant] = field(default_factory=dict)
    configuration: Claims = field(default_factory=dict)
    """Replaces fields of the configuration."""
    forge: Callable[[Claims], Claims] = dict
    """Changes the claims of the next tokens."""
    sign: Callable[[Claims], str] | None = None
    """Replaces the method of signing."""
    published: list[Claims] | None = None
    """Replaces the published keys."""
    answer: tuple[int, bytes] | None = None
    """The answer to every request."""
    needs_click: bool = False
    """Whether signing in needs a press of a button, as for real users."""

    def token(self, claims: Claims) -> str:
        """Return a signed token with these claims, forged if requested."""
        now = int(time.time())
        whole = {"iss": self.issuer, "iat": now, "exp": now + 300, **claims}
        forged = self.forge(whole)
        return self.sign(forged) if self.sign else self.signed(forged)

    def signed(
        self, claims: Claims, *, key: Any = None, algorithm: str = "RS256", kind: str = "JWT"
    ) -> str:
        """Return claims signed by a key, the provider's own unless another is given."""
        if algorithm == "Ed25519":
            with suppress(ValueError):
                jwt.register_algorithm("Ed25519", OKPAlgorithm())
        headers = {"kid": self.key_id, "typ": kind}
        return jwt.encode(claims, key or rsa_key(), algorithm=algorithm, headers=headers)

    def access_token(self, **claims: Any) -> str:
        """Return an access token for the API."""
        person = {"aud": API_AUDIENCE, "scope": "openid cases:work", **self.person}
        return self.token({**person, **claims})

    def logout_token(self, *without: str, **claims: Any) -> str:
        """Return a logout token for the signed-in person, without some of its claims."""
        whole = {
            "aud": CLIENT_ID,
            "sub": self.person["sub"],
            "jti": secrets.token_urlsafe(16),
            "events": {LOGOUT: {}},
            **claims,
        }
        return self.token({name: whole[name] for name in whole if name not in without})

    def keys(self) -> list[Claims]:
        """Return the public keys."""
        if self.published is not None:
            return self.published
        return [public_jwk(rsa_key(), self.key_id)]

    def discovery(self) -> Claims:
        """Return the configuration."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            **self.configuration,
        }

    def grant(self, query: dict[str, str]) -> str:
        """Accept the person and return the address that the browser is redirected to."""
        code = secrets.token_urlsafe(16)
        self.queries.append(query)
        self.grants[code] = Grant(
            query["nonce"], query["code_challenge"], query["redirect_uri"], dict(self.person)
        )
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, Claims]:
        """Answer at the token endpoint, which checks client, code, redirect address and PKCE."""
        grant = self.grants.get(form.get("code", ""))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        way = self.proof_in(form, authorization)
        if way is None:
            return 401, {"error": "invalid_client"}
        if grant is None or grant.is_used or challenge != grant.challenge:
            return 400, {"error": "invalid_grant"}
        if grant.redirect_uri != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        grant.is_used = True
        self.proofs.append(way)
        claims = {"aud": CLIENT_ID, "nonce": grant.nonce, **grant.person}
        return 200, {"id_token": self.token(claims), "token_type": "Bearer"}

    def proof_in(self, form: dict[str, str], authorization: str) -> str | None:
        """Return the way in which the client proved itself, if it is one that is offered."""
        offered = self.configuration.get("token_endpoint_auth_methods_supported")
        if authorization and (offered is None or "client_secret_basic" in offered):
            return "basic" if is_our_client(authorization) else None
        if "client_secret_post" in (offered or ()):
            is_ours = (form.get("client_id"), form.get("client_secret"))
            return "post" if is_ours == (CLIENT_ID, CLIENT_SECRET) else None
        if "client_secret_jwt" in (offered or ()):
            claims = jwt.decode(
                form["client_assertion"],
                CLIENT_SECRET,
                algorithms=["HS256"],
                audience=f"{self.issuer}/token",
                options={"require": ["iss", "sub", "aud", "jti", "exp", "iat"]},
            )
            return "jwt" if claims["iss"] == claims["sub"] == CLIENT_ID else None
        return None


def is_our_client(authorization: str) -> bool:
    """Whether HTTP Basic carries the client's credentials, form-encoded inside."""
    scheme, _, encoded = authorization.partition(" ")
    expected = f"{CLIENT_ID}:a+secret+of+the+client+%2B+more+of+it"
    return scheme == "Basic" and base64.b64decode(encoded).decode() == expected


def public_jwk(key: Any, key_id: str, **changes: Any) -> Claims:
    """Return the public half of a key as providers publish it."""
    algorithm = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
    found: Claims = algorithm.to_jwk(key.public_key(), as_dict=True)
    return {**found, "kid": key_id, "use": "sig", **changes}


@contextmanager
def running_provider(host: str = "127.0.0.1") -> Iterator[Provider]:
    """Serve a provider on a free port of the loopback under the name `host`."""
    provider = Provider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    provider.issuer = f"http://{host}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        target = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(target.query).items()}
        self.provider.asked.append(target.path)
        match target.path:
            case "/.well-known/openid-configuration":
                self._json(200, self.provider.discovery())
            case "/jwks":
                self._json(200, {"keys": self.provider.keys()})
            case "/authorize" if self.provider.needs_click and "pressed" not in query:
                self._page({**query, "pressed": "yes"})
            case "/authorize":
                self._to(self.provider.grant(query))
            case _:
                self._json(404, {})

    def do_POST(self) -> None:
        self.provider.asked.append(self.path)
        length = int(self.headers.get("Content-Length", "0"))
        form = {n: v[0] for n, v in parse_qs(self.rfile.read(length).decode()).items()}
        self._json(*self.provider.exchange(form, self.headers.get("Authorization", "")))

    def _json(self, status: int, found: Claims) -> None:
        status, body = self.provider.answer or (status, json.dumps(found).encode())
        self._send(status, body, "application/json")

    def _page(self, fields: dict[str, str]) -> None:
        hidden = "".join(
            f'<input type="hidden" name="{n}" value="{v}">' for n, v in fields.items()
        )
        body = (
            f'<!DOCTYPE html><form action="/authorize">{hidden}<button>Let me in</button></form>'
        )
        self._send(200, body.encode(), "text/html")

    def _to(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Write no log."""
