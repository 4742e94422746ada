"""Applying the changes of an amendment to the items of a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from domain.amendments import Add, Change, Correct, Withdraw
from domain.convictions import Conviction
from domain.errors import ConflictError, InvalidInputError
from domain.items import (
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
from domain.people import (
    Address,
    ArrestReport,
    Disposal,
    IdentityDocument,
    Nationality,
    Offence,
    Parent,
    PartialDate,
    PersonName,
    PreviousName,
    Sex,
)


def amended(before: Items, changes: Sequence[Change], *, today: date) -> Items:
    """Return the items after the changes, applied in order.

    Raises InvalidInputError (an unknown item, a value of another kind, an empty or unchanged
    value, a day before the birth or in the future, nothing to change, too many items) and
    ConflictError (an item that is withdrawn already), with a pointer into `changes`.
    """
    if not changes:
        raise InvalidInputError("State at least one change.", pointer="/changes")
    work = _Work(before)
    for number, change in enumerate(changes):
        work.apply(change, f"/changes/{number}")
    _check_days(work.held, work.pointers, today)
    return work.result()


class _Work:
    """Items while changes are applied to them."""

    def __init__(self, before: Items) -> None:
        self.held = list(before.held)
        self.pointers: dict[ItemId, str] = {}
        """Where the change of an item stands."""
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
        """Return the items in the order of a record."""
        return Items(in_order(self.held), self._numbering.given())

    def _add(self, change: Add, pointer: str) -> None:
        _check_value(change.kind, change.value, pointer)
        self._check_parent(change, pointer)
        beside = [i for i in self.held if (i.kind, i.parent) == (change.kind, change.parent)]
        if change.kind in SINGLE and beside:
            detail = "The record holds this item already: correct it."
            raise InvalidInputError(detail, pointer=pointer)
        if change.kind not in _DAYS and change.value in [item.value for item in beside]:
            raise InvalidInputError(
                "The record already has this value: leave it out.", pointer=pointer
            )
        if len(beside) >= _most(change.kind):
            detail = "The record is full of items of this kind: withdraw one first."
            raise InvalidInputError(detail, pointer=pointer)
        added = list(expanded(change.kind, change.value, change.parent, self._numbering.next))
        self.pointers.update((item.item_id, pointer) for item in added)
        at = self.held.index(beside[0]) if change.is_first and beside else len(self.held)
        self.held[at:at] = added

    def _correct(self, change: Correct, pointer: str) -> None:
        at = self._place(change.item_id, pointer)
        item = self.held[at]
        if change.kind is not item.kind:
            raise InvalidInputError(
                "The item is of another kind: state its own kind.",
                pointer=f"{pointer}/item/kind",
            )
        _check_value(change.kind, change.value, pointer)
        if change.value != without_parts(change.kind, change.value):
            detail = "Correct the parts of an item one by one: each has an id of its own."
            raise InvalidInputError(detail, pointer=f"{pointer}/item")
        if change.value == item.value:
            raise InvalidInputError(
                "The item already has this value: leave it out.", pointer=f"{pointer}/item"
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
            detail = "Name the parent of an offence or a disposal, and of nothing else."
            raise InvalidInputError(detail, pointer=f"{pointer}/parent_id")
        if change.parent is None:
            return
        parent = self.held[self._known(change.parent, f"{pointer}/parent_id")]
        if parent.kind is not wanted:
            detail = "An offence is part of an arrest report, a disposal of an offence."
            raise InvalidInputError(detail, pointer=f"{pointer}/parent_id")

    def _place(self, item_id: ItemId, pointer: str) -> int:
        at = self._known(item_id, f"{pointer}/item_id")
        if item_id in self.pointers:
            detail = "An amendment changes an item once: join the changes."
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
            "The record has no such item: see the live version for its ids.", pointer=pointer
        )


def _was_given(item_id: str, last: Mapping[str, int]) -> bool:
    """Whether an item of an earlier version had this id."""
    kind, _, number = item_id.rpartition("-")
    is_number = number.isdecimal() and number == str(int(number))
    return is_number and 1 <= int(number) <= last.get(kind, 0)


_TYPES: dict[ItemKind, type[ItemValue]] = {
    ItemKind.NAME: PersonName,
    ItemKind.DATE_OF_BIRTH: PartialDate,
    ItemKind.SEX: Sex,
    ItemKind.NATIONALITY: Nationality,
    ItemKind.ADDRESS: Address,
    ItemKind.PREVIOUS_NAME: PreviousName,
    ItemKind.PARENT: Parent,
    ItemKind.DOCUMENT: IdentityDocument,
    ItemKind.ARREST_REPORT: ArrestReport,
    ItemKind.OFFENCE: Offence,
    ItemKind.DISPOSAL: Disposal,
    ItemKind.CONVICTION: Conviction,
}
"""The types of values; a kind that is not listed is text."""

_EMPTY = (PersonName(), PartialDate(), Address(), PreviousName(PersonName()), "")


def _check_value(kind: ItemKind, value: ItemValue, pointer: str) -> None:
    if type(value) is not _TYPES.get(kind, str):
        raise InvalidInputError("Give a value of the stated kind.", pointer=f"{pointer}/item")
    if value in _EMPTY:
        raise InvalidInputError(
            "The item has no value: give one, or withdraw it.", pointer=f"{pointer}/item"
        )


_MOST = 50
_MOST_OF = {ItemKind.ARREST_REPORT: 200, ItemKind.CONVICTION: 400}
"""The most items of a kind in a record, or among the parts of an item, as at an enrolment."""


def _most(kind: ItemKind) -> int:
    return _MOST_OF.get(kind, _MOST)


_DAYS = {
    ItemKind.ARREST_REPORT: "on",
    ItemKind.OFFENCE: "committed_on",
    ItemKind.DISPOSAL: "on",
    ItemKind.CONVICTION: "first_day",
}
"""The fields that hold the day of an item."""


def _check_days(held: Sequence[Item], pointers: Mapping[ItemId, str], today: date) -> None:
    """Check the days that changed, and all of them against a birth that changed."""
    births = [day for item in held if (day := _birth(item)) is not None]
    born_anew = next((p for i, p in pointers.items() if i.startswith(_BIRTH)), None)
    for item in held:
        pointer = pointers.get(item.item_id)
        day = _day(item)
        latest = _latest(item)
        if latest is not None and latest > today and pointer is not None:
            raise InvalidInputError(
                "The day is in the future: give today or an earlier day.", pointer=pointer
            )
        where = pointer or born_anew
        if item.kind in _DAYS and day and births and day < min(births) and where is not None:
            detail = "A date is before the person was born: correct it or the date of birth."
            raise InvalidInputError(detail, pointer=where)


_BIRTH = f"{ItemKind.DATE_OF_BIRTH}-"


def _day(item: Item) -> date | None:
    field = _DAYS.get(item.kind)
    day: date | None = getattr(item.value, field) if field else _birth(item)
    return day


def _latest(item: Item) -> date | None:
    """Return the last day of an item that cannot lie in the future."""
    return item.value.decided_on if isinstance(item.value, Conviction) else _day(item)


def _birth(item: Item) -> date | None:
    """Return the earliest day that a date of birth may mean; None without a year."""
    return item.value.earliest if isinstance(item.value, PartialDate) else None
