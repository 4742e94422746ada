"""Restriction: data that has to be kept, and may be shown only to the holder of the evidence.

A restriction covers a person, or one item of a record with its parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.ids import ForceCode, PersonId, RecordId, RestrictionId, UserId
from domain.items import Item, ItemId


class RestrictionGround(StrEnum):
    """The ground on which data is restricted instead of erased (DPA 2018 ss 46-47)."""

    EVIDENCE = "kept as evidence"
    """It would be erased, and has to be kept for the purposes of evidence (s 47(2))."""
    ACCURACY = "accuracy disputed"
    """Its accuracy is disputed and cannot be settled (s 47(3))."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """The restriction of a person or of one item, from its beginning to its end."""

    restriction_id: RestrictionId
    person_id: PersonId
    ground: RestrictionGround
    holder: ForceCode
    """The force that holds the evidence: only it reads the restricted data."""
    reasons: str
    """Sealed. Empty once they were erased with the person."""
    begun_by: UserId
    begun_at: datetime
    told_on: date | None = None
    """The day on which the person was told that it will be lifted (s 47(4)); None until then."""
    lifted_by: UserId | None = None
    lifted_at: datetime | None = None
    lifting_reasons: str = ""
    record_id: RecordId | None = None
    """The record of the item; None where the person is restricted, as the two below."""
    item_id: ItemId | None = None
    version: int | None = None
    """The version of the record that no longer holds the item."""

    @property
    def is_open(self) -> bool:
        """Whether it still holds."""
        return self.lifted_at is None


@dataclass(frozen=True, slots=True)
class RestrictedRecord:
    """A restricted record, as the holder of the evidence reads it.

    Of a restricted person it is the newest version; of a restricted item, the item with its
    parts and the entry that it is part of.
    """

    record_id: RecordId
    person_id: PersonId
    force: ForceCode
    held: tuple[Item, ...]


def check_reasons(reasons: str) -> None:
    """Refuse empty reasons; raises InvalidInputError."""
    if not reasons.strip():
        raise InvalidInputError("Give the reasons in words.", pointer="/reasons")
