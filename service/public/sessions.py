"""The sealed session cookie, and limits on the attempts of an address and on a reference.

It holds what the visitor needs to continue: the reference and code of an application. The key is
made when the process starts, so a restart ends every session. The draft stays at the office, and
an applicant with reference and code can continue.

Counts of attempts are in memory: the pages are one process, and a restart resets the counts. No
address is stored, only a keyed digest of it.
"""

import base64
import binascii
import hashlib
import hmac
import ipaddress
import json
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.requests import Request
from starlette.responses import Response

from domain.access.accounts import Slowing

_NAME = "identlink-application"
_NONCE_BYTES = 12
IDLE_S = 60 * 60
"""The number of seconds without a page after which a session ends."""


@dataclass(frozen=True, slots=True)
class Session:
    """A visit."""

    visit: str
    """A random text, from which the token of every form is made."""
    reference: str = ""
    code: str = ""
    language: str = ""

    @property
    def is_open(self) -> bool:
        """Whether an application is open."""
        return bool(self.reference)


class Sessions:
    """Seals and opens sessions. Thread-safe."""

    def __init__(self, clock: Callable[[], float], *, plain: bool) -> None:
        """`clock` returns seconds; `plain`: whether cookies may be sent over plain HTTP."""
        self._seal = AESGCM(AESGCM.generate_key(256))
        self._token_key = secrets.token_bytes(32)
        self._clock = clock
        self._plain = plain
        self._ended: OrderedDict[str, float] = OrderedDict()

    @property
    def name(self) -> str:
        """The name of the cookie; the prefix binds it to this host and to HTTPS."""
        return _NAME if self._plain else f"__Host-{_NAME}"

    def read(self, request: Request) -> Session:
        """Return the session of a request; a new session if there is none, or if it has ended."""
        sealed = request.cookies.get(self.name, "")
        found = self._opened(sealed)
        return Session(secrets.token_urlsafe(18)) if found is None else found

    def write(self, response: Response, session: Session) -> None:
        """Give the session to the browser, which deletes it when the browser is closed."""
        fields = (session.visit, session.reference, session.code, session.language)
        body = json.dumps([self._clock(), *fields]).encode()
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + self._seal.encrypt(nonce, body, None)
        response.set_cookie(
            self.name,
            base64.urlsafe_b64encode(sealed).decode(),
            path="/",
            secure=not self._plain,
            httponly=True,
            samesite="strict",
        )

    def closed(self, session: Session) -> Session:
        """End a session, and return a session without an open application and with another token.

        A copy of the ended session's cookie no longer opens anything.
        """
        if session.is_open:
            self._end(session.visit)
        return replace(session, visit=secrets.token_urlsafe(18), reference="", code="")

    def token(self, session: Session) -> str:
        """Return the token that the forms of this session include."""
        return hmac.new(self._token_key, session.visit.encode(), hashlib.sha256).hexdigest()

    def _end(self, visit: str) -> None:
        """Remember that a visit has ended, for as long as its cookie would still be accepted."""
        now = self._clock()
        self._ended[visit] = now
        while self._ended and next(iter(self._ended.values())) < now - IDLE_S:
            self._ended.popitem(last=False)

    def _opened(self, sealed: str) -> Session | None:
        try:
            raw = base64.urlsafe_b64decode(sealed.encode())
            body = self._seal.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None)
        except (binascii.Error, ValueError, InvalidTag):
            return None
        seen, *fields = json.loads(body)
        is_over = self._clock() - seen > IDLE_S or fields[0] in self._ended
        return None if is_over else Session(*fields)


_MOST_KEPT = 100_000
"""The most keys that are stored; beyond this number, the key unused for longest is removed."""
_FAILURES_OF_SOURCE = 5
"""Wrong codes from one source at one reference before a delay, as for accounts."""
_FORGOTTEN_S = 60 * 60.0
"""The time, in seconds, after which failures are forgotten; it is longer than any delay."""
_PREFIX_V6 = 64
"""The length of an IPv6 network that counts as one household or server."""


