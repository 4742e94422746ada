"""Amendments of a record, as data: changes to its items, with a reason and a source.

An amendment makes the next version of a record and leaves the previous version unchanged. The new
version follows only from the previous version and the changes (`domain.people.amending`). The
changes follow from the two versions (`changes_between`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.ids import ForceCode, PersonId, RecordId, UserId
from domain.people.items import Item, ItemId, ItemKind, Items, ItemValue


class AmendmentReason(StrEnum):
    """Why the record changes."""

    NEW_INFORMATION = "new information"
    RECORDED_IN_ERROR = "recorded in error"
    COURT_RESULT = "court result"
    CHANGED_ON_APPEAL = "changed on appeal"
    MISTAKEN_IDENTITY = "mistaken identity"
    REQUEST_OF_THE_PERSON = "request of the person"


class SourceKind(StrEnum):
    """The kind of source on which an amendment is based."""

    COURT = "court"
    FORCE_REPORT = "force report"
    DOCUMENT = "document"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Add:
    """A new item with all its parts."""

    kind: ItemKind
    value: ItemValue
    parent: ItemId | None = None
    """The arrest report of an offence, or the offence of a disposal."""
    is_first: bool = False
    """Whether the item goes before the others of its kind. The first name and the first date of
    birth are the main ones."""


@dataclass(frozen=True, slots=True)
class Correct:
    """A new value for an item. The item's parts stay unchanged."""

    item_id: ItemId
    kind: ItemKind
    value: ItemValue


@dataclass(frozen=True, slots=True)
class Withdraw:
    """An item that is removed from the live version, with all its parts."""

    item_id: ItemId


Change = Add | Correct | Withdraw


@dataclass(frozen=True, slots=True)
class Amendment:
    """Changes to one record that are made together or not at all, with their reason and source."""

    changes: tuple[Change, ...]
    reason: AmendmentReason
    words: str
    """The reason in words. Personal data."""
    source: SourceKind
    reference: str
    """The source, such as a court and its case number. Personal data."""


@dataclass(frozen=True, slots=True)
class VersionHead:
    """A version of a record without its content. It remains after an erasure."""

    record_id: RecordId
    person_id: PersonId
    force: ForceCode
    version: int
    """Number of the version, 1 for the first."""
    is_live: bool
    """Whether this is the version that searches use."""
    reason: AmendmentReason | None = None
    """None for the first version, which no amendment made; so are the next three."""
    source: SourceKind | None = None
    amended_by: UserId | None = None
    """Opaque id of the account that made this version."""
    amended_at: datetime | None = None
    """When this version was made."""


@dataclass(frozen=True, slots=True)
class RecordVersion:
    """A version of a record. `words` and `reference` are those of the amendment that made it."""

    head: VersionHead
    items: Items
    words: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A page of records; the records begun last come first."""

    records: tuple[VersionHead, ...]
    """The live versions."""
    next_before: str | None
    """Pass as `before` for the next page; None on the last page."""
    references: Mapping[RecordId, str] = field(default_factory=dict)
    """For each record, the newest reference that its force gave to a capture of the person."""


class ChangeKind(StrEnum):
    """Whether the item is added, corrected or withdrawn."""

    ADDED = "added"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item that differs between two versions: its new value, or the old one if withdrawn."""

    change: ChangeKind
    item: Item


def changes_between(before: Items, after: Items) -> tuple[ItemChange, ...]:
    """Return how two versions differ, including the parts of items. Withdrawn items come last."""
    old = {item.item_id: item for item in before.held}
    kept = {item.item_id for item in after.held}
    return (
        *(ItemChange(ChangeKind.ADDED, i) for i in after.held if i.item_id not in old),
        *(
            ItemChange(ChangeKind.CORRECTED, item)
            for item in after.held
            if item.item_id in old and item != old[item.item_id]
        ),
        *(ItemChange(ChangeKind.WITHDRAWN, i) for i in before.held if i.item_id not in kept),
    )
