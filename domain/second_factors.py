"""The second factor of an account: an authenticator's one-time codes, and recovery codes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.ids import FactorId, UserId


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """An enrolled authenticator."""

    factor_id: FactorId
    user_id: UserId
    added_at: datetime
    secret: bytes = field(repr=False)
    """The key that the authenticator shares with us; empty when it was erased or lost."""
    recovery_sha256: frozenset[str]
    """SHA-256 of the recovery codes, which have 80 random bits each; used ones are among them."""


class CodeKind(StrEnum):
    """A kind of code that a second factor takes."""

    ONE_TIME = "one-time"
    RECOVERY = "recovery"


class CodeFault(StrEnum):
    """The reason for refusing a second factor."""

    MISSING = "missing"
    WRONG = "wrong"
    USED = "used"
    HELD_UP = "held-up"
    """There were too many wrong codes before it."""


class FactorRemoval(StrEnum):
    """The way in which a second factor was removed."""

    OWN = "own"
    """By its owner, with a code."""
    RESET = "reset"
    """By an administrator."""