class Allowance:
    """A number of calls per period for each key, which is refilled evenly. For one event loop."""

    def __init__(self, most: int, period_s: float, clock: Callable[[], float]) -> None:
        """`clock` returns seconds and must never go back."""
        self._most = most
        self._back_per_s = most / period_s
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> bool:
        """Take one call; if none is left, take nothing and return False."""
        left = self._now_left(key)
        is_left = left >= 1.0
        self._left[key] = (left - 1.0 if is_left else left, self._clock())
        self._left.move_to_end(key)
        if len(self._left) > _MOST_KEPT:
            self._left.popitem(last=False)
        return is_left

    def _now_left(self, key: str) -> float:
        left, then = self._left.get(key, (float(self._most), self._clock()))
        return min(float(self._most), left + (self._clock() - then) * self._back_per_s)


class Delays:
    """Failures by key, each of which delays the next attempt. For one event loop."""

    def __init__(self, slowing: Slowing, clock: Callable[[], float]) -> None:
        """`clock` returns seconds and must never go back."""
        self._slowing = slowing
        self._clock = clock
        self._failed: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def is_held_up(self, key: str) -> bool:
        """Whether the delay after the last failure is still running."""
        failures, at_s = self._found(key)
        return self._clock() < at_s + self._slowing.delay(failures).total_seconds()

    def fail(self, key: str) -> None:
        """Count a failure."""
        failures, _ = self._found(key)
        self._failed[key] = (failures + 1, self._clock())
        _keep_most(self._failed, key)

    def forget(self, key: str) -> None:
        """Forget the failures of a key."""
        self._failed.pop(key, None)

    def _found(self, key: str) -> tuple[int, float]:
        failures, at_s = self._failed.get(key, (0, 0.0))
        return (0, 0.0) if self._clock() - at_s > _FORGOTTEN_S else (failures, at_s)


class Guesses:
    """Wrong codes for references, which delay the next attempt but lock nobody out.

    They are counted by reference and source. They are also counted by reference only, for sources
    that have not opened the application; such sources wait a minute at most. A source that has
    opened the application is never delayed by other people's guesses.
    """

    def __init__(self, failures_from_anywhere: int, clock: Callable[[], float]) -> None:
        """`clock` returns seconds and must never go back."""
        minute, second = timedelta(minutes=1), timedelta(seconds=1)
        self._by_source = Delays(Slowing(_FAILURES_OF_SOURCE, second, 15 * minute), clock)
        self._anywhere = Delays(Slowing(failures_from_anywhere, second, minute), clock)
        self._known: OrderedDict[str, None] = OrderedDict()

    def is_held_up(self, reference: str, source: str) -> bool:
        """Whether a code is not checked now, even if it is right."""
        own = f"{reference} {source}"
        if self._by_source.is_held_up(own):
            return True
        return own not in self._known and self._anywhere.is_held_up(reference)

    def fail(self, reference: str, source: str) -> None:
        """Count a wrong code."""
        own = f"{reference} {source}"
        self._by_source.fail(own)
        if own not in self._known:
            self._anywhere.fail(reference)

    def open(self, reference: str, source: str) -> None:
        """Forget the failures of a source that gave the right code, and remember this source."""
        own = f"{reference} {source}"
        self._by_source.forget(own)
        self._known[own] = None
        _keep_most(self._known, own)


def _keep_most(kept: OrderedDict[str, Any], key: str) -> None:
    kept.move_to_end(key)
    if len(kept) > _MOST_KEPT:
        kept.popitem(last=False)


class Sources:
    """Turns addresses and references into keys that reveal nothing."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def of_address(self, host: str) -> str:
        """Return the key of an address; all addresses of one IPv6 network have the same key."""
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return self._digest(f"host {host}")
        if address.version == 6:
            network = ipaddress.ip_network((address, _PREFIX_V6), strict=False)
            return self._digest(f"network {network}")
        return self._digest(f"address {address}")

    def of_reference(self, reference: str) -> str:
        """Return the key of a reference."""
        return self._digest(f"reference {reference}")

    def _digest(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()
