"""Everything that is held about the person of a request, field by field, in plain words.

The kind of a field, not its text, decides whose data it is. Only convictions that the person may
be told about are included: `assessing` checks their sources first.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from domain.countries import country_name
from domain.events.looking import look_words
from domain.forces import force_name, is_known_force
from domain.ids import PersonId, PersonRow
from domain.office_days import office_day
from domain.people.amendments import RecordVersion
from domain.people.claims import claims_of
from domain.people.conviction_words import (
    decision_in_full,
    offence_in_full,
    sentence_in_full,
)
from domain.people.convictions import Conviction
from domain.people.items import DETAILS, Item, ItemKind
from domain.people.partial_dates import PartialDate
from domain.people.people import Address, Record
from domain.requests.requests import Party, PartyKind, RequestFile
from domain.retention.disclosure import HELD, FieldOwner, OwnField, OwnSection
from rules.offence_codes import titled
from service.storage.unit_of_work import UnitOfWork
from service.usecases.people.offence_tables import offence_table
from service.usecases.people.records import consultations_in
from service.usecases.requests.assessing import ItemKey, disputed_items, people_of, rows_of

MOST_CONSULTATIONS = 200
"""An answer lists at most this many of the newest accesses."""

CONSULTED = "consultations"
RECIPIENTS = "recipients"
ORIGIN = "origin"

_OWNERS = {ItemKind.PARENT: FieldOwner.ANOTHER}
"""The kinds of items that are another person's data."""


def own_sections(
    unit: UnitOfWork, file: RequestFile, may_leave: frozenset[ItemKey]
) -> tuple[OwnSection, ...]:
    """Return everything held about the identified person; empty if there is nothing."""
    people = people_of(unit, file)
    rows = rows_of(unit, people)
    if not rows:
        return ()
    versions = [(record, _versions(unit, record)) for record in _records(unit, rows)]
    disputed = disputed_items(unit, people)
    held = [
        *(
            _marked(one, record, item, disputed)
            for record, found in versions
            for item, one in _held(record, found[-1], may_leave)
        ),
        *(one for record, found in versions for one in _claims(record, found)),
        *_captures(unit, rows),
        *_matters(unit, rows),
    ]
    if not held:
        return ()
    origin = tuple(
        one for record, found in versions for version in found for one in _origin(record, version)
    )
    return (
        OwnSection(HELD, tuple(held)),
        OwnSection(ORIGIN, origin),
        OwnSection(RECIPIENTS, tuple(_recipients(unit, rows, people))),
        OwnSection(CONSULTED, tuple(_consulted(unit, people))),
    )


def basis_of(unit: UnitOfWork, file: RequestFile) -> str:
    """Return the SHA-256 (hexadecimal) of the ids and versions of the data held about the person.

    Two equal values were made from the same records, captures and convictions. Accesses and
    recipients, which change by themselves, are not included.
    """
    people = people_of(unit, file)
    rows = rows_of(unit, people)
    named = [
        *(
            f"{record.record_id}:{unit.records.versions(record.record_id)[-1].version}"
            for record in _records(unit, rows)
        ),
        *(str(encounter_id) for encounter_id, _ in unit.own_answers.captures(rows)),
        *(
            f"disputed {record_id}:{item_id}"
            for record_id, item_id in disputed_items(unit, people)
        ),
    ]
    return hashlib.sha256("\n".join(sorted(named)).encode()).hexdigest()


def _records(unit: UnitOfWork, rows: tuple[PersonRow, ...]) -> list[Record]:
    found = unit.people.records_of(rows).values() if rows else ()
    return sorted(found, key=lambda one: one.record_id)


def _versions(unit: UnitOfWork, record: Record) -> list[RecordVersion]:
    heads = unit.records.versions(record.record_id)
    found = (unit.records.version(record.record_id, head.version) for head in heads)
    table = offence_table(unit)
    return [titled(table, one) for one in found if one is not None]


