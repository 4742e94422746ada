"""The key store's memory of withdrawn access.

A backup of the database knows nothing of later revocations. The key store is younger and does,
so that a restore gives no access back. A memory holds opaque ids and digests that the log
publishes as well: no personal data, no secret.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.ids import ForceCode


class Access(StrEnum):
    """A kind of access or message that can be withdrawn, for good.

    Each comment names the identifier of the kind.
    """

    TOKEN = "token"  # noqa: S105 - a kind of access, not a secret
    """Its id."""
    CLIENT = "client"
    """Its id."""
    CLIENT_KEY = "client-key"
    """Its id."""
    ACCOUNT = "account"
    """Its id; an account that was disabled is never enabled again."""
    PASSWORD = "password"  # noqa: S105 - as above
    """The digest of the account's row while it was the password: another password, another
    digest."""
    SUBJECT = "subject"
    """The id of the link between a subject of the identity provider and an account."""
    SECOND_FACTOR = "second-factor"
    """Its id."""
    WEBHOOK = "webhook"
    """The id of its endpoint."""
    WEBHOOK_SECRET = "webhook-secret"  # noqa: S105 - as above
    """The id of its endpoint, a colon, and the version that is not the latest any more."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Access that was ordered to be taken away, and when."""

    access: Access
    ref: str
    at: datetime


class WithdrawalMemory(Protocol):
    """A key store's memory of withdrawn access."""

    def withdraw(self, refs: Collection[tuple[Access, str]], *, at: datetime) -> None:
        """Remember, durably before it returns, that these are taken away; the first time counts.

        It comes before the commit of the withdrawal itself. A crash in between leaves a memory of
        a withdrawal that was ordered and not stored: the access stays until it is withdrawn once
        more, or until a restore does so. The other order could forget one.
        """

    def withdrawals(self) -> tuple[Withdrawal, ...]:
        """Return all that is remembered, in a fixed order."""


@dataclass(frozen=True, slots=True)
class WithdrawnAgain:
    """The access that a restored backup still gave and that was withdrawn again."""

    access: Access
    about: tuple[str, ...]
    """Opaque ids, that of the row first."""
    force: ForceCode | None = None
    """Whose client or webhook it was."""
    row_sha256: str = ""
    """Digest of the row from now on, for an account without its password and for a webhook."""
    secret_version: int = 0
    """Version of the secret from now on, for a webhook."""
