"""A dispute shown with its evidence: the entry, its source, and the facts known of each person."""

from dataclasses import dataclass, field
from datetime import date
from itertools import chain

from domain.access.access import Caller, Scope
from domain.agencies.matters import Matter, details_in
from domain.errors import ConflictError, existing
from domain.events.looking import LookKind
from domain.ids import PersonId, RecordId, RequestId
from domain.list_pages import ListPage
from domain.office_days import office_day
from domain.people.amendments import RecordVersion
from domain.people.conviction_words import (
    decision_in_full,
    offence_in_full,
    sentence_in_full,
)
from domain.people.disputes import Dispute, event_of, events_in
from domain.people.items import Item, Items, content_of, details_of
from domain.people.people import Details
from domain.retention.disclosure import with_parts
from rules.offence_codes import titled
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import look
from service.usecases.people.amending import live_version_of
from service.usecases.people.offence_tables import offence_table
from service.usecases.people.rehoming import matter_behind
from service.usecases.requests.assessing import held_records
from service.usecases.requests.own_data import named_force
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class EntryShown:
    """An arrest or a conviction, as shown to people who compare two records."""

    item_id: str
    """Id of the item, the same in every version."""
    on: date
    """The day of the arrest, or of the decision."""
    place: str
    """The force, or the court."""
    asn: str
    """Arrest Summons Number."""
    offences: tuple[str, ...]
    """The offences, each with its code."""
    outcomes: tuple[str, ...]
    """The results of the offences, or the sentences."""
    is_conviction: bool
    """Whether it is a conviction; otherwise an arrest or summons."""


@dataclass(frozen=True, slots=True)
class SideShown:
    """One person whom the entry may be about, and the facts known of them."""

    details: Details
    prints: tuple[tuple[str, date], ...]
    """The force and the day of each capture."""
    entries: tuple[EntryShown, ...]
    """The arrests and convictions on record."""


@dataclass(frozen=True, slots=True)
class SourceShown:
    """The version of a record in which the entry first appeared."""

    version: int
    on: date | None
    words: str
    """Reason, kind of source, and the source itself."""


@dataclass(frozen=True, slots=True)
class DisputeShown:
    """A dispute with the evidence on which people decide."""

    dispute: Dispute
    entries: tuple[EntryShown, ...]
    """The disputed entries; empty for a whole record, or once the entry has left the record."""
    source: SourceShown | None
    matter: Matter | None
    """The matter of the inbox that put it there."""
    told: Details | None = field(repr=False)
    """The person as that matter names them."""
    sides: tuple[SideShown, ...]
    """The person of the record, and after a parting the other person."""


@dataclass(frozen=True, slots=True)
class EntryChoice:
    """An entry of a record that a person may dispute."""

    record_id: str
    """Id of the record."""
    item_id: str
    """Id of the item, the same in every version."""
    entries: tuple[EntryShown, ...]


def undecided_disputes(
    services: StoreServices, caller: Caller, *, after: str | None, limit: int
) -> ListPage[Dispute, str]:
    """Return a page of the disputes to decide, oldest first. Raises NotPermittedError."""
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
        found = unit.disputes.page(after=after, limit=limit)
    shown = chain.from_iterable((one.dispute_id, one.person_id) for one in found.items)
    look(services, caller, LookKind.DISPUTES, shown)
    return found


def show_dispute(services: StoreServices, caller: Caller, dispute_id: str) -> DisputeShown:
    """Return a dispute with its evidence. Raises NotPermittedError, NotFoundError."""
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
        shown = _shown(unit, existing(unit.disputes.get(dispute_id)))
    people = (shown.dispute.person_id, shown.dispute.other_id, shown.dispute.record_id)
    look(services, caller, LookKind.DISPUTE, (dispute_id, *people))
    return shown


