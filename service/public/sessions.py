"""The session cookie: sealed, and out of reach of scripts and other sites.

It holds what the visitor needs to continue: the reference and code of an application. The key is
made when the process starts, so a restart ends every session. The draft stays at the office, and
an applicant with reference and code can continue.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.requests import Request
from starlette.responses import Response

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
