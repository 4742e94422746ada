"""Doubts about whom an entry or a print is about: disputes, people parted, and gallery cases.

While a dispute is undecided, no answer attributes the entry to this person, and no answer says
that nothing is held. Two people decide. A gallery case has no automatic effect: a supervisor
decides it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.ids import EncounterId, GalleryCaseId, PersonId, RecordId, RequestId, UserId
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
    """The arrest report or conviction; empty if a whole record is said not to be theirs."""
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


# When a merge turns out to be wrong, an entry recorded during it goes to the person whom its own
# evidence shows: the number of the arrest, the prints that were taken, or a source that had told
# of only one of them before. A name decides nothing: it is why the two were taken for one.


class Evidence(StrEnum):
    """The kinds of evidence that show whom an entry is about."""

    ASN = "the Arrest Summons Number"
    PRINTS = "prints taken at the arrest"
    SOURCE = "a case that its source told before"


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of one of two people before they were merged, and their prints."""

    asns: frozenset[str] = frozenset()
    cases: frozenset[tuple[str, str]] = frozenset()
    """The name of a court or State, and its reference."""
    arrests: frozenset[tuple[str, date]] = frozenset()
    """The force and the day of each capture."""
    named: frozenset[str] = frozenset()
    """Entries at which two officers say that a capture was taken, as `record.item`."""


@dataclass(frozen=True, slots=True)
class Home:
    """Which of the two people the entries of one event are about, by their evidence."""

    entries: tuple[Item, ...]
    own: tuple[Evidence, ...]
    """Evidence for the person on whose record they are."""
    other: tuple[Evidence, ...]
    """Evidence for the other person."""

    @property
    def is_doubtful(self) -> bool:
        """Whether nothing decides, or the evidence contradicts itself."""
        return bool(self.own) is bool(self.other)

    @property
    def is_elsewhere(self) -> bool:
        """Whether the entries belong on the record of the other person."""
        return bool(self.other) and not self.own

    @property
    def words(self) -> str:
        """Why this is doubtful, in one sentence."""
        if not self.own:
            return "No number, prints or source show whose entry it is."
        return f"For this person: {', '.join(self.own)}. For the other: {', '.join(self.other)}."


def known_in(items: Items) -> Known:
    """Return the facts that the entries of a record state; prints are not included."""
    entries = [one for one in items.held if one.kind in ENTRIES]
    asns = frozenset(asn for one in entries if (asn := asn_of(one)))
    return Known(asns, frozenset(case for one in entries for case in _cases(one)))


def _cases(entry: Item) -> Iterable[tuple[str, str]]:
    value = entry.value
    if isinstance(value, Conviction) and value.reference:
        source = value.source.name or value.court.name or value.court.code
        yield source, value.reference


def homes_of(
    before: Items, now: Items, record_id: RecordId, sides: tuple[Known, Known]
) -> tuple[Home, ...]:
    """Return whom the entries are about that a record gained between two of its versions.

    `sides` are the facts known of the person of the record, and of the other person. If one entry
    of an event was there before, the whole event stays.
    """
    held = {one.item_id for one in before.held}
    return tuple(
        Home(event, *(_evidence(event, record_id, one) for one in sides))
        for event in events_in(now)
        if not any(one.item_id in held for one in event)
    )


def _evidence(event: tuple[Item, ...], record_id: RecordId, known: Known) -> tuple[Evidence, ...]:
    cases = {case for one in event for case in _cases(one)}
    named = {f"{record_id}.{one.item_id}" for one in event}
    found = {
        Evidence.ASN: any(asn_of(one) in known.asns for one in event),
        Evidence.PRINTS: not named.isdisjoint(known.named)
        or any(_is_of(one, known) for one in event),
        Evidence.SOURCE: not cases.isdisjoint(known.cases),
    }
    return tuple(one for one, holds in found.items() if holds)


def _is_of(entry: Item, known: Known) -> bool:
    value = entry.value
    return isinstance(value, ArrestReport) and (value.force, value.on) in known.arrests


class GalleryDoubt(StrEnum):
    """Whether two persons seem to be the same, or fingers seem to be swapped."""

    DUPLICATE_PERSONS = "duplicate-persons"
    """Two persons have the same prints: they may be one human being."""
    SWAPPED_FINGERS = "swapped-fingers"
    """Two captures of one person agree only if two fingers are swapped in one of them."""


class GalleryOutcome(StrEnum):
    """The finding of a supervisor."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class GalleryConclusion:
    """The conclusion of a gallery case. It is written once."""

    case_id: GalleryCaseId
    outcome: GalleryOutcome
    reason: str
    """The reason in words; it is stored sealed, and is not part of the log."""
    merge_id: str | None
    """The merge proposed with the conclusion, which another supervisor must confirm."""
    concluded_by: UserId
    concluded_at: datetime
    """When the case was concluded."""


@dataclass(frozen=True, slots=True)
class GalleryCase:
    """A suspected error in the gallery. No score is stored: the supervisor compares the prints."""

    case_id: GalleryCaseId
    doubt: GalleryDoubt
    person_ids: tuple[PersonId, ...]
    """Two persons, in the order of their ids; or the one person whose fingers may be swapped."""
    encounter_ids: tuple[EncounterId, EncounterId]
    """The two captures that were compared."""
    positions: tuple[int, ...]
    """The two finger positions that may be swapped; empty if two persons are in question."""
    prints: str
    """SHA-256, in hexadecimal, of the ids of all captures of these persons. A doubt that was
    concluded is not raised again for the same prints."""
    opened_at: datetime
    """When the case was opened."""
    conclusion: GalleryConclusion | None = None

    @property
    def subject(self) -> str:
        """The key of the doubt: the ids of the persons, and the finger positions if any."""
        return ":".join((*self.person_ids, *(f"{each:02}" for each in self.positions)))
