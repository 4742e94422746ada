"""Lists in pages and orders, and what an audit search of the log asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from domain.cases import Activity, CaseState, Priority
from domain.ids import CaseId, EventType, ForceCode, UserId

Item = TypeVar("Item")
Key = TypeVar("Key", bound=str | int)


@dataclass(frozen=True, slots=True)
class ListPage(Generic[Item, Key]):
    """Some items of a list, in its order."""

    items: tuple[Item, ...]
    next_key: Key | None = None
    """The key of the last item while more follow: the next page begins behind it."""


def page_of(found: Sequence[Item], limit: int, key: Callable[[Item], Key]) -> ListPage[Item, Key]:
    """Return the first `limit` items that were found; one more says that the list goes on."""
    items = tuple(found[:limit])
    return ListPage(items, key(items[-1]) if items and len(found) > limit else None)


def page_behind(
    items: Sequence[Item], last: Key | None, limit: int, key: Callable[[Item], Key]
) -> ListPage[Item, Key]:
    """Return the page of a whole list behind the item of this key; an unknown one gives none."""
    places = (number for number, item in enumerate(items, 1) if key(item) == last)
    start = 0 if last is None else next(places, len(items))
    return page_of(items[start : start + limit + 1], limit, key)


@dataclass(frozen=True, slots=True)
class ListOrder:
    """The column that a list is sorted by, and the direction."""

    column: str
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class OpenWanted:
    """Which open cases are wanted; as it stands, all of them."""

    activity: Activity | None = None
    priority: Priority | None = None
    state: CaseState | None = None
    is_overdue: bool = False
    """Only those past their target."""
    is_held: bool | None = None


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What an audit search asks for; what is None is not asked."""

    actor: UserId | None = None
    force: ForceCode | None = None
    case_id: CaseId | None = None
    subject_ref: str | None = None
    """An opaque id that the event names: a person, a search, a link ..."""
    event_type: EventType | None = None
    since: datetime | None = None
    """From this moment on."""
    until: datetime | None = None
    """Before this moment."""
