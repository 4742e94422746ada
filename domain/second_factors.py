"""Second factors of accounts: authenticators, security keys, and recovery codes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.ids import FactorId, UserId


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
    """The key that the authenticator shares with us, or the security key as it is kept.

    Empty when it was erased or lost.
    """
    recovery_sha256: frozenset[str]
    """SHA-256 of the recovery codes, which have 80 random bits each; used ones are among them."""
    kind: FactorKind = FactorKind.AUTHENTICATOR


class CodeKind(StrEnum):
    """A kind of code that a second factor takes."""

    ONE_TIME = "one-time"
    RECOVERY = "recovery"
    SECURITY_KEY = "security-key"
    """The signed answer of a security key."""


class CodeFault(StrEnum):
    """The reason for refusing a second factor."""

    MISSING = "missing"
    WRONG = "wrong"
    USED = "used"
    HELD_UP = "held-up"
    """There were too many wrong codes before it."""
    COPIED = "copied"
    """The counter of a security key went back: there may be a copy of it."""


class FactorRemoval(StrEnum):
    """The way in which a second factor was removed."""

    OWN = "own"
    """Removed by its owner, with a code."""
    RESET = "reset"
    """Reset by an administrator."""
