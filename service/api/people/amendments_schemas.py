"""Amendments of a record, and its versions."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from domain.ids import RecordId
from domain.people import amendments
from domain.people.convictions import ConvictionVersion
from domain.people.items import ItemId
from service.api.base import Answer, Body, OpaqueId, Reason
from service.api.people.items_schemas import ItemAnswer, ItemBody, NewItemBody, read_item
from service.api.shapes import From, each, shows

Reference = Annotated[
    str,
    StringConstraints(
        max_length=200, pattern=r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
    ),
]
"""The reference of a source; not blank."""


class AddBody(Body):
    """An item to add, with its parts."""

    change: Literal["add"]
    item: NewItemBody
    """The item."""
    parent_id: OpaqueId | None = None
    """The arrest report of an offence, or the offence of a disposal."""
    is_first: bool = False
    """Whether the item becomes the first of its kind: the main name or date of birth."""

    def to_change(self) -> amendments.Add:
        """Return the change; raises InvalidInputError with a pointer."""
        kind, value = read_item(self.item)
        parent = ItemId(self.parent_id) if self.parent_id else None
        return amendments.Add(kind, value, parent, self.is_first)


class CorrectBody(Body):
    """A new value for an item; its parts stay unchanged."""

    change: Literal["correct"]
    item_id: OpaqueId
    """Id of the item, the same in every version."""
    item: ItemBody
    """The item."""

    def to_change(self) -> amendments.Correct:
        """Return the change; raises InvalidInputError with a pointer."""
        return amendments.Correct(ItemId(self.item_id), *read_item(self.item))


class WithdrawBody(Body):
    """An item to withdraw, with its parts."""

    change: Literal["withdraw"]
    item_id: OpaqueId
    """Id of the item, the same in every version."""

    def to_change(self) -> amendments.Withdraw:
        """Return the change."""
        return amendments.Withdraw(ItemId(self.item_id))


ChangeBody = Annotated[AddBody | CorrectBody | WithdrawBody, Field(discriminator="change")]


class AmendmentBody(Body):
    """Changes to a record that are made together: all of them, or none."""

    expected_version: Annotated[int, Field(ge=1, lt=2**53)]
    """The live version that the changes are based on."""
    changes: Annotated[tuple[ChangeBody, ...], Field(max_length=50)]
    """Items to add, correct or withdraw, in order; all or none take effect."""
    reason: amendments.AmendmentReason
    reason_text: Annotated[Reason, From("words")]
    source: amendments.SourceKind
    source_reference: Annotated[Reference, From("reference")]
    """What the source is, such as a court and its case number."""

    def amendment(self) -> amendments.Amendment:
        """Return the amendment; raises InvalidInputError with a pointer."""
        changes = each("/changes", self.changes, lambda change: change.to_change())
        return self.to(amendments.Amendment, changes=changes)


class AmendedAnswer(Answer):
    """An amendment that was stored."""

    record_id: RecordId
    version: int
    """Number of the version, 1 for the first."""


@shows(amendments.VersionHead)
class VersionAnswer(Answer):
    """A version of a record without its content."""

    reason: amendments.AmendmentReason | None
    """Why the record was amended; null for the first version, as are the next three fields."""


class RecordListAnswer(Answer):
    """A page of records, newest first."""

    records: tuple[VersionAnswer, ...]
    next_before: str | None
    """Pass this as `before` to get the next page; null on the last page."""


class VersionListAnswer(Answer):
    """The versions of a record, oldest first."""

    versions: tuple[VersionAnswer, ...]


class ItemChangeAnswer(Answer):
    """An item that differs from the previous version; a withdrawn item is shown as it was."""

    change: amendments.ChangeKind
    item: ItemAnswer


def _versions(convictions: tuple[ConvictionVersion, ...]) -> dict[str, int]:
    return {one.item_id: one.version for one in convictions}


class RecordAnswer(VersionAnswer):
    """A version of a record."""

    of_part = "version.head"

    reason_text: Annotated[str, From("version.words")]
    """The reason in words."""
    source_reference: Annotated[str, From("version.reference")]
    """Reference by which the source can be found."""
    items: Annotated[tuple[ItemAnswer, ...], From("version.items.held")]
    """Items of the version."""
    changes: Annotated[tuple[ItemChangeAnswer, ...], From("changes")]
    """How the version differs from the previous one."""
    conviction_versions: Annotated[
        Mapping[str, int], From("convictions.ref"), BeforeValidator(_versions)
    ] = Field(
        description="For the item of each conviction, the version of the record that last"
        " changed it."
    )