def disputes_in(
    services: StoreServices, caller: Caller, request_id: RequestId
) -> tuple[tuple[Dispute, ...], tuple[EntryChoice, ...]]:
    """Return the disputes raised in a request, and the entries that the person whom it concerns
    may dispute.

    Raises NotPermittedError, NotFoundError.
    """
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
        file = existing(unit.requests.file(request_id))
        raised = unit.disputes.of_request(request_id)
        versions = [_live(unit, one.record_id) for one in held_records(unit, file)]
        choices = [one for version in versions if version for one in _choices(version)]
    named = (one for choice in choices for one in (choice.record_id,))
    look(services, caller, LookKind.REQUEST, (request_id, file.person_id, *named))
    return raised, tuple(choices)


def _choices(version: RecordVersion) -> list[EntryChoice]:
    return [
        EntryChoice(version.head.record_id, event[0].item_id, _entries(version.items, event))
        for event in events_in(version.items)
    ]


def _entries(items: Items, event: tuple[Item, ...]) -> tuple[EntryShown, ...]:
    return tuple(_entry(items, one) for one in event)


def _all_entries(items: Items) -> tuple[EntryShown, ...]:
    return tuple(one for event in events_in(items) for one in _entries(items, event))


def _entry(items: Items, item: Item) -> EntryShown:
    content = content_of(with_parts(items, item.item_id))
    for report in content.reports:
        results = (one for offence in report.offences for one in offence.disposals)
        return EntryShown(
            item.item_id,
            report.on,
            named_force(report.force),
            report.asn,
            tuple(f"{one.title} ({one.code})" for one in report.offences),
            tuple(" ".join((one.disposal_type, one.sentence)).strip() for one in results),
            is_conviction=False,
        )
    (conviction,) = content.convictions
    return EntryShown(
        item.item_id,
        conviction.decided_on,
        conviction.court.name or conviction.court.code,
        conviction.asn,
        tuple(map(offence_in_full, conviction.offences)),
        (
            *map(sentence_in_full, conviction.sanctions),
            *map(decision_in_full, conviction.decisions),
        ),
        is_conviction=True,
    )


def _live(unit: UnitOfWork, record_id: RecordId) -> RecordVersion | None:
    """Return the live version of a record, with titles for people to read."""
    return titled(offence_table(unit), live_version_of(unit, record_id))


def _shown(unit: UnitOfWork, dispute: Dispute) -> DisputeShown:
    version = _live(unit, dispute.record_id)
    entries = () if version is None else event_of(version.items, dispute.item_id)
    matter = _matter(unit, dispute, entries)
    people = [one for one in (dispute.person_id, dispute.other_id) if one is not None]
    return DisputeShown(
        dispute,
        () if version is None else _entries(version.items, entries),
        _source(unit, dispute, entries),
        matter,
        None if matter is None or matter.content is None else details_in(matter.content),
        tuple(_side(unit, one) for one in people),
    )


def _matter(unit: UnitOfWork, dispute: Dispute, entries: tuple[Item, ...]) -> Matter | None:
    try:
        found = (matter_behind(unit, dispute.record_id, one) for one in entries)
        return next((one for one in found if one is not None), None)
    except ConflictError:
        # Versions are withheld while an item is restricted.
        return None


def _source(unit: UnitOfWork, dispute: Dispute, entries: tuple[Item, ...]) -> SourceShown | None:
    ids = {one.item_id for one in entries}
    for head in unit.records.versions(dispute.record_id):
        version = unit.records.version(dispute.record_id, head.version)
        if version is None or not any(one.item_id in ids for one in version.items.held):
            continue
        stated = (head.reason and head.reason.value, head.source and head.source.value)
        words = "; ".join(part for part in (*stated, version.words, version.reference) if part)
        on = None if head.amended_at is None else office_day(head.amended_at)
        return SourceShown(
            head.version, on, words or f"first recorded by {named_force(head.force)}"
        )
    return None


def _side(unit: UnitOfWork, person_id: PersonId) -> SideShown:
    row = unit.people.person_row(person_id)
    if row is None:
        return SideShown(Details(), (), ())
    record = unit.people.records_of([row]).get(row)
    version = None if record is None else _live(unit, record.record_id)
    taken = unit.held_people.taken([row])
    entries = () if version is None else _all_entries(version.items)
    return SideShown(
        Details() if version is None else details_of(version.items.held),
        tuple((named_force(one.force), one.taken_on) for one in taken),
        entries,
    )
