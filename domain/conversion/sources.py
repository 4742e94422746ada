"""Frames as written to records: the sources of items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.ids import FrameId, PersonId, RecordId, UserId


@dataclass(frozen=True, slots=True)
class WrittenItem:
    """An item of a record that has a frame as a source."""

    item_id: str
    is_second_source: bool
    """Whether the record held it before the frame was written."""


@dataclass(frozen=True, slots=True)
class Writing:
    """A frame as written to a record."""

    frame_id: FrameId
    round: int
    record_id: RecordId
    person_id: PersonId
    version: int
    is_new: bool
    """Whether the record began with it."""
    written_by: UserId
    written_at: datetime
    items: tuple[WrittenItem, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemSource:
    """A frame that an item of a record rests on, and its readers."""

    item_id: str
    frame_id: FrameId
    lot_label: str
    number: int
    part: int
    keyers: tuple[UserId, UserId]
    settled_by: UserId | None
    is_second_source: bool
    is_taken_back: bool
