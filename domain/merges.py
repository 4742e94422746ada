"""Merges of persons: proposed by one person, confirmed by another, and undone in the same way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.ids import PersonId, UserId


@dataclass(frozen=True, slots=True)
class Merge:
    """A proposal that two persons are one, or that a merge was wrong, and its confirmation."""

    merge_id: str
    surviving: PersonId
    absorbed: PersonId
    undoes: str | None
    """The merge that is to be undone; None for a merge."""
    reason: str
    proposed_by: UserId
    proposed_at: datetime
    confirmed_by: UserId | None = None
    confirmed_at: datetime | None = None
