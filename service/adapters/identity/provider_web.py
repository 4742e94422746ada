"""Calls to the identity provider: JSON over HTTPS, limited in time, size and number.

The addresses come from the settings and from the provider's own configuration, so they may be in
the internal network. They must be https, or http on this machine's own loopback. Redirects are not
followed. The rate of fetches is limited, so that incoming requests cannot make us call the
provider each time.

This service authenticates by a method that the provider offers: the secret by HTTP Basic or in the
form (RFC 6749, section 2.3.1), or a token signed with the secret (`client_secret_jwt`, RFC 7523).
"""

import base64
import http.client
import json
import secrets
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import SplitResult, quote_plus, urlencode, urlsplit

import jwt

from domain.errors import ProviderRefusal, ProviderRefusedError, ProviderUnavailableError

Value = TypeVar("Value")
MonotonicSeconds = Callable[[], float]


class KeptValue(Generic[Value]):
    """Keeps the value that `fetch` returns. Thread-safe. One thread fetches; others wait only
    while there is no usable value.

    A value is used for `kept_s`. After a failed fetch, the next one is made no sooner than
    `pause_s` later. There are at most `at_once` fetches within `at_once * pause_s`, so that keys
    may change twice in a short time.
    """

    def __init__(
        self,
        fetch: Callable[[], Value],
        seconds: MonotonicSeconds,
        *,
        kept_s: float = 3_600.0,
        pause_s: float = 10.0,
        at_once: int = 3,
    ) -> None:
        self._fetch = fetch
        self._seconds = seconds
        self._kept_s = kept_s
        self._pause_s = pause_s
        self._lock = threading.Lock()
        self._kept: tuple[Value, float] | None = None
        self._at_once = at_once
        self._tried_at: deque[float] = deque(maxlen=at_once)
        self._has_failed = False

    def get(self, is_wanted: Callable[[Value], bool] = lambda _: True) -> Value:
        """Return the value, fetched again if it is old or not the one wanted.

        It may still not be the one wanted if it was fetched a moment ago. Raises
        ProviderUnavailableError if there is no value, and the errors of `fetch`.
        """
        found = self._fresh()
        if found is not None and is_wanted(found):
            return found
        if self._lock.acquire(blocking=found is None):
            try:
                self._fetch_unless_just_tried(is_wanted)
            finally:
                self._lock.release()
        found = self._fresh()
        if found is None:
            raise ProviderUnavailableError
        return found

    def _fresh(self) -> Value | None:
        kept = self._kept
        if kept is None or self._seconds() - kept[1] > self._kept_s:
            return None
        return kept[0]

    def _fetch_unless_just_tried(self, is_wanted: Callable[[Value], bool]) -> None:
        found, now = self._fresh(), self._seconds()
        if found is not None and is_wanted(found):
            return
        if not self._may_try(now):
            return
        self._tried_at.append(now)
        self._has_failed = True
        self._kept = (self._fetch(), self._seconds())
        self._has_failed = False

    def _may_try(self, now: float) -> bool:
        tried = self._tried_at
        if self._has_failed and now - tried[-1] < self._pause_s:
            return False
        return len(tried) < self._at_once or now - tried[0] >= self._at_once * self._pause_s


_LIFETIME_S = 60
_SIGNED = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LARGEST_BYTES = 262_144
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_allowed_address(url: str) -> bool:
    """Whether an address is https, or http on the loopback, and has no user and no fragment."""
    try:
        target = urlsplit(url)
        has_host, _ = bool(target.hostname), target.port
    except ValueError:
        return False
    is_safe = target.scheme == "https" or (
        target.scheme == "http" and target.hostname in _LOOPBACK
    )
    is_plain = not (target.username or target.password or target.fragment)
    return has_host and is_safe and is_plain


@dataclass(frozen=True, slots=True)
class ProviderWeb:
    """Makes GET and POST requests. Thread-safe.

    Every method raises ProviderUnavailableError if no JSON object is received within `timeout_s`.
    """

    timeout_s: float = 5.0
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def get(self, url: str) -> dict[str, Any]:
        """Return the JSON object at an address."""
        status, found = self._call("GET", url, {}, None)
        if status != 200:
            raise ProviderUnavailableError
        return found

    def post(
        self, url: str, fields: Mapping[str, str], headers: Mapping[str, str]
    ) -> dict[str, Any]:
        """Send a form and return the JSON object in the response.

        Raises ProviderRefusedError if the provider answers that the form is wrong.
        """
        named = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        status, found = self._call("POST", url, named, urlencode(fields).encode())
        if status in {400, 401}:
            raise ProviderRefusedError(reason=ProviderRefusal.CODE)
        if status != 200:
            raise ProviderUnavailableError
        return found

    def _call(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, dict[str, Any]]:
        if not is_allowed_address(url):
            raise ProviderUnavailableError
        target = urlsplit(url)
        connection = self._connection(target)
        named = {**headers, "Accept": "application/json", "User-Agent": "identlink"}
        try:
            path = f"{target.path or '/'}{'?' + target.query if target.query else ''}"
            connection.request(method, path, body=body, headers=named)
            answer = connection.getresponse()
            return answer.status, _json_object(self._read(answer))
        except (OSError, ValueError, RecursionError, http.client.HTTPException):
            # Raised without the cause, whose text may contain parts of the request or response.
            raise ProviderUnavailableError from None
        finally:
            connection.close()

    def _read(self, answer: http.client.HTTPResponse) -> bytes:
        """Return the body, limited in size and time, even if it arrives byte by byte."""
        deadline = time.monotonic() + self.timeout_s
        read = bytearray()
        while chunk := answer.read1(65_536):
            read += chunk
            if len(read) > _LARGEST_BYTES or time.monotonic() > deadline:
                raise ValueError("The identity provider's response is too long.")
        if answer.length:
            raise ValueError("The identity provider's response is cut short.")
        return bytes(read)

    def _connection(self, target: SplitResult) -> http.client.HTTPConnection:
        host = target.hostname or ""
        if target.scheme == "https":
            return http.client.HTTPSConnection(
                host, target.port, timeout=self.timeout_s, context=self.tls
            )
        return http.client.HTTPConnection(host, target.port, timeout=self.timeout_s)


def _json_object(raw: bytes) -> dict[str, Any]:
    found = json.loads(raw)
    if not isinstance(found, dict):
        raise ProviderUnavailableError
    return found


def prove(
    client_id: str, secret: str, *, endpoint: str, offered: Collection[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return form fields and headers that authenticate the client, both secret.

    They are for a token endpoint, by the first of our methods that is `offered`. A provider that
    names no method accepts HTTP Basic (OpenID Connect Discovery, section 3). Raises
    ProviderUnavailableError if the provider offers none of our methods.
    """
    if not offered or "client_secret_basic" in offered:
        pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
        return {}, {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    if "client_secret_jwt" in offered:
        return _signed(client_id, secret, endpoint), {}
    if "client_secret_post" in offered:
        return {"client_id": client_id, "client_secret": secret}, {}
    raise ProviderUnavailableError


def _signed(client_id: str, secret: str, endpoint: str) -> dict[str, str]:
    now = int(time.time())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": endpoint,
        "jti": secrets.token_urlsafe(16),
        "iat": now,
        "exp": now + _LIFETIME_S,
    }
    assertion = jwt.encode(claims, secret, algorithm="HS256")
    return {"client_assertion_type": _SIGNED, "client_assertion": assertion}
