"""Frames as written to records: the sources of items."""

from __future__ import annotations

from collections.abc import Iterable
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


def items_without_a_frame(
    sources: Iterable[ItemSource], leaving: FrameId | None = None
) -> frozenset[str]:
    """Return the items that frames gave the record, and that no frame stands behind any more.

    `leaving` is a frame that is being taken back. An item that the record held before any frame
    gave it is not among them: its frames are second sources.
    """
    given, behind = set(), set()
    for source in sources:
        if not source.is_second_source:
            given.add(source.item_id)
        if not source.is_taken_back and source.frame_id != leaving:
            behind.add(source.item_id)
    return frozenset(given - behind)
