"""Signing in and out with a browser; and the tokens issued in a person's name, as shown to that
person.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from domain.access.access import Actor, Caller, Token
from domain.access.accounts import Account, Session
from domain.errors import NotAuthenticatedError, NotPermittedError
from domain.events.access import AccountLocked, TokenIssued
from domain.ids import UserId
from service.provenance.canonical import read_event
from service.storage.unit_of_work import UnitOfWork
from service.usecases.access import sign_ins
from service.usecases.access.second_factor_proofs import NO_PROOF, Proof, is_proven
from service.usecases.access.second_factors import must_enrol
from service.usecases.access.tokens import secret_sha256
from service.usecases.log.recording import record
from service.usecases.workbench import ROLE_PURPOSES, SignInPolicy, Workbench

_SEEN_EVERY = timedelta(seconds=60)
"""The last use of a session is written at most this often, so that most page views write
nothing."""

REFUSED = (
    "The name or the password is not right. If you have an authenticator or "
    "a security key, its code or answer may be missing, wrong or already "
    "used. After too many attempts even the right ones are refused: wait 15 "
    "minutes."
)
OVER = "Your session has ended. Sign in again."


@dataclass(frozen=True, slots=True)
class SignIn:
    """An attempt to sign in; `address` is the network address it comes from."""

    sign_in_name: str
    password: str
    address: str
    request_id: str = ""
    proof: Proof = NO_PROOF
    """Proof of a second factor, for an account that has one."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in person: the account, and the token that every form of the session carries."""

    account: Account
    csrf_token: str
    session_sha256: str
    must_enrol: bool = False
    """Whether the account's role needs a second factor that it does not have yet."""


def sign_in(bench: Workbench, attempt: SignIn) -> str:
    """Begin a session and return its secret of 256 random bits.

    Raises NotAuthenticatedError, and NotPermittedError if passwords are not allowed.
    """
    if not bench.sign_in.allows_passwords:
        raise NotPermittedError(
            "You cannot sign in with a password here: sign in with the identity provider."
        )
    account, counted = _count_attempt(bench, attempt)
    if not _is_password_right(bench.passwords, account, attempt.password) or account is None:
        raise NotAuthenticatedError(REFUSED)
    caller = _caller(account, attempt.request_id)
    with bench.services.units.begin() as unit:
        secret = ""
        if is_proven(bench, unit, caller, account, attempt.proof):
            _forget_attempt(bench, unit, account, attempt, counted)
            secret = begin_session(bench, unit, account, request_id=attempt.request_id)
    if not secret:
        raise NotAuthenticatedError(REFUSED)
    return secret


def begin_session(
    bench: Workbench,
    unit: UnitOfWork,
    account: Account,
    *,
    request_id: str,
    sid_sha256: str | None = None,
) -> str:
    """Begin a session and return its secret; the caller commits. `sid_sha256` is the digest of the
    identity provider's session id, if there is one.
    """
    surroundings = bench.services.surroundings
    secret, now = surroundings.new_secret(), surroundings.clock()
    session = Session(secret_sha256(secret), account.user_id, now, now, sid_sha256=sid_sha256)
    by = "password" if sid_sha256 is None else "provider"
    unit.sessions.begin(session)
    sign_ins.record_begin(bench.services, unit, _caller(account, request_id), session, by=by)
    return secret


def recognise(bench: Workbench, secret: str, *, is_used: bool = True) -> Visitor:
    """Return the visitor behind a session's cookie.

    Raises NotAuthenticatedError if the session is over. With `is_used` false the page itself made
    the request, which does not extend the session.
    """
    digest = secret_sha256(secret)
    now = bench.services.now()
    with bench.services.units.read() as unit:
        session = unit.sessions.get(digest)
        account = unit.accounts.get(session.user_id) if session else None
        lacks_factor = account is not None and must_enrol(bench, unit, account)
    if session is None or account is None or account.is_disabled:
        raise NotAuthenticatedError(OVER)
    if _is_over(bench.sign_in, session, now):
        raise NotAuthenticatedError(OVER)
    if is_used and now - session.last_seen_at >= _SEEN_EVERY:
        with bench.services.units.begin() as unit:
            unit.sessions.seen(digest, now)
    return Visitor(account, csrf_token(secret), digest, lacks_factor)


def actor_behind(bench: Workbench, secret: str) -> Actor | None:
    """Return the account of a session, past or present, to record a refused page."""
    with bench.services.units.read() as unit:
        session = unit.sessions.get(secret_sha256(secret))
        account = unit.accounts.get(session.user_id) if session else None
    return account.actor if account else None


def sign_out(bench: Workbench, visitor: Visitor, request_id: str = "") -> None:
    """End a session; a session that has already ended is left unchanged."""
    services = bench.services
    with services.units.begin() as unit:
        session = unit.sessions.get(visitor.session_sha256)
        if session is None or session.ended_at is not None:
            return
        unit.sessions.end(visitor.session_sha256, services.now())
        sign_ins.record_end(services, unit, _caller(visitor.account, request_id), session)


