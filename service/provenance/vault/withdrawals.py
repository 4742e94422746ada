"""The key store's record of withdrawn access.

A backup of the database does not include later revocations. The key store is newer and does, so
that a restore does not give access back. The record has opaque ids and digests that the log also
publishes: no personal data and no secrets.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.ids import ForceCode


class Access(StrEnum):
    """A kind of access or message that can be withdrawn permanently.

    Each comment states what identifies access of this kind.
    """

    TOKEN = "token"  # noqa: S105 - a kind of access, not a secret
    """The token's id."""
    CLIENT = "client"
    """The client's id."""
    CLIENT_KEY = "client-key"
    """The key's id."""
    ACCOUNT = "account"
    """The account's id; an account that was disabled is never enabled again."""
    PASSWORD = "password"  # noqa: S105 - as above
    """The digest of the account's row while it had the password; another password gives another
    digest.
    """
    SUBJECT = "subject"
    """The id of the link between a subject of the identity provider and an account."""
    SECOND_FACTOR = "second-factor"
    """The second factor's id."""
    WEBHOOK = "webhook"
    """The id of the webhook's endpoint."""
    WEBHOOK_SECRET = "webhook-secret"  # noqa: S105 - as above
    """The endpoint's id, a colon, and the number of the version that was replaced."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Access that was ordered to be withdrawn, and the time of the order."""

    access: Access
    ref: str
    at: datetime


class WithdrawalMemory(Protocol):
    """A key store's record of withdrawn access."""

    def withdraw(self, refs: Collection[tuple[Access, str]], *, at: datetime) -> None:
        """Record, durably before it returns, that access is withdrawn; the first time is kept.

        Call this before the commit of the withdrawal. A crash in between leaves a record of a
        withdrawal that was ordered but not stored: the access stays until it is withdrawn again,
        or until a restore withdraws it. In the opposite order, a withdrawal could be forgotten.
        """

    def withdrawals(self) -> tuple[Withdrawal, ...]:
        """Return all recorded withdrawals, in a fixed order."""


@dataclass(frozen=True, slots=True)
class WithdrawnAgain:
    """Access that a restored backup still gave, and that was withdrawn again."""

    access: Access
    about: tuple[str, ...]
    """Opaque ids, beginning with the row's id."""
    force: ForceCode | None = None
    """The force whose client or webhook it was."""
    row_sha256: str = ""
    """New digest of the row, for an account that now has no password, and for a webhook."""
    secret_version: int = 0
    """New version of the secret, for a webhook."""
