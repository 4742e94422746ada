"""Merges of persons."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from domain.access import Caller
from domain.ids import PersonId
from service.api.base import Answer, Body, OpaqueId, Reason
from service.usecases.people.merging import ProposeMerge


class MergeBody(Body):
    """A claim that two persons are one."""

    surviving: OpaqueId = Field(description="Who stays; keeps their record.")
    absorbed: OpaqueId = Field(description="Whose captures move.")
    reason: Reason

    def to_command(self, caller: Caller) -> ProposeMerge:
        """Return the command of this body."""
        return ProposeMerge(caller, PersonId(self.surviving), PersonId(self.absorbed), self.reason)


class UnmergeBody(Body):
    """A claim that a merge was wrong."""

    reason: Reason


class MergeIdAnswer(Answer):
    """A proposal that waits for a second person."""

    merge_id: str


class MergedAnswer(Answer):
    """The effect of a confirmation."""

    merge_id: str
    captures: int = Field(description="How many captures moved.")


class MergeAnswer(Answer):
    """A proposal and its confirmation."""

    merge_id: str
    surviving: str
    absorbed: str
    undoes: str | None = Field(description="The merge that is taken back; null for a merge.")
    reason: str
    proposed_by: str
    proposed_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None


class MergeListAnswer(Answer):
    """Every proposal about a person, oldest first."""

    merges: tuple[MergeAnswer, ...]
