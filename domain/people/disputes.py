"""Disputes about whether an entry on a record is about that person.

While a dispute is undecided, no answer attributes the entry to this person, and no answer says
that nothing is held. Two people decide.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import PersonId, RecordId, RequestId, UserId
from domain.people.convictions import Conviction
from domain.people.identifiers import plain_asn
from domain.people.items import PARENTS, Item, ItemId, ItemKind, Items
from domain.people.people import ArrestReport


class DisputeCause(StrEnum):
    """Why it is doubtful whom an entry is about."""

    PARTING = "put on record while two people were merged"
    PERSON = "the person says that it is not theirs"
    OFFICER = "a case officer doubts that it is theirs"


class DisputeState(StrEnum):
    """The state of a dispute."""

    OPEN = "open"
    PROPOSED_THEIRS = "proposed: it is theirs"
    PROPOSED_NOT_THEIRS = "proposed: it is not theirs"
    THEIRS = "it is theirs"
    NOT_THEIRS = "it is not theirs"


PROPOSED = frozenset({DisputeState.PROPOSED_THEIRS, DisputeState.PROPOSED_NOT_THEIRS})
DECIDED = frozenset({DisputeState.THEIRS, DisputeState.NOT_THEIRS})
"""A dispute that is decided stays so; whoever has new facts opens another."""


@dataclass(frozen=True, slots=True)
class DisputeStep:
    """One step of a dispute. The last step determines the state."""

    dispute_id: str
    number: int
    """Numbered from 1."""
    state: DisputeState
    stepped_by: UserId
    stepped_at: datetime
    """When the step was taken."""
    words: str = ""
    """The reason. Sealed."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute with its steps, oldest first."""

    dispute_id: str
    """Id of the dispute."""
    cause: DisputeCause
    person_id: PersonId
    """The person on whose record the matter is."""
    other_id: PersonId | None
    """After a parting: the other of the two people, whose matter it may be."""
    record_id: RecordId
    item_id: ItemId
    """The arrest report or conviction; empty if a person says that a whole record is not
    theirs."""
    request_id: RequestId | None
    """The request in which the person said so."""
    merge_id: str | None
    """The undoing of a merge, for a parting."""
    opened_by: UserId
    opened_at: datetime
    """When the dispute was opened."""
    words: str = ""
    """The disputed matter, and the reason. Sealed."""
    steps: tuple[DisputeStep, ...] = ()

    @property
    def state(self) -> DisputeState:
        """The present state."""
        return self.steps[-1].state if self.steps else DisputeState.OPEN

    @property
    def last_step(self) -> int:
        """The number of the last step; 0 before the first."""
        return len(self.steps)


ENTRIES = frozenset({ItemKind.ARREST_REPORT, ItemKind.CONVICTION})
"""The kinds of item that can be disputed, each together with its parts."""


def entry_of(items: Items, item_id: str) -> Item | None:
    """Return the arrest report or conviction that an item is, or is a part of; None if neither."""
    item = items.get(item_id)
    while item is not None and item.kind in PARENTS:
        item = None if item.parent is None else items.get(item.parent)
    return item if item is not None and item.kind in ENTRIES else None


def asn_of(item: Item) -> str:
    """Return the number under which an entry is known; empty if it has none."""
    value = item.value
    return plain_asn(value.asn) if isinstance(value, ArrestReport | Conviction) else ""


def event_of(items: Items, item_id: str) -> tuple[Item, ...]:
    """Return the entries of one event: the entry of an item, and those under the same number."""
    entry = entry_of(items, item_id)
    if entry is None:
        return ()
    asn = asn_of(entry)
    return tuple(
        one
        for one in items.held
        if one == entry or (asn and one.kind in ENTRIES and asn_of(one) == asn)
    )


def events_in(items: Items) -> tuple[tuple[Item, ...], ...]:
    """Return all entries by their event, in the order of the record."""
    entries = (one for one in items.held if one.kind in ENTRIES)
    return tuple(dict.fromkeys(event_of(items, one.item_id) for one in entries))


def disputed_ids(items: Items, disputes: Iterable[Dispute]) -> frozenset[ItemId]:
    """Return the ids of the entries that these disputes are about."""
    return frozenset(
        one.item_id
        for dispute in disputes
        if dispute.item_id
        for one in event_of(items, dispute.item_id)
    )
