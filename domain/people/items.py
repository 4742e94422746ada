"""A record as items, each with its own id. An amendment adds, corrects or withdraws items.

An item keeps its id through all versions of its record, and an id is never reused. If a record was
never amended, its items are numbered in their order, so no numbers need to be stored.

To add a kind of item, add a member to `ItemKind` and a line to `DETAILS`, or to `PARTS` if the
item is a part of another.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NewType, cast

from domain.people import people
from domain.people.convictions import Conviction

ItemId = NewType("ItemId", str)
"""Id of the item, the same in every version: kind and number, such as `name-2`."""


class ItemKind(StrEnum):
    """The kinds of items that a record consists of."""

    NAME = "name"
    DATE_OF_BIRTH = "date-of-birth"
    SEX = "sex"
    PLACE_OF_BIRTH = "place-of-birth"
    NATIONALITY = "nationality"
    ADDRESS = "address"
    PNC_ID = "pnc-id"
    CRO_NUMBER = "cro-number"
    PREVIOUS_NAME = "previous-name"
    PARENT = "parent"
    DOCUMENT = "document"
    ARREST_REPORT = "arrest-report"
    OFFENCE = "offence"
    DISPOSAL = "disposal"
    CONVICTION = "conviction"
    """A conviction is a single item: an amendment states it again with all its parts."""

    @property
    def words(self) -> str:
        """The kind as the heading of a person's data."""
        spoken = self.value.replace("-", " ").capitalize()
        return spoken.replace("Pnc id", "PNC ID").replace("Cro", "CRO")


ItemValue = (
    people.PersonName
    | people.PartialDate
    | people.Sex
    | str
    | people.Nationality
    | people.Address
    | people.PreviousName
    | people.Parent
    | people.IdentityDocument
    | people.ArrestReport
    | people.Offence
    | people.Disposal
    | Conviction
)


@dataclass(frozen=True, slots=True)
class Parts:
    """The field of a value that holds parts, and the kind of these parts."""

    field: str
    kind: ItemKind


PARTS = {
    ItemKind.ARREST_REPORT: Parts("offences", ItemKind.OFFENCE),
    ItemKind.OFFENCE: Parts("disposals", ItemKind.DISPOSAL),
}
"""The kinds of item that have parts. The parts are items too."""

PARENTS = {parts.kind: kind for kind, parts in PARTS.items()}
"""The kinds of item that are parts, each with the kind of item it belongs to."""

DETAILS = {
    ItemKind.NAME: "names",
    ItemKind.DATE_OF_BIRTH: "dates_of_birth",
    ItemKind.SEX: "sex",
    ItemKind.PLACE_OF_BIRTH: "place_of_birth",
    ItemKind.NATIONALITY: "nationalities",
    ItemKind.ADDRESS: "addresses",
    ItemKind.PNC_ID: "pnc_ids",
    ItemKind.CRO_NUMBER: "cro_numbers",
    ItemKind.PREVIOUS_NAME: "previous_names",
    ItemKind.PARENT: "parents",
    ItemKind.DOCUMENT: "documents",
}
"""Fields of `Details`, in the order of their items in a record."""

SINGLE = frozenset({ItemKind.SEX, ItemKind.PLACE_OF_BIRTH})
"""The kinds of item that occur at most once in a record."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a record."""

    item_id: ItemId
    kind: ItemKind
    value: ItemValue
    """The value without its parts, which are separate items."""
    parent: ItemId | None = None


@dataclass(frozen=True, slots=True)
class Items:
    """The items of one version of a record."""

    held: tuple[Item, ...]
    """Details first, by kind; then each arrest report followed by its parts; then convictions."""
    last: tuple[tuple[ItemKind, int], ...]
    """The highest number ever given to an item of each kind, including withdrawn items; sorted."""

    def get(self, item_id: str) -> Item | None:
        """Return an item by its id, or None."""
        return next((item for item in self.held if item.item_id == item_id), None)


NewId = Callable[[ItemKind], ItemId]
"""Returns a new id for an item of a kind."""


class Numbering:
    """Gives ids that no item of the record has ever had."""

    def __init__(self, last: Iterable[tuple[ItemKind, int]] = ()) -> None:
        self._last = dict(last)

    def next(self, kind: ItemKind) -> ItemId:
        """Return a new id."""
        self._last[kind] = self._last.get(kind, 0) + 1
        return ItemId(f"{kind}-{self._last[kind]}")

    def given(self) -> tuple[tuple[ItemKind, int], ...]:
        """Return the highest number of each kind, sorted."""
        return tuple(sorted(self._last.items()))


