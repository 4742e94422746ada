"""Accounts, sessions and failed sign-ins of the workbench."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from domain.accounts import Account, FailedAttempts, Session, SubjectLink
from domain.ids import UserId


class AccountRepository(Protocol):
    """Local accounts. An account is disabled, never deleted: sealed decisions name it."""

    def add(self, account: Account) -> None:
        """Store an account; raises ConflictError when the sign-in name is taken."""

    def get(self, user_id: UserId) -> Account | None:
        """Return an account, disabled or not."""

    def locked(self, user_id: UserId) -> Account | None:
        """Return an account that nobody else changes until this work ends."""

    def by_name(self, sign_in_name: str) -> Account | None:
        """Return the account with this sign-in name, disabled or not."""

    def names(self, user_ids: Collection[UserId]) -> Mapping[UserId, str]:
        """Return the sign-in names of those that are local accounts."""

    def by_subject(self, subject_sha256: str) -> Account | None:
        """Return the account of a subject of the identity provider, disabled or not."""

    def link(self, link: SubjectLink) -> bool:
        """Let a subject sign in to an account; False when either has another already."""

    def unlink(self, user_id: UserId) -> None:
        """Let no subject sign in to an account any more."""

    def save(self, account: Account) -> None:
        """Store a new password hash, or that the account is disabled."""


class SessionRepository(Protocol):
    """Sessions and the counters that stop somebody from guessing passwords."""

    def begin(self, session: Session) -> None:
        """Store a new session."""

    def get(self, secret_sha256: str) -> Session | None:
        """Return a session, ended or not."""

    def seen(self, secret_sha256: str, at: datetime) -> None:
        """Note that the session was used."""

    def end(self, secret_sha256: str, at: datetime) -> None:
        """End a session; does nothing when it has ended."""

    def end_all(self, user_id: UserId, at: datetime) -> tuple[Session, ...]:
        """End every session of an account and return those that had not ended."""

    def attempts(self, key_sha256: str) -> FailedAttempts | None:
        """Return what is counted under this key."""

    def count(self, attempts: FailedAttempts) -> None:
        """Store a counter, in place of the earlier one."""

    def forget(self, key_sha256: str) -> None:
        """Drop a counter."""
