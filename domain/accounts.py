"""Accounts of people who work in the browser, and their sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.access import ROLE_SCOPES, Actor, Role
from domain.ids import ForceCode, UserId


@dataclass(frozen=True, slots=True)
class Account:
    """An account for signing in, by password or through the identity provider."""

    user_id: UserId
    """Opaque: the log and every sealed decision identify the person only by it."""
    sign_in_name: str
    role: Role
    force: ForceCode | None
    password_hash: str
    """Argon2id in its encoded form, parameters and salt included; empty for an account without a
    password."""
    added_at: datetime
    is_disabled: bool = False

    @property
    def actor(self) -> Actor:
        """The account as an actor, with all scopes of its role."""
        return Actor(self.user_id, self.role, self.force, ROLE_SCOPES[self.role])


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser; only the SHA-256 of the cookie's secret is stored."""

    secret_sha256: str
    user_id: UserId
    begun_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None = None
    sid_sha256: str | None = None
    """The provider's session by its digest; None for a session begun by a password."""


@dataclass(frozen=True, slots=True)
class SubjectLink:
    """An identity provider's subject and the account it signs in to."""

    subject_sha256: str
    user_id: UserId
    linked_at: datetime
    blinding: str
    """Random and secret: the log's commitment to the subject is keyed with it, so that the subject
    cannot be guessed. Empty for a link made before the log recorded subjects."""


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A source that an account signed in from."""

    source_sha256: str
    """A digest of both, so that neither is stored."""
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
