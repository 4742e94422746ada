"""Pages that answer a form: kept for some minutes, until the browser fetches them.

A page is sealed with a secret that only its visitor's browser has. The store, its keys and its
backups cannot open it, not even together.
"""

import hashlib
import hmac
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.storage.access.sessions import SealedPage
from service.usecases.access.tokens import secret_sha256
from service.usecases.services import StoreServices

LIFE = timedelta(minutes=10)
_MOST_OF_SESSION = 20
_MOST_OF_STRANGERS = 100
"""Of everybody who is not signed in together."""
_LARGEST_BYTES = 16 * 1024 * 1024
_NONCE = bytes(12)
"""Each key seals one page: its token is random."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner of a page: the secret in the cookie of a session, or of a visit without a
    session.
    """

    secret: str = field(repr=False)
    is_signed_in: bool

    @property
    def session_sha256(self) -> str | None:
        """The digest of the session; None for a visit without one."""
        return secret_sha256(self.secret) if self.is_signed_in else None


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page that waits to be fetched."""

    address: str
    """Where the browser fetches it, without the query."""
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    is_of_session: bool = False


def keep_page(services: StoreServices, owner: Owner, page: KeptPage) -> str:
    """Keep a page and return its token; the token is empty if the page is too large."""
    surroundings = services.surroundings
    token, now = surroundings.new_secret(), surroundings.clock()
    sealed = _seal(owner, token).encrypt(_NONCE, _packed(page), page.address.encode())
    if len(sealed) > _LARGEST_BYTES:
        return ""
    most = _MOST_OF_SESSION if owner.is_signed_in else _MOST_OF_STRANGERS
    kept = SealedPage(secret_sha256(token), owner.session_sha256, sealed, now)
    with services.units.write() as unit:
        unit.kept_pages.drop_older(now - LIFE)
        unit.kept_pages.keep(kept, most=most)
        unit.commit()
    return token


def page_of_token(
    services: StoreServices, owners: Sequence[Owner], token: str, address: str
) -> KeptPage | None:
    """Return the page of a token. None if it belongs to another visitor or address, is too old, or
    has been deleted.
    """
    with services.units.read() as unit:
        kept = unit.kept_pages.get(secret_sha256(token))
    if kept is None or abs(services.surroundings.clock() - kept.kept_at) > LIFE:
        return None
    for owner in owners:
        if owner.secret and owner.session_sha256 == kept.session_sha256:
            return _opened(owner, token, address, kept)
    return None


def drop_page(services: StoreServices, token: str) -> None:
    """Delete a page that has been fetched."""
    with services.units.write() as unit:
        unit.kept_pages.drop(secret_sha256(token))
        unit.commit()


def _opened(owner: Owner, token: str, address: str, kept: SealedPage) -> KeptPage | None:
    try:
        packed = _seal(owner, token).decrypt(_NONCE, kept.sealed, address.encode())
    except InvalidTag:
        return None
    head, _, body = zlib.decompress(packed).partition(b"\n")
    status, headers = json.loads(head)
    told = tuple((name, value) for name, value in headers)
    return KeptPage(address, status, told, body, is_of_session=owner.is_signed_in)


def _seal(owner: Owner, token: str) -> AESGCM:
    key = hmac.new(owner.secret.encode(), f"page {token}".encode(), hashlib.sha256)
    return AESGCM(key.digest())


def _packed(page: KeptPage) -> bytes:
    head = json.dumps([page.status, page.headers]).encode()
    return zlib.compress(head + b"\n" + page.body, level=1)
