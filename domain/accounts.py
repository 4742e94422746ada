"""Accounts of people who work in the browser, and their sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.access import ROLE_SCOPES, Actor, Role
from domain.ids import ForceCode, UserId


@dataclass(frozen=True, slots=True)
class Account:
    """A person who signs in, with a password or by the identity provider."""

    user_id: UserId
    """Opaque: the log and every sealed decision know the person by it alone."""
    sign_in_name: str
    role: Role
    force: ForceCode | None
    password_hash: str
    """Argon2id in its encoded form, parameters and salt included; empty when nobody signs in to
    the account by a password."""
    added_at: datetime
    is_disabled: bool = False

    @property
    def actor(self) -> Actor:
        """The account as the use cases know it, with all scopes of its role."""
        return Actor(self.user_id, self.role, self.force, ROLE_SCOPES[self.role])


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in at one browser; only the SHA-256 of the cookie's secret is kept."""

    secret_sha256: str
    user_id: UserId
    begun_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SubjectLink:
    """Somebody whom the identity provider knows, and the account they sign in to."""

    subject_sha256: str
    user_id: UserId
    linked_at: datetime
    blinding: str
    """Random and secret: the log commits to the subject by it, so that nobody can guess whom.
    Empty for a link made before the log did."""


@dataclass(frozen=True, slots=True)
class FailedAttempts:
    """Sign-ins that failed under one name or from one address."""

    key_sha256: str
    """SHA-256 of what is counted, so that no address and no mistyped name is kept."""
    failures: int
    first_at: datetime
    blocked_until: datetime | None = None
