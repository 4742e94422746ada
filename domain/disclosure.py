"""Subject access, deletion, and the restriction of data held of a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.errors import ConflictError, InvalidInputError, NotFoundError
from domain.ids import (
    AnswerId,
    DeletionId,
    EncounterId,
    ForceCode,
    PersonId,
    RecordId,
    RequestId,
    RestrictionId,
    UserId,
)
from domain.items import SINGLE, Item, ItemId, ItemKind, Items, in_order
from domain.people import ArrestReport, DisposalType
from domain.requests import ReplyOutcome

# A restriction covers a person, or one item of a record with its parts.


class RestrictionGround(StrEnum):
    """The ground on which data is restricted instead of erased (DPA 2018 ss 46-47)."""

    EVIDENCE = "kept as evidence"
    """It would be erased, and has to be kept for the purposes of evidence (s 47(2))."""
    ACCURACY = "accuracy disputed"
    """Its accuracy is disputed and cannot be settled (s 47(3))."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """The restriction of a person or of one item, from its beginning to its end."""

    restriction_id: RestrictionId
    person_id: PersonId
    ground: RestrictionGround
    holder: ForceCode
    """The force that holds the evidence: only it reads the restricted data."""
    reasons: str
    """Sealed. Empty once they were erased with the person."""
    begun_by: UserId
    begun_at: datetime
    told_on: date | None = None
    """The day on which the person was told that it will be lifted (s 47(4)); None until then."""
    lifted_by: UserId | None = None
    lifted_at: datetime | None = None
    lifting_reasons: str = ""
    record_id: RecordId | None = None
    """The record of the item; None where the person is restricted, as the two below."""
    item_id: ItemId | None = None
    version: int | None = None
    """The version of the record that no longer holds the item."""

    @property
    def is_open(self) -> bool:
        """Whether it still holds."""
        return self.lifted_at is None


@dataclass(frozen=True, slots=True)
class RestrictedRecord:
    """A restricted record, as the holder of the evidence reads it.

    Of a restricted person it is the newest version; of a restricted item, the item with its
    parts and the entry that it is part of.
    """

    record_id: RecordId
    person_id: PersonId
    force: ForceCode
    held: tuple[Item, ...]


def check_reasons(reasons: str) -> None:
    """Refuse empty reasons; raises InvalidInputError."""
    if not reasons.strip():
        raise InvalidInputError("Give the reasons in words.", pointer="/reasons")


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


class FieldOwner(StrEnum):
    """Whose data a field is, as the schema of the record says."""

    PERSON = "the person"
    ANOTHER = "another person"
    """Such as a parent: removed, unless the deciders keep it."""
    WORDS = "free words"
    """May name a victim, a witness, another suspect or an officer: removed likewise."""


class RemovalGround(StrEnum):
    """Why a field is not disclosed (DPA 2018 s 45(4), s 45A)."""

    INQUIRY = "would obstruct an inquiry"
    PREVENTION = "would prejudice prevention, investigation, prosecution or penalties"
    PUBLIC_SECURITY = "protects public security"
    NATIONAL_SECURITY = "protects national security"
    RIGHTS_OF_OTHERS = "protects the rights of others"
    PRIVILEGE = "is privileged"


@dataclass(frozen=True, slots=True)
class OwnField:
    """One field, at a place that names it without telling its content."""

    place: str
    """Ids and numbers, with strokes: `held/RECORD/name-1`."""
    label: str
    text: str
    owner: FieldOwner = FieldOwner.PERSON


@dataclass(frozen=True, slots=True)
class OwnSection:
    """Fields under one heading; those of the section `held` are the subject of the answer."""

    key: str
    fields: tuple[OwnField, ...]


HELD = "held"
"""The section without which an answer says nothing."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A place that is not disclosed, and why; places below it go with it."""

    place: str
    ground: RemovalGround

    def covers(self, place: str) -> bool:
        """Whether it removes a place."""
        return place == self.place or place.startswith(f"{self.place}/")


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """An answer as it was prepared: kept fields, rebuilt from the data, and removals."""

    answer_id: AnswerId
    request_id: RequestId
    number: int
    """The version of the request that it was prepared on."""
    outcome: ReplyOutcome
    basis: str
    """SHA-256, hexadecimal, of the ids and versions that it was made of."""
    prepared_by: UserId
    prepared_at: datetime
    removals: tuple[Removal, ...]
    content: OwnContent | None
    """None once it was erased."""
    person_id: PersonId | None = None