def _held(
    record: Record, version: RecordVersion, may_leave: frozenset[ItemKey]
) -> Iterator[tuple[Item, OwnField]]:
    for item in version.items.held:
        if item.kind in DETAILS:
            continue
        is_conviction = isinstance(item.value, Conviction)
        if is_conviction and (record.record_id, item.item_id) not in may_leave:
            continue
        yield (
            item,
            OwnField(
                f"{HELD}/{record.record_id}/{item.item_id}",
                item.kind.words,
                text_of(item),
                _OWNERS.get(item.kind, FieldOwner.PERSON),
            ),
        )


def _claims(record: Record, versions: list[RecordVersion]) -> Iterator[OwnField]:
    """Yield the claims about the person, each with its source, and the earlier ones."""
    for claim in claims_of(versions):
        item = claim.item
        parts = [f"{text_of(item)}. Source: {_source(claim.source)}"]
        parts += [] if claim.on is None else [_day(claim.on)]
        place = f"{HELD}/{record.record_id}/{item.item_id}"
        if claim.end is not None:
            ended = [claim.end.value, _day(claim.ended_on) if claim.ended_on else ""]
            parts.append(" ".join(filter(None, ended)))
            place += f"/version-{claim.version}"
        kind = item.kind.words
        owner = _OWNERS.get(item.kind, FieldOwner.PERSON)
        yield OwnField(place, kind, ", ".join(parts), owner)


def _source(source: str) -> str:
    code = source.removeprefix("force ")
    return source if code == source or not is_known_force(code) else force_name(code)


def _source_named(code: str) -> str:
    """Return the name of the force or country that reported a conviction."""
    return force_name(code) if is_known_force(code) else country_name(code)


def _marked(field: OwnField, record: Record, item: Item, disputed: frozenset[ItemKey]) -> OwnField:
    """Return a field; if its entry is disputed, the field says so."""
    if (record.record_id, item.item_id) not in disputed:
        return field
    return replace(field, text=f"{field.text} {_DISPUTED}")


_DISPUTED = (
    "Disputed: two officers are deciding whether this is yours. It is given to nobody else."
)


def _captures(unit: UnitOfWork, rows: tuple[PersonRow, ...]) -> Iterator[OwnField]:
    for encounter_id, force in unit.own_answers.captures(rows):
        yield OwnField(
            f"{HELD}/prints/{encounter_id}", "Prints", f"taken and held by {named_force(force)}"
        )


def _matters(unit: UnitOfWork, rows: tuple[PersonRow, ...]) -> Iterator[OwnField]:
    """Yield the matters, from courts and others, that were attached to the record."""
    for matter_id, source, on in unit.own_answers.matters(rows):
        text = f"told by {source} on {_day(on)}, compared with the record"
        yield OwnField(f"{HELD}/matters/{matter_id}", "Matter", text)


def _origin(record: Record, version: RecordVersion) -> Iterator[OwnField]:
    """Yield where a version comes from. Its words may name anybody."""
    head = version.head
    place = f"{ORIGIN}/{record.record_id}/version-{head.version}"
    if head.reason is None or head.amended_at is None:
        yield OwnField(place, "First recorded", f"by {named_force(head.force)}")
        return
    source = head.source.value if head.source else "not recorded"
    text = f"{_day(office_day(head.amended_at))}: {head.reason.value}, from {source}"
    yield OwnField(place, "Amended", text)
    words = "; ".join(part for part in (version.words, version.reference) if part)
    if words:
        yield OwnField(f"{place}/words", "Reason and source", words, FieldOwner.WORDS)


def _recipients(
    unit: UnitOfWork, rows: tuple[PersonRow, ...], people: tuple[PersonId, ...]
) -> Iterator[OwnField]:
    for number, told in enumerate(unit.own_answers.recipients(rows, people), 1):
        text = f"{_day(told.on)}: {told.purpose}"
        yield OwnField(f"{RECIPIENTS}/{number}", recipient_words(told.recipient), text)


