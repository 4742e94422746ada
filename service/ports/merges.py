"""Merges of persons: proposed by one, confirmed by another, and taken back the same way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.ids import EncounterId, PersonId, UserId


@dataclass(frozen=True, slots=True)
class Merge:
    """A proposal that two persons are one, or that a merge was wrong, and its confirmation."""

    merge_id: str
    surviving: PersonId
    absorbed: PersonId
    undoes: str | None
    """The merge that is to be taken back; None for a merge."""
    reason: str
    proposed_by: UserId
    proposed_at: datetime
    confirmed_by: UserId | None = None
    confirmed_at: datetime | None = None


class MergeRepository(Protocol):
    """Written once; the captures move to a new row each, and the old row stays."""

    def propose(self, merge: Merge) -> None:
        """Store a proposal; raises NotFoundError for a person who is not there."""

    def get(self, merge_id: str) -> Merge | None:
        """Return a proposal with its confirmation, if there is one."""

    def about(self, person_id: PersonId) -> tuple[Merge, ...]:
        """Return every proposal that names this person, oldest first."""

    def confirm(self, merge: Merge) -> tuple[EncounterId, ...]:
        """Store the confirmation a merge carries, move the captures, and return their new ids.

        Raises SelfVerificationError when the same person proposed it, ConflictError when it is
        confirmed already, one of the two is merged already, or the merge to undo is not in force.
        """

    def survivor(self, person_id: PersonId) -> PersonId | None:
        """Return whom a person is merged into at present, or None."""