@dataclass(frozen=True, slots=True)
class Content:
    """The whole content of a record."""

    details: people.Details
    reports: tuple[people.ArrestReport, ...] = ()
    convictions: tuple[Conviction, ...] = ()


def numbered_items(
    details: people.Details,
    reports: tuple[people.ArrestReport, ...] = (),
    convictions: tuple[Conviction, ...] = (),
) -> Items:
    """Return the items of a record that was never amended, numbered from 1 in order."""
    numbering = Numbering()
    content = Content(details, reports, convictions)
    return Items(tuple(items_of(content, numbering.next)), numbering.given())


def items_of(content: Content, new_id: NewId) -> Iterator[Item]:
    """Yield the items of a record in order. `new_id` gives each its id."""
    for kind, field in DETAILS.items():
        held = getattr(content.details, field)
        values = held if isinstance(held, tuple) else (held,) if held else ()
        for value in values:
            yield from expanded(kind, value, None, new_id)
    for report in content.reports:
        yield from expanded(ItemKind.ARREST_REPORT, report, None, new_id)
    for conviction in content.convictions:
        yield from expanded(ItemKind.CONVICTION, conviction, None, new_id)


def expanded(
    kind: ItemKind, value: ItemValue, parent: ItemId | None, new_id: NewId
) -> Iterator[Item]:
    """Yield an item followed by its parts."""
    item_id = new_id(kind)
    yield Item(item_id, kind, without_parts(kind, value), parent)
    if (parts := PARTS.get(kind)) is not None:
        for part in getattr(value, parts.field):
            yield from expanded(parts.kind, part, item_id, new_id)


def without_parts(kind: ItemKind, value: ItemValue) -> ItemValue:
    """Return a value without its parts."""
    parts = PARTS.get(kind)
    return value if parts is None else _with_field(value, parts.field, ())


def in_order(held: Iterable[Item]) -> tuple[Item, ...]:
    """Return items in the order of a record: details by kind, reports with parts, convictions."""
    parts_of = _by_parent(held)
    whole = sorted(parts_of.get(None, ()), key=lambda item: _ORDER[item.kind])
    return tuple(one for item in whole for one in _with_parts(item, parts_of))


def _with_parts(item: Item, parts_of: Mapping[ItemId | None, list[Item]]) -> Iterator[Item]:
    yield item
    for part in parts_of.get(item.item_id, ()):
        yield from _with_parts(part, parts_of)


_ORDER = {
    kind: at for at, kind in enumerate((*DETAILS, ItemKind.ARREST_REPORT, ItemKind.CONVICTION))
}


def _by_parent(held: Iterable[Item]) -> dict[ItemId | None, list[Item]]:
    parts_of: dict[ItemId | None, list[Item]] = {}
    for item in held:
        parts_of.setdefault(item.parent, []).append(item)
    return parts_of


def details_of(held: Iterable[Item]) -> people.Details:
    """Return the details that the items make up. Items of one kind keep their order."""
    values: dict[str, Any] = {}
    for item in held:
        if (field := DETAILS.get(item.kind)) is None:
            continue
        is_single = item.kind in SINGLE
        values[field] = item.value if is_single else (*values.get(field, ()), item.value)
    return people.Details(**values)


def content_of(held: Iterable[Item]) -> Content:
    """Return the content that the items make up."""
    kept = tuple(held)
    return Content(details_of(kept), reports_of(kept), convictions_of(kept))


def convictions_of(held: Iterable[Item]) -> tuple[Conviction, ...]:
    """Return the convictions among items; their order is kept."""
    return tuple(i.value for i in held if isinstance(i.value, Conviction))


def reports_of(held: Iterable[Item]) -> tuple[people.ArrestReport, ...]:
    """Return the arrest reports that the items make up, each with its parts in order."""
    parts_of = _by_parent(held)
    reports = (i for i in parts_of.get(None, ()) if i.kind is ItemKind.ARREST_REPORT)
    return tuple(cast("people.ArrestReport", _whole(report, parts_of)) for report in reports)


def _whole(item: Item, parts_of: Mapping[ItemId | None, list[Item]]) -> ItemValue:
    if (parts := PARTS.get(item.kind)) is None:
        return item.value
    held = tuple(_whole(part, parts_of) for part in parts_of.get(item.item_id, ()))
    return _with_field(item.value, parts.field, held)


def _with_field(value: Any, field: str, held: tuple[ItemValue, ...]) -> ItemValue:
    changed: ItemValue = replace(value, **{field: held})
    return changed
