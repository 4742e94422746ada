"""Applies the changes of an amendment to the items of a record."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from domain.errors import ConflictError, InvalidInputError
from domain.people import people
from domain.people.amendments import Add, Change, Correct, Withdraw
from domain.people.convictions import Conviction
from domain.people.items import (
    PARENTS,
    SINGLE,
    Item,
    ItemId,
    ItemKind,
    Items,
    ItemValue,
    Numbering,
    expanded,
    in_order,
    without_parts,
)
from domain.people.partial_dates import refuse_future


def amended(before: Items, changes: Sequence[Change], *, today: date) -> Items:
    """Return the items after the changes, which are applied in order.

    Raises InvalidInputError with a pointer into `changes`: an unknown item, a value of another
    kind, an empty or unchanged value, a day before the birth or in the future, nothing to change,
    or too many items. Raises ConflictError in the same way if an item is already withdrawn.
    """
    if not changes:
        raise InvalidInputError("State at least one change.", pointer="/changes")
    work = _Work(before)
    for number, change in enumerate(changes):
        work.apply(change, f"/changes/{number}")
    _check_days(work.held, work.pointers, today)
    return work.result()


class _Work:
    """The items while changes are applied to them."""

    def __init__(self, before: Items) -> None:
        self.held = list(before.held)
        self.pointers: dict[ItemId, str] = {}
        """The pointer to the change of each item."""
        self._numbering = Numbering(before.last)
        self._last = {str(kind): number for kind, number in before.last}

    def apply(self, change: Change, pointer: str) -> None:
        match change:
            case Add():
                self._add(change, pointer)
            case Correct():
                self._correct(change, pointer)
            case Withdraw():
                gone = self.held[self._place(change.item_id, pointer)]
                self._withdraw(gone)
                self.pointers[gone.item_id] = pointer

    def result(self) -> Items:
        """Return the items, in the order of a record."""
        return Items(in_order(self.held), self._numbering.given())

    def _add(self, change: Add, pointer: str) -> None:
        _check_value(change.kind, change.value, pointer)
        self._check_parent(change, pointer)
        beside = [i for i in self.held if (i.kind, i.parent) == (change.kind, change.parent)]
        if change.kind in SINGLE and beside:
            detail = "The record already has an item of this kind: correct that item."
            raise InvalidInputError(detail, pointer=pointer)
        if change.kind not in _DAYS and change.value in [item.value for item in beside]:
            raise InvalidInputError(
                "The record already has this value: leave this change out.", pointer=pointer
            )
        if len(beside) >= most_of(change.kind):
            detail = "The record has too many items of this kind: withdraw one of them first."
            raise InvalidInputError(detail, pointer=pointer)
        added = list(expanded(change.kind, change.value, change.parent, self._numbering.next))
        self.pointers.update((item.item_id, pointer) for item in added)
        at = self.held.index(beside[0]) if change.is_first and beside else len(self.held)
        self.held[at:at] = added

    def _correct(self, change: Correct, pointer: str) -> None:
        at = self._place(change.item_id, pointer)
        item = self.held[at]
        if change.kind is not item.kind:
            detail = "The item is of another kind: state the kind that the record shows."
            raise InvalidInputError(detail, pointer=f"{pointer}/item/kind")
        _check_value(change.kind, change.value, pointer)
        if change.value != without_parts(change.kind, change.value):
            detail = "Correct each part of an item separately: each part has its own id."
            raise InvalidInputError(detail, pointer=f"{pointer}/item")
        if change.value == item.value:
            raise InvalidInputError(
                "The item already has this value: leave this change out.",
                pointer=f"{pointer}/item",
            )
        self.held[at] = replace(item, value=change.value)
        self.pointers[item.item_id] = pointer

    def _withdraw(self, item: Item) -> None:
        self.held.remove(item)
        for part in [part for part in self.held if part.parent == item.item_id]:
            self._withdraw(part)

    def _check_parent(self, change: Add, pointer: str) -> None:
        wanted = PARENTS.get(change.kind)
        if (wanted is None) != (change.parent is None):
            detail = "Name a parent for an offence or a disposal, and for no other item."
            raise InvalidInputError(detail, pointer=f"{pointer}/parent_id")
        if change.parent is None:
            return
        parent = self.held[self._known(change.parent, f"{pointer}/parent_id")]
        if parent.kind is not wanted:
            detail = "An offence belongs to an arrest report, and a disposal to an offence."
            raise InvalidInputError(detail, pointer=f"{pointer}/parent_id")

    def _place(self, item_id: ItemId, pointer: str) -> int:
        at = self._known(item_id, f"{pointer}/item_id")
        if item_id in self.pointers:
            detail = "An amendment can change an item only once: combine the changes."
            raise InvalidInputError(detail, pointer=f"{pointer}/item_id")
        return at

    def _known(self, item_id: ItemId, pointer: str) -> int:
        for at, item in enumerate(self.held):
            if item.item_id == item_id:
                return at
        if _was_given(item_id, self._last):
            raise ConflictError(
                "The item is already withdrawn: leave this change out.", pointer=pointer
            )
        raise InvalidInputError(
            "The record has no such item: use an id from the live version.", pointer=pointer
        )


def _was_given(item_id: str, last: Mapping[str, int]) -> bool:
    """Whether an item of an earlier version had this id."""
    kind, _, number = item_id.rpartition("-")
    is_number = number.isdecimal() and number == str(int(number))
    return is_number and 1 <= int(number) <= last.get(kind, 0)


_TYPES: dict[ItemKind, type[ItemValue]] = {
    ItemKind.NAME: people.PersonName,
    ItemKind.DATE_OF_BIRTH: people.PartialDate,
    ItemKind.SEX: people.Sex,
    ItemKind.NATIONALITY: people.Nationality,
    ItemKind.ADDRESS: people.Address,
    ItemKind.PREVIOUS_NAME: people.PreviousName,
    ItemKind.PARENT: people.Parent,
    ItemKind.DOCUMENT: people.IdentityDocument,
    ItemKind.ARREST_REPORT: people.ArrestReport,
    ItemKind.OFFENCE: people.Offence,
    ItemKind.DISPOSAL: people.Disposal,
    ItemKind.CONVICTION: Conviction,
}
"""The types of values. The value of a kind that is not listed is text."""

_EMPTY = (
    people.PersonName(),
    people.PartialDate(),
    people.Address(),
    people.PreviousName(people.PersonName()),
    "",
)


def _check_value(kind: ItemKind, value: ItemValue, pointer: str) -> None:
    if type(value) is not _TYPES.get(kind, str):
        raise InvalidInputError(
            "The value does not fit this kind of item: give the fields that this kind has.",
            pointer=f"{pointer}/item",
        )
    if value in _EMPTY:
        raise InvalidInputError(
            "The item has no value: give a value, or withdraw the item.", pointer=f"{pointer}/item"
        )


_MOST = 50
_MOST_OF = {ItemKind.ARREST_REPORT: 200, ItemKind.CONVICTION: 400}
"""The most items of a kind in a record, or of the parts of an item, as in enrolment."""


def most_of(kind: ItemKind) -> int:
    """Return how many items of a kind a record, or an item, may have."""
    return _MOST_OF.get(kind, _MOST)


_DAYS = {
    ItemKind.ARREST_REPORT: "on",
    ItemKind.OFFENCE: "committed_on",
    ItemKind.DISPOSAL: "on",
    ItemKind.CONVICTION: "first_day",
}
"""The fields that hold the day of an item."""


def _check_days(held: Sequence[Item], pointers: Mapping[ItemId, str], today: date) -> None:
    """Check the days that changed. If a date of birth changed, check all days against it."""
    births = [day for item in held if (day := _birth(item)) is not None]
    born_anew = next((p for i, p in pointers.items() if i.startswith(_BIRTH)), None)
    for item in held:
        pointer = pointers.get(item.item_id)
        day = _day(item)
        latest = _latest(item)
        if latest is not None and pointer is not None:
            refuse_future(latest, today, pointer)
        where = pointer or born_anew
        if item.kind in _DAYS and day and births and day < min(births) and where is not None:
            detail = (
                "A date is before the person was born: correct that date, or the date of birth."
            )
            raise InvalidInputError(detail, pointer=where)


_BIRTH = f"{ItemKind.DATE_OF_BIRTH}-"


def _day(item: Item) -> date | None:
    field = _DAYS.get(item.kind)
    day: date | None = getattr(item.value, field) if field else _birth(item)
    return day


def _latest(item: Item) -> date | None:
    """Return the last day of an item that must not be in the future."""
    return item.value.decided_on if isinstance(item.value, Conviction) else _day(item)


def _birth(item: Item) -> date | None:
    """Return the earliest day that a date of birth can mean; None if its year is unknown."""
    return item.value.earliest if isinstance(item.value, people.PartialDate) else None
