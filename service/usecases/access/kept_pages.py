"""What is kept for a visitor for a short time: drafts of forms, and pages that answer a form.

A form is kept as a draft for one day, only for its author, if it is sent after the session ended,
or while it is being worked on. Nobody need be signed in then: the ended session names the author,
and the form's own token proves that it was sent from a page of that session.

A page that answers a form is kept until the browser fetches it. It is sealed with a secret that
only its visitor's browser has. The store, its keys and its backups cannot open it, not even
together.
"""

import hashlib
import hmac
import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.access.access import Caller
from domain.access.accounts import Account, Draft
from domain.events.examination import DraftKept
from service.storage.access.sessions import SealedPage
from service.storage.unit_of_work import UnitOfWork
from service.usecases.access.sessions import csrf_token
from service.usecases.access.tokens import secret_sha256
from service.usecases.log.recording import record
from service.usecases.services import StoreServices
from service.usecases.workbench import ROLE_PURPOSES, Workbench

DRAFT_LIFE = timedelta(days=1)
"""How long a draft is kept: until the next sign-in, not for storage."""


@dataclass(frozen=True, slots=True)
class LateForm:
    """A form that was sent after its session had ended."""

    session_secret: str
    token: str
    """The session's token that the form carries."""
    step: str
    about_id: str
    """What its page is about; empty for a page about nothing yet."""
    fields: Mapping[str, str]
    request_id: str = ""


def keep_draft(bench: Workbench, late: LateForm) -> bool:
    """Keep a form as a draft, and return whether it was kept.

    It is not kept if the session is unknown, was signed out or ended long ago, if the account is
    disabled, if the token belongs to another session, or if the page is about something that does
    not exist.
    """
    now = bench.services.now()
    if not hmac.compare_digest(csrf_token(late.session_secret).encode(), late.token.encode()):
        return False
    with bench.services.units.read() as unit:
        writer = _writer(unit, late.session_secret, now - DRAFT_LIFE)
        if writer is None or (late.about_id and not unit.drafts.can_be_about(late.about_id)):
            return False
    about_id = late.about_id or writer.user_id
    with bench.services.units.begin() as unit:
        unit.drafts.drop_older(now - DRAFT_LIFE)
        unit.drafts.keep(Draft(writer.user_id, late.step, about_id, late.fields, now))
        # The log commits to every stored payload, including drafts, so that none can be added
        # unnoticed.
        caller = Caller(writer.actor, ROLE_PURPOSES[writer.role], request_id=late.request_id)
        record(bench.services, unit, caller, DraftKept(about_id, late.step))
    return True


def kept_drafts(
    bench: Workbench, caller: Caller, steps: Collection[str], about_id: str
) -> tuple[Draft, ...]:
    """Return the caller's drafts of these forms about one subject that are not too old, oldest
    first.
    """
    about_id = about_id or caller.actor.user_id
    return tuple(
        one for one in drafts_of(bench, caller) if one.step in steps and one.about_id == about_id
    )


def drafts_of(bench: Workbench, caller: Caller) -> tuple[Draft, ...]:
    """Return all drafts of the caller that are not too old, oldest first."""
    now = bench.services.now()
    with bench.services.units.read() as unit:
        found = unit.drafts.of(caller.actor.user_id)
    return tuple(one for one in found if now - one.kept_at <= DRAFT_LIFE)


def drop_draft(bench: Workbench, caller: Caller, step: str, about_id: str) -> None:
    """Erase the caller's draft of a form that has now been carried out."""
    me = caller.actor.user_id
    # Most forms have no draft, so first check without taking a lock.
    with bench.services.units.read() as unit:
        if not unit.drafts.has(me, step, about_id or me):
            return
    with bench.services.units.begin() as unit:
        unit.drafts.drop(me, step, about_id or me)


def forget_old_drafts(services: StoreServices) -> None:
    """Erase all users' drafts that are older than a day. A background worker calls this."""
    with services.units.begin() as unit:
        unit.drafts.drop_older(services.now() - DRAFT_LIFE)


def _writer(unit: UnitOfWork, secret: str, used_since: datetime) -> Account | None:
    session = unit.sessions.get(secret_sha256(secret))
    if session is None or session.ended_at is not None or session.last_seen_at < used_since:
        return None
    account = unit.accounts.get(session.user_id)
    return None if account is None or account.is_disabled else account


PAGE_LIFE = timedelta(minutes=10)
_MOST_OF_SESSION = 20
_MOST_OF_STRANGERS = 100
"""Of everybody who is not signed in together."""
_LARGEST_BYTES = 16 * 1024 * 1024
_NONCE = bytes(12)
"""Each key seals one page: its token is random."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner of a page: the secret in the cookie of a session, or of another visit."""

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
    with services.units.begin() as unit:
        unit.kept_pages.drop_older(now - PAGE_LIFE)
        unit.kept_pages.keep(kept, most=most)
    return token


def page_of_token(
    services: StoreServices, owners: Sequence[Owner], token: str, address: str
) -> KeptPage | None:
    """Return the page of a token. None if it belongs to another visitor or address, is too old, or
    has been deleted.
    """
    with services.units.read() as unit:
        kept = unit.kept_pages.get(secret_sha256(token))
    if kept is None or abs(services.now() - kept.kept_at) > PAGE_LIFE:
        return None
    for owner in owners:
        if owner.secret and owner.session_sha256 == kept.session_sha256:
            return _opened(owner, token, address, kept)
    return None


def drop_page(services: StoreServices, token: str) -> None:
    """Delete a page that has been fetched."""
    with services.units.begin() as unit:
        unit.kept_pages.drop(secret_sha256(token))


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
