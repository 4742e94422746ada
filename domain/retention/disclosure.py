"""Subject access, deletion, and the restriction of data about a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.errors import ConflictError, NotFoundError
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
from domain.people.items import SINGLE, Item, ItemId, ItemKind, Items, in_order
from domain.people.people import ArrestReport, DisposalType
from domain.requests.requests import Party, ReplyOutcome

# A restriction covers a person, or one item of a record with its parts.


class RestrictionGround(StrEnum):
    """The ground on which data is restricted instead of erased (DPA 2018 ss 46-47)."""

    EVIDENCE = "kept as evidence"
    """The data would be erased, but has to be kept as evidence (s 47(2))."""
    ACCURACY = "accuracy disputed"
    """The accuracy of the data is disputed and cannot be established (s 47(3))."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """The restriction of a person or of one item, with its beginning and its end."""

    restriction_id: RestrictionId
    person_id: PersonId
    ground: RestrictionGround
    holder: ForceCode
    """The force that holds the evidence: only this force may read the restricted data."""
    reasons: str
    """Sealed. Empty after the reasons were erased with the person."""
    begun_by: UserId
    begun_at: datetime
    """When it began."""
    told_on: date | None = None
    """The day on which the person was told of the lifting (s 47(4)); None until then."""
    lifted_by: UserId | None = None
    """Account of the supervisor who lifted the restriction; None until then."""
    lifted_at: datetime | None = None
    """When the restriction was lifted; None until then."""
    lifting_reasons: str = ""
    """Why the restriction was lifted; empty until then, and once erased."""
    record_id: RecordId | None = None
    """The record of the item; None, as `item_id` and `version`, if a person is restricted."""
    item_id: ItemId | None = None
    version: int | None = None
    """The first version of the record that does not contain the item."""

    @property
    def is_open(self) -> bool:
        """Whether the restriction is still in force."""
        return self.lifted_at is None


@dataclass(frozen=True, slots=True)
class RestrictedRecord:
    """A restricted record, as the holder of the evidence may read it.

    For a restricted person, it holds the newest version. For a restricted item, it holds the item
    with its parts, and the entry to which the item belongs.
    """

    record_id: RecordId
    person_id: PersonId
    force: ForceCode
    held: tuple[Item, ...]


MATTERS = frozenset(
    {ItemKind.ARREST_REPORT, ItemKind.OFFENCE, ItemKind.DISPOSAL, ItemKind.CONVICTION}
)
"""Kinds of item: while one is restricted, no answer says that nothing (else) is held."""


def with_parts(items: Items, item_id: str) -> tuple[Item, ...]:
    """Return an item followed by its parts, in order; empty if the record does not hold it."""
    return tuple(_subtree(items.held, item_id))


def _subtree(held: Sequence[Item], item_id: str) -> Iterator[Item]:
    ids = {item_id}
    # The parts of an item come after it.
    for item in held:
        if item.item_id in ids or item.parent in ids:
            ids.add(item.item_id)
            yield item


def with_entry(items: Items, item_id: str) -> tuple[Item, ...]:
    """Return an item with its parts, after the entries to which it belongs."""
    found = with_parts(items, item_id)
    above: list[Item] = []
    parent = found[0].parent if found else None
    while parent is not None and (entry := items.get(parent)) is not None:
        above.insert(0, entry)
        parent = entry.parent
    return (*above, *found)


def without(items: Items, item_id: str) -> Items:
    """Return the items without one item and its parts. The id is never used again.

    Raises NotFoundError, and ConflictError for the only name, by which a record is found.
    """
    gone = with_parts(items, item_id)
    if not gone:
        raise NotFoundError
    kept = tuple(item for item in items.held if item not in gone)
    if gone[0].kind is ItemKind.NAME and not any(item.kind is ItemKind.NAME for item in kept):
        raise ConflictError(
            "This is the only name on the record, so it cannot be restricted by itself:"
            " restrict all of the person's data instead."
        )
    return Items(kept, items.last)


def brought_back(now: Items, before: Items, item_id: str) -> Items:
    """Return the current items with one item restored to its earlier value and place.

    If the entry to which the item belonged has been withdrawn in the meantime, the current items
    are returned unchanged. Raises ConflictError if the record has another item in its place.
    """
    back = with_parts(before, item_id)
    first = back[0]
    if first.kind in SINGLE and any(item.kind is first.kind for item in now.held):
        raise ConflictError(
            "The record already has another item of this kind: withdraw that item first."
        )
    if first.parent is not None and now.get(first.parent) is None:
        return now
    at = _place(now.held, before.held, first)
    return Items(in_order((*now.held[:at], *back, *now.held[at:])), now.last)


def _place(now: Sequence[Item], before: Sequence[Item], first: Item) -> int:
    """Return the place after the nearest preceding item that is still present."""
    earlier: list[ItemId] = []
    for item in before:
        if item.item_id == first.item_id:
            break
        if (item.kind, item.parent) == (first.kind, first.parent):
            earlier.append(item.item_id)
    places = {item.item_id: at for at, item in enumerate(now)}
    return next((places[one] + 1 for one in reversed(earlier) if one in places), 0)


class FieldOwner(StrEnum):
    """Whose data a field contains, according to the schema of the record."""

    PERSON = "the person"
    ANOTHER = "another person"
    """For example a parent. The field is removed unless the deciders keep it."""
    WORDS = "free words"
    """May name a victim, witness, suspect or officer: removed unless the deciders keep it."""


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
    """One field, with a place that identifies it without revealing its content."""

    place: str
    """Ids and numbers separated by slashes: `held/RECORD/name-1`."""
    label: str
    """What the field contains."""
    text: str
    """Text of the field."""
    owner: FieldOwner = FieldOwner.PERSON


@dataclass(frozen=True, slots=True)
class OwnSection:
    """Fields under one heading. The fields of the section `held` are what the answer is about."""

    key: str
    fields: tuple[OwnField, ...]


HELD = "held"
"""The section without which an answer says nothing."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A place that is not disclosed, with the ground. All places below it are removed too."""

    place: str
    """A place in the answer; it has ids and no personal data."""
    ground: RemovalGround

    def covers(self, place: str) -> bool:
        """Whether this removal covers a place."""
        return place == self.place or place.startswith(f"{self.place}/")


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """An answer as prepared: the fields that are kept, rebuilt from the data, and the removals."""

    answer_id: AnswerId
    request_id: RequestId
    number: int
    """The version of the request on which the answer was prepared."""
    outcome: ReplyOutcome
    basis: str
    """SHA-256, in hexadecimal, of the ids and versions from which the answer was made."""
    prepared_by: UserId
    prepared_at: datetime
    removals: tuple[Removal, ...]
    content: OwnContent | None
    """None after the content was erased."""
    person_id: PersonId | None = None


