"""A page of a list that goes on: its items, and where the next page begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

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
