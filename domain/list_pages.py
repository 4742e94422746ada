"""Paging and sort orders of lists, and the criteria for an audit search of the log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from domain.errors import InvalidInputError
from domain.examination.cases import Activity, CaseState, Priority
from domain.ids import CaseId, EventType, ForceCode, UserId

Item = TypeVar("Item")
Other = TypeVar("Other")
Key = TypeVar("Key", bound=str | int)


@dataclass(frozen=True, slots=True)
class ListPage(Generic[Item, Key]):
    """One page of a list, in the order of the list."""

    items: tuple[Item, ...]
    next_key: Key | None = None
    """The key after which the next page begins; None on the last page."""

    def of(self, shown: Iterable[Other]) -> ListPage[Other, Key]:
        """Return the page with its items in another form."""
        return ListPage(tuple(shown), self.next_key)


def page_of(found: Sequence[Item], limit: int, key: Callable[[Item], Key]) -> ListPage[Item, Key]:
    """Return the page of the first `limit` items. One item more means another page."""
    items = tuple(found[:limit])
    return ListPage(items, key(items[-1]) if items and len(found) > limit else None)


def page_behind(
    items: Sequence[Item], last: Key | None, limit: int, key: Callable[[Item], Key]
) -> ListPage[Item, Key]:
    """Return the page of a whole list after a key.

    Raises InvalidInputError if no item has the key: an empty page would look like the last one.
    """
    places = (number for number, item in enumerate(items, 1) if key(item) == last)
    start = 0 if last is None else next(places, None)
    if start is None:
        raise InvalidInputError(
            "The last item of the previous page is no longer in the list: start again from the "
            "first page."
        )
    return page_of(items[start : start + limit + 1], limit, key)


@dataclass(frozen=True, slots=True)
class ListOrder:
    """The column that a list is sorted by, and the direction."""

    column: str
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class OpenWanted:
    """The open cases that are wanted. With the default values, all of them."""

    activity: Activity | None = None
    priority: Priority | None = None
    state: CaseState | None = None
    is_overdue: bool = False
    """Only cases that are past their target time."""
    is_held: bool | None = None


@dataclass(frozen=True, slots=True)
class EventFilter:
    """The criteria of an audit search. A criterion that is None is not applied."""

    actor: UserId | None = None
    force: ForceCode | None = None
    case_id: CaseId | None = None
    subject_ref: str | None = None
    """An opaque id that the event names: of a person, a search, a link ..."""
    event_type: EventType | None = None
    since: datetime | None = None
    """At or after this time."""
    until: datetime | None = None
    """Before this time."""
