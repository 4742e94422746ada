"""Tokens: issued, recognised and revoked."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from domain.access import access
from domain.access.accounts import Account
from domain.errors import InvalidInputError, NotAuthenticatedError, NotPermittedError, existing
from domain.events.access import TokenIssued, TokenRevoked
from domain.forces import force_name
from domain.ids import ForceCode, TokenId, UserId
from service.ports.surroundings import planned_once
from service.provenance.bundle.row_commitments import token_digest
from service.usecases.log.recording import Concern, record
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class IssueToken:
    """A request to issue a token; without `scopes` it gets all that the role may hold."""

    caller: access.Caller
    user_id: UserId
    role: access.Role
    force: ForceCode | None
    valid_for: timedelta
    scopes: frozenset[access.Scope] | None = None
    may_decide: bool = False
    """Whether the token may carry scopes that decide, as in a trial with invented people."""


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token. Its secret is shown only here, once, and is not stored."""

    token: access.Token
    secret: str


def issue_token(services: StoreServices, command: IssueToken) -> IssuedToken:
    """Issue a bearer token and store its digest.

    Raises InvalidInputError (a force's role without a force, another role with a force, no
    lifetime), and NotPermittedError (scopes beyond the role or reserved for people, a role or
    force other than the account's, or a disabled account).
    """
    scopes = _scopes(command)
    _check(command)
    secret = services.surroundings.new_secret()
    now = services.now()
    token = access.Token(
        token_id=TokenId(services.new_id()),
        secret_sha256=secret_sha256(secret),
        actor=access.Actor(command.user_id, command.role, command.force, scopes),
        issued_at=now,
        expires_at=now + command.valid_for,
    )
    with services.units.begin() as unit:
        _check_account(unit.accounts.locked(command.user_id), command)
        unit.tokens.add(token)
        event = TokenIssued(
            token.token_id, command.role, command.user_id, row_sha256=token_digest(token)
        )
        record(services, unit, command.caller, event, Concern(command.force))
    return IssuedToken(token=token, secret=secret)


def _check(command: IssueToken) -> None:
    if (command.role in access.ROLES_OF_FORCES) != (command.force is not None):
        raise InvalidInputError(
            "A token for a force, case officer or reconciler must name a force; "
            "other tokens must not name one."
        )
    if command.force is not None:
        force_name(command.force)
    if command.valid_for <= timedelta(0):
        raise InvalidInputError("The lifetime must be positive: give at least one day.")


def _scopes(command: IssueToken) -> frozenset[access.Scope]:
    """Return the scopes of a token. Raises NotPermittedError."""
    held = access.ROLE_SCOPES[command.role]
    allowed = held if command.may_decide else held - access.DECIDING
    scopes = allowed if command.scopes is None else command.scopes
    if not scopes <= held:
        raise NotPermittedError("The role does not include all of these scopes: request fewer.")
    if not scopes <= allowed or (held and not allowed):
        raise NotPermittedError(access.PEOPLE_DECIDE)
    return scopes


def _check_account(account: Account | None, command: IssueToken) -> None:
    """Refuse a token that exceeds its account. An id without an account belongs to a system."""
    if account is None:
        return
    if account.is_disabled:
        raise NotPermittedError("The account is disabled, so it cannot have a token.")
    if (account.role, account.force) != (command.role, command.force):
        raise NotPermittedError(
            "The account has another role or force: give the token the role and "
            "force of its account."
        )


@planned_once()
def authenticate(
    services: StoreServices, secret: str, *, may_decide: bool = False
) -> access.Actor:
    """Return the actor that a bearer secret belongs to. Raises NotAuthenticatedError.

    The error is the same for unknown, revoked and expired tokens. Scopes that decide are left out
    unless `may_decide` is true, whenever the token was issued.
    """
    digest = secret_sha256(secret)
    with services.units.read() as unit:
        token = unit.tokens.by_secret_sha256(digest)
    if token is None or token.revoked_at is not None or token.expires_at <= services.now():
        raise NotAuthenticatedError
    return token.actor if may_decide else access.as_machine(token.actor)


def account_behind(services: StoreServices, secret: str) -> access.Actor | None:
    """Return the account of a token's secret, valid or not, to record a refused call."""
    with services.units.read() as unit:
        token = unit.tokens.by_secret_sha256(secret_sha256(secret))
    return token.actor if token else None


def revoke_token(services: StoreServices, caller: access.Caller, token_id: TokenId) -> None:
    """Revoke a token at once. Raises NotFoundError."""
    with services.units.begin() as unit:
        token = existing(unit.tokens.get(token_id))
        if token.revoked_at is None:
            unit.tokens.revoke(token_id, services.now())
            record(services, unit, caller, TokenRevoked(token_id))


def secret_sha256(secret: str) -> str:
    """Return the digest under which a bearer secret is stored, hexadecimal.

    A plain hash is enough: the secret has 256 random bits and cannot be guessed.
    """
    return hashlib.sha256(secret.encode()).hexdigest()
