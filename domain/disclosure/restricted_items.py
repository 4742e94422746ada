"""The items of a record without one that is restricted, and with it once it is free again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.errors import ConflictError, NotFoundError
from domain.items import SINGLE, Item, ItemId, ItemKind, Items, in_order

MATTERS = frozenset(
    {ItemKind.ARREST_REPORT, ItemKind.OFFENCE, ItemKind.DISPOSAL, ItemKind.CONVICTION}
)
"""The kinds whose restriction bars an answer that nothing, or nothing else, is held."""


def with_parts(items: Items, item_id: str) -> tuple[Item, ...]:
    """Return an item followed by its parts, in the order of the record; empty if not held."""
    return tuple(_subtree(items.held, item_id))


def _subtree(held: Sequence[Item], item_id: str) -> Iterator[Item]:
    ids = {item_id}
    # Parts stand behind the item that they are part of.
    for item in held:
        if item.item_id in ids or item.parent in ids:
            ids.add(item.item_id)
            yield item


def with_entry(items: Items, item_id: str) -> tuple[Item, ...]:
    """Return an item with its parts, behind the entries that it is part of."""
    found = with_parts(items, item_id)
    above: list[Item] = []
    parent = found[0].parent if found else None
    while parent is not None and (entry := items.get(parent)) is not None:
        above.insert(0, entry)
        parent = entry.parent
    return (*above, *found)


def without(items: Items, item_id: str) -> Items:
    """Return the items without one and its parts; its id is never given again.

    Raises NotFoundError (no such item), ConflictError (the only name, by which the record would
    not be found any more).
    """
    gone = with_parts(items, item_id)
    if not gone:
        raise NotFoundError
    kept = tuple(item for item in items.held if item not in gone)
    if gone[0].kind is ItemKind.NAME and not any(item.kind is ItemKind.NAME for item in kept):
        raise ConflictError("This is the only name on the record: restrict the person instead.")
    return Items(kept, items.last)


def brought_back(now: Items, before: Items, item_id: str) -> Items:
    """Return the current items with one as it was before, in its old place.

    The same items come back where the entry that it was part of has been withdrawn meanwhile.
    Raises ConflictError when the record has another item in its place.
    """
    back = with_parts(before, item_id)
    first = back[0]
    if first.kind in SINGLE and any(item.kind is first.kind for item in now.held):
        raise ConflictError("The record already has another item here: withdraw that item first.")
    if first.parent is not None and now.get(first.parent) is None:
        return now
    at = _place(now.held, before.held, first)
    return Items(in_order((*now.held[:at], *back, *now.held[at:])), now.last)


def _place(now: Sequence[Item], before: Sequence[Item], first: Item) -> int:
    """Return the place behind the nearest item that stood before it and still is there."""
    earlier: list[ItemId] = []
    for item in before:
        if item.item_id == first.item_id:
            break
        if (item.kind, item.parent) == (first.kind, first.parent):
            earlier.append(item.item_id)
    places = {item.item_id: at for at, item in enumerate(now)}
    return next((places[one] + 1 for one in reversed(earlier) if one in places), 0)
