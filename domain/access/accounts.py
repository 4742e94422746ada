"""Accounts, sessions, second factors, clients, the delay after failed sign-ins, and drafts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.access.access import CLIENT_ROLES, ROLE_SCOPES, Actor, Role, Scope
from domain.ids import ClientId, ClientKeyId, FactorId, ForceCode, UserId


@dataclass(frozen=True, slots=True)
class Account:
    """An account for signing in, by password or through the identity provider."""

    user_id: UserId
    """Opaque. The log and every sealed decision identify the person only by this id."""
    sign_in_name: str
    role: Role
    force: ForceCode | None
    password_hash: str
    """Argon2id, encoded with parameters and salt; empty for an account without a password."""
    added_at: datetime
    is_disabled: bool = False

    @property
    def actor(self) -> Actor:
        """The account as an actor, with all scopes of its role."""
        return Actor(self.user_id, self.role, self.force, ROLE_SCOPES[self.role])


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. Only the SHA-256 of the cookie's secret is stored."""

    secret_sha256: str
    user_id: UserId
    begun_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None = None
    sid_sha256: str | None = None
    """The digest of the provider's session; None for a session begun with a password."""


@dataclass(frozen=True, slots=True)
class SubjectLink:
    """The subject identifier of an identity provider, and the account that it signs in to."""

    subject_sha256: str
    user_id: UserId
    linked_at: datetime
    blinding: str
    """Random and secret. The log's commitment to the subject is keyed with it, so the subject
    cannot be guessed. Empty for a link made before the log recorded subjects."""


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A network source from which an account has signed in."""

    source_sha256: str
    """A digest of the source and the account, so that neither is stored."""
    user_id: UserId
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class FailedAttempts:
    """Failed sign-ins to one account, from one source, or from that source to that account."""

    key_sha256: str
    """SHA-256 of name and source, so that neither is stored."""
    failures: int
    first_at: datetime
    blocked_until: datetime | None = None


class FactorKind(StrEnum):
    """A kind of second factor."""

    AUTHENTICATOR = "authenticator"
    """Shows one-time codes."""
    SECURITY_KEY = "security-key"
    """Signs a challenge only for this service's address (WebAuthn)."""


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """An enrolled authenticator or security key."""

    factor_id: FactorId
    user_id: UserId
    added_at: datetime
    secret: bytes = field(repr=False)
    """The authenticator's shared key, or the security key as stored; empty once erased or lost."""
    recovery_sha256: frozenset[str]
    """SHA-256 of the recovery codes, each of which has 80 random bits. Used codes are included."""
    kind: FactorKind = FactorKind.AUTHENTICATOR


class CodeKind(StrEnum):
    """A kind of code that is accepted as a second factor."""

    ONE_TIME = "one-time"
    RECOVERY = "recovery"
    SECURITY_KEY = "security-key"
    """The signed answer of a security key to a challenge."""


class CodeFault(StrEnum):
    """The reason for refusing a second factor."""

    MISSING = "missing"
    WRONG = "wrong"
    USED = "used"
    HELD_UP = "held-up"
    """Too many wrong codes had been entered before."""
    COPIED = "copied"
    """The counter of a security key went backwards: a copy of the key may exist."""


class FactorRemoval(StrEnum):
    """The way in which a second factor was removed."""

    OWN = "own"
    """Removed by its owner, who entered a code."""
    RESET = "reset"
    """Reset by an administrator."""


MAX_LIVE_KEYS = 2
"""The most live keys of a client: the old and the new key while keys are changed."""


@dataclass(frozen=True, slots=True)
class ClientKey:
    """A client secret as stored: its SHA-256, not the secret itself."""

    key_id: ClientKeyId
    client_id: ClientId
    number: int
    """Keys are numbered for each client from 1; revoked keys keep their numbers."""
    secret_sha256: str
    added_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """A system of a force. Its access tokens carry at most these scopes."""

    client_id: ClientId
    name: str
    """The display name, without personal data."""
    force: ForceCode
    scopes: frozenset[Scope]
    """The calls that the holder may make."""
    added_by: UserId
    added_at: datetime
    """When it was added."""
    keys: tuple[ClientKey, ...] = ()
    """In the order of their numbers."""
    revoked_at: datetime | None = None
    """When it was revoked; None while it is in force."""

    @property
    def live_keys(self) -> tuple[ClientKey, ...]:
        """Keys that are not revoked; none if the client is revoked."""
        if self.revoked_at is not None:
            return ()
        return tuple(key for key in self.keys if key.revoked_at is None)

    @property
    def role(self) -> Role:
        """The role whose scopes the client holds."""
        return role_of_scopes(self.scopes) or Role.FORCE

    def actor(self, scopes: frozenset[Scope]) -> Actor:
        """Return the client as an actor, with those of the given scopes that the client holds."""
        return Actor(UserId(self.client_id), self.role, self.force, scopes & self.scopes)


def role_of_scopes(scopes: frozenset[Scope]) -> Role | None:
    """Return the role of a client with these scopes; None if no single role has them all."""
    return next((role for role in CLIENT_ROLES if scopes <= ROLE_SCOPES[role]), None)


_MOST_DOUBLINGS = 32
"""Enough to pass any policy's longest delay. It keeps the power small after many failures."""


@dataclass(frozen=True, slots=True)
class Slowing:
    """A delay that begins with the `limit`-th failure and doubles with each further one."""

    limit: int
    first: timedelta
    longest: timedelta

    def delay(self, failures: int) -> timedelta:
        """Return how long the next attempt is delayed after this many failures in a row."""
        if failures < self.limit:
            return timedelta(0)
        doublings = min(failures - self.limit, _MOST_DOUBLINGS)
        return min(self.first * (1 << doublings), self.longest)


@dataclass(frozen=True, slots=True)
class Draft:
    """The fields of a form that was sent too late. They are not sealed; only their writer can read
    them.
    """

    user_id: UserId
    step: str
    """The form, by the route that takes it: `cases/{case_id}/analysis`."""
    about_id: str
    """What the page is about; the account of the writer where that is nothing yet."""
    fields: Mapping[str, str]
    kept_at: datetime