@dataclass(frozen=True, slots=True)
class OwnContent:
    """The sealed part of an answer."""

    search: str
    """The places that were searched, and why no further search is reasonable (s 45(2A))."""
    authority: str = ""
    """The document that authorises a representative; empty if the person made the request."""
    sections: tuple[OwnSection, ...] = ()


def kept(sections: Iterable[OwnSection], removals: Iterable[Removal]) -> tuple[OwnSection, ...]:
    """Return the sections that are left; none if nothing is left of the section `held`.

    Lists of recipients and consultations would by themselves reveal that something is held.
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
    """The disclosure of something about a person to a recipient."""

    recipient: Party
    on: date
    purpose: str


# The deletions of the entry and of the prints are requested and decided separately. A decision can
# be reviewed once, by another officer of the force. Nothing is decided by the passing of time.


class DeletionPart(StrEnum):
    """The kinds of data that result from an arrest."""

    ENTRY = "entry"
    """The arrest report in the record."""
    PRINTS = "prints"
    """The captures taken at the arrest."""


class DeletionState(StrEnum):
    """The state of a deletion case."""

    WAITING = "waiting for the force"
    DECIDED = "decided"
    REVIEWED = "reviewed"
    CARRIED_OUT = "carried out"


@dataclass(frozen=True, slots=True)
class DeletionDecision:
    """The decision of a force on a deletion, or its review."""

    number: int
    """1 for the decision, 2 for the review."""
    approved: frozenset[DeletionPart]
    """The parts approved, among those requested. Empty: the request was rejected."""
    ground: str
    """The code of the ground of the decision."""
    reasons: str
    """The reasons, in words; sealed, and empty once erased."""
    decided_by: UserId
    decided_at: datetime
    """When it was decided."""


@dataclass(frozen=True, slots=True)
class DeletionCase:
    """One arrest event for which a person asks for deletion."""

    deletion_id: DeletionId
    request_id: RequestId
    person_id: PersonId
    record_id: RecordId
    item_id: str
    """Id of the arrest report."""
    owner: ForceCode
    """The force that owns the arrest and decides."""
    asked: frozenset[DeletionPart]
    """The parts whose deletion is requested: the entry, the prints."""
    captures: tuple[EncounterId, ...]
    """The captures whose deletion is requested."""
    ground: str
    """Code of the ground that the person states."""
    words: str
    """The reason, in the person's own words. Sealed. Empty after it was erased."""
    opened_by: UserId
    opened_at: datetime
    """When the force was asked to decide."""
    decisions: tuple[DeletionDecision, ...] = ()
    chases: int = 0
    """The number of times the force was reminded."""
    done_at: datetime | None = None
    """When it was carried out; None until then."""

    @property
    def decision(self) -> DeletionDecision | None:
        """The decision in force. A review replaces the decision that was reviewed."""
        return self.decisions[-1] if self.decisions else None

    @property
    def approved(self) -> frozenset[DeletionPart]:
        """The parts that must be deleted under the decision in force."""
        return frozenset() if self.decision is None else self.decision.approved

    @property
    def state(self) -> DeletionState:
        """The state of the case."""
        if self.done_at is not None:
            return DeletionState.CARRIED_OUT
        if len(self.decisions) > 1:
            return DeletionState.REVIEWED
        return DeletionState.DECIDED if self.decisions else DeletionState.WAITING


CONVICTED = (
    "This arrest led to a conviction: only a court can undo a conviction, and its entry is kept"
    " until the person's hundredth birthday."
)
_OPEN = (None, DisposalType.CHARGED, DisposalType.SINE_DIE)
OPEN = "The investigation or the proceedings are open: apply again when they have ended."


def why_not(report: ArrestReport) -> str:
    """Return why the deletion of an arrest may not be requested; empty if it may be.

    It may be for no further action, acquittals, cautions and penalty notices.
    """
    last = [
        offence.steps[-1].disposal_type if offence.disposals else None
        for offence in report.offences
    ]
    disposals = {one.disposal_type for offence in report.offences for one in offence.disposals}
    if DisposalType.CONVICTED in disposals:
        return CONVICTED
    if not last or any(one in _OPEN for one in last):
        return OPEN
    return ""