@dataclass(frozen=True, slots=True)
class OwnContent:
    """The sealed part of an answer."""

    search: str
    """Where was looked, and why no further search is reasonable (s 45(2A))."""
    authority: str = ""
    """The document by which a representative acts; empty where the person asks."""
    sections: tuple[OwnSection, ...] = ()


def kept(sections: Iterable[OwnSection], removals: Iterable[Removal]) -> tuple[OwnSection, ...]:
    """Return the sections left: none at all where nothing of the section `held` is left.

    Recipients and consultations would reveal by themselves that something is held.
    """
    gone = tuple(removals)
    left = tuple(
        OwnSection(section.key, fields)
        for section in sections
        if (fields := tuple(one for one in section.fields if not _is_gone(one.place, gone)))
    )
    return left if any(section.key == HELD for section in left) else ()


def _is_gone(place: str, removals: tuple[Removal, ...]) -> bool:
    return any(removal.covers(place) for removal in removals)


@dataclass(frozen=True, slots=True)
class Told:
    """A recipient was told something about a person."""

    recipient: str
    on: date
    purpose: str


# The entry and the prints are asked for and decided apart. A decision can be reviewed once, by
# another officer of the force. Nothing is decided by the passing of time.


class DeletionPart(StrEnum):
    """Kinds of data left by an arrest."""

    ENTRY = "entry"
    """The arrest report in the record."""
    PRINTS = "prints"
    """The captures that were taken then."""


class DeletionState(StrEnum):
    """Where a case stands."""

    WAITING = "waiting for the force"
    DECIDED = "decided"
    REVIEWED = "reviewed"
    CARRIED_OUT = "carried out"


@dataclass(frozen=True, slots=True)
class DeletionDecision:
    """The decision of a force, or its review."""

    number: int
    """1: the decision; 2: the review."""
    approved: frozenset[DeletionPart]
    """The approved parts of those requested; empty: rejected."""
    ground: str
    """The code of the ground that it rests on."""
    reasons: str
    """Sealed. Empty once they were erased."""
    decided_by: UserId
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class DeletionCase:
    """One arrest event that a person asks to be deleted."""

    deletion_id: DeletionId
    request_id: RequestId
    person_id: PersonId
    record_id: RecordId
    item_id: str
    """Id of the arrest report."""
    owner: ForceCode
    asked: frozenset[DeletionPart]
    captures: tuple[EncounterId, ...]
    """The prints that are asked for."""
    ground: str
    words: str
    """Why, in the words of the person. Sealed. Empty once they were erased."""
    opened_by: UserId
    opened_at: datetime
    decisions: tuple[DeletionDecision, ...] = ()
    chases: int = 0
    """How often the force was reminded."""
    done_at: datetime | None = None

    @property
    def decision(self) -> DeletionDecision | None:
        """The decision in force: a review goes before the decision it reviewed."""
        return self.decisions[-1] if self.decisions else None

    @property
    def approved(self) -> frozenset[DeletionPart]:
        """The parts to delete by the decision in force."""
        return frozenset() if self.decision is None else self.decision.approved

    @property
    def state(self) -> DeletionState:
        """Where it stands."""
        if self.done_at is not None:
            return DeletionState.CARRIED_OUT
        if len(self.decisions) > 1:
            return DeletionState.REVIEWED
        return DeletionState.DECIDED if self.decisions else DeletionState.WAITING


CONVICTED = (
    "A court convicted on this arrest: only a court can undo a conviction, and its entry is kept"
    " to the hundredth birthday."
)
_OPEN = (None, DisposalType.CHARGED, DisposalType.SINE_DIE)
OPEN = "The investigation or the proceedings are open: apply again when they have ended."


def why_not(report: ArrestReport) -> str:
    """Return why the deletion of an arrest cannot be asked for; empty where it can.

    No further action, acquittals, cautions and penalty notices can be asked for.
    """
    last = [
        max(offence.disposals, key=lambda one: one.on).disposal_type if offence.disposals else None
        for offence in report.offences
    ]
    disposals = {one.disposal_type for offence in report.offences for one in offence.disposals}
    if DisposalType.CONVICTED in disposals:
        return CONVICTED
    if not last or any(one in _OPEN for one in last):
        return OPEN
    return ""