def csrf_token(secret: str) -> str:
    """Return the token of a session's forms, which does not reveal the session's secret."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def _is_over(policy: SignInPolicy, session: Session, now: datetime) -> bool:
    return (
        session.ended_at is not None
        # In either direction: a session dated days ahead was begun while the clock was fast.
        or abs(now - session.last_seen_at) > policy.idle_timeout
        or abs(now - session.begun_at) > policy.absolute_timeout
    )


def _count_attempt(
    bench: Workbench, attempt: SignIn
) -> tuple[Account | None, tuple[sign_ins.Counted, ...]]:
    """Count the attempt, and return the account to try and the counters.

    The account is None for an unknown name, or while the attempt is delayed. For a source that the
    account knows, only failures at this account from this source cause a delay. Guesses from
    elsewhere, or at other accounts, thus cannot lock out a person at their usual place.
    """
    policy, now = bench.sign_in, bench.services.now()
    name, source = attempt.sign_in_name, sign_ins.source_of(attempt.address)
    own, anywhere, address = (
        sign_ins.Counted(
            sign_ins.attempts_key("account at source", source, name), policy.by_source
        ),
        sign_ins.Counted(sign_ins.attempts_key("account", name), policy.from_anywhere),
        sign_ins.Counted(sign_ins.attempts_key("address", source), policy.by_address),
    )
    with bench.services.units.begin() as unit:
        account = unit.accounts.by_name(name)
        is_known = account is not None and unit.sessions.knows(
            sign_ins.known_source(account, source, now), since=now - sign_ins.KNOWN_FOR
        )
        counted = (own,) if is_known else (own, anywhere, address)
        full = sign_ins.count_attempt(unit, counted, now=now)
        if account is not None and full and not full.isdisjoint({own.key, anywhere.key}):
            caller = _caller(account, attempt.request_id)
            record(bench.services, unit, caller, AccountLocked(account.user_id))
    return (None if full is None else account), counted


def _forget_attempt(
    bench: Workbench,
    unit: UnitOfWork,
    account: Account,
    attempt: SignIn,
    counted: Sequence[sign_ins.Counted],
) -> None:
    """Forget the failures of this source at the account, and store the source as known."""
    now = bench.services.now()
    for each in sorted(counted, key=lambda one: one.key):
        if each is counted[0]:
            unit.sessions.forget(each.key)
        else:
            sign_ins.uncount_attempt(unit, each.key, now=now)
    source = sign_ins.known_source(account, sign_ins.source_of(attempt.address), now)
    unit.sessions.know(source, since=now - sign_ins.KNOWN_FOR)


def _is_password_right(passwords: PasswordHasher, account: Account | None, password: str) -> bool:
    hashed = account.password_hash if account else ""
    is_usable = account is not None and not account.is_disabled and hashed != ""
    # Check a hash even if the account does not exist, so that the answer takes as long.
    hashed = hashed or _hash_of_nobody(passwords)
    try:
        passwords.verify(hashed, password)
    except VerificationError:
        return False
    return is_usable


@lru_cache(maxsize=8)
def _hash_of_nobody(passwords: PasswordHasher) -> str:
    """Return a hash made once.

    Making it for each attempt would double the time and so reveal unknown names.
    """
    return passwords.hash("nobody has this password")


def _caller(account: Account, request_id: str) -> Caller:
    return Caller(account.actor, ROLE_PURPOSES[account.role], request_id=request_id)


@dataclass(frozen=True, slots=True)
class OwnToken:
    """A token, with the issuer and purpose that the log states."""

    token: Token
    issued_by: str
    """The sign-in name of the issuer or, if the issuer has none, the issuer's id."""
    purpose: str
    is_valid: bool


def own_tokens(bench: Workbench, account: Account) -> tuple[OwnToken, ...]:
    """Return the tokens in the name of an account, newest first."""
    now = bench.services.now()
    with bench.services.units.read() as unit:
        tokens = unit.tokens.of(account.user_id)
        issues = [_issue(unit, token) for token in tokens]
        names = unit.accounts.names([UserId(issuer) for issuer, _ in issues])
    return tuple(
        OwnToken(
            token,
            names.get(UserId(issuer), issuer),
            purpose,
            token.revoked_at is None and token.expires_at > now,
        )
        for token, (issuer, purpose) in zip(tokens, issues, strict=True)
    )


def has_new_tokens(bench: Workbench, visitor: Visitor) -> bool:
    """Whether a token was issued in the visitor's name since their previous sign-in."""
    account = visitor.account
    with bench.services.units.read() as unit:
        newest = next(iter(unit.tokens.of(account.user_id)), None)
        last_at = unit.sessions.begun_before(account.user_id, visitor.session_sha256)
    return newest is not None and newest.issued_at >= (last_at or account.added_at)


def _issue(unit: UnitOfWork, token: Token) -> tuple[str, str]:
    """Return the issuer of a token and its purpose; empty texts if the log does not state them."""
    for entry in unit.events.about(token.token_id):
        if entry.event_type == TokenIssued.event_type:
            body = read_event(entry.body)
            return body.actor, body.purpose
    return "", ""