def recipient_words(one: Party) -> str:
    """Return a recipient in words: a country or a force by its name."""
    if one.kind is PartyKind.STATE:
        return country_name(one.code)
    words = named_force(one.code) if one.kind is PartyKind.FORCE else str(one)
    return words[:1].upper() + words[1:]


def _consulted(unit: UnitOfWork, people: tuple[PersonId, ...]) -> Iterator[OwnField]:
    """Yield the accesses by role and force. The names of officers are not given."""
    page = consultations_in(unit, people, limit=MOST_CONSULTATIONS)
    for number, one in enumerate(page.items, 1):
        place = named_force(one.force) if one.force else "this office"
        role = _plain(one.role.value) if one.role else "operator"
        seen = f"{look_words(one.kind)}, for {_plain(one.purpose.value)}"
        text = f"{_day(one.at.date())}, {one.at:%H:%M} UTC: {seen}"
        yield OwnField(f"{CONSULTED}/{number}", f"{role.capitalize()}, {place}", text)


def text_of(item: Item) -> str:
    """Return an item of a record in words."""
    write = _WRITERS.get(item.kind)
    return str(item.value) if write is None else write(item.value)


def named_force(code: str) -> str:
    """Return the name of a force. Old records may contain a force code that is unknown here."""
    return force_name(code) if is_known_force(code) else f"force {code}"


def _plain(code: str) -> str:
    return code.replace("-", " ")


def _day(day: date | PartialDate | None) -> str:
    """Return a day in words, as the office's letters write it."""
    if day is None:
        return "an unknown day"
    return day.words if isinstance(day, PartialDate) else f"{day:%-d %B %Y}"


def _address(one: Address) -> str:
    return ", ".join(part for part in (one.line, one.town, one.postcode) if part)


def _conviction(one: Conviction) -> str:
    offences = "; ".join(map(offence_in_full, one.offences))
    sentence = "; ".join(map(sentence_in_full, one.sanctions)) or "not recorded"
    later = "; ".join(map(decision_in_full, one.decisions))
    court = one.court.name or one.court.code
    told = one.source
    parts = (
        f"{_day(one.decided_on)}, {court}: {offences}. Sentence: {sentence}.",
        f"Later: {later}." if later else "",
        f"Final on {_day(one.final_on)}." if one.final_on else "",
        f"Reference of the court: {one.reference}." if one.reference else "",
        f"ASN {one.asn}." if one.asn else "",
        _AGES.get(one.was_under_18, ""),
        "Tried by magistrates only." if one.is_summary_only else "",
        f"Reported by {_source_named(told.name) or told.kind.value}"
        f"{f' on {_day(told.stated_on)}' if told.stated_on else ''}.",
        f"Recorded on {_day(one.recorded_on)}." if one.recorded_on else "",
    )
    return " ".join(part for part in parts if part)


_AGES: dict[bool | None, str] = {True: "Under 18 at the time.", False: "18 or older at the time."}


_WRITERS: dict[ItemKind, Callable[[Any], str]] = {
    ItemKind.NAME: lambda one: one.display,
    ItemKind.SEX: lambda one: one.value,
    ItemKind.DATE_OF_BIRTH: _day,
    ItemKind.NATIONALITY: lambda one: country_name(one.country),
    ItemKind.ADDRESS: _address,
    ItemKind.PREVIOUS_NAME: lambda one: one.name.display,
    ItemKind.PARENT: lambda one: f"{one.kind.value}: {one.name.display}",
    ItemKind.DOCUMENT: lambda one: f"{one.kind.value} {one.number}, {country_name(one.country)}",
    ItemKind.ARREST_REPORT: lambda one: f"{_day(one.on)}, {named_force(one.force)}, ASN {one.asn}",
    ItemKind.OFFENCE: lambda one: f"{one.title} ({one.code}), committed {_day(one.committed_on)}",
    ItemKind.DISPOSAL: lambda one: " ".join(
        part for part in (f"{_day(one.on)}:", one.disposal_type.value, str(one.sentence)) if part
    ),
    ItemKind.CONVICTION: _conviction,
}
