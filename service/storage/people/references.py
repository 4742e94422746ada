"""References given by clients, numbers issued for people, and the lookup of captures."""

from collections.abc import Collection, Mapping
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import Select, func, literal, select, union_all

from domain import ids
from domain.ids import PersonId
from domain.people.identifiers import ASN, IssuedNumber, NumberKind, NumberSeries, missing_below
from service.storage.engine.rows import Among, AnyRow
from service.storage.people.gallery_feed import AT, HELD, NOW, WANTED, HeldTemplates, held_of
from service.storage.people.people import HeldPerson, is_erased, locked_person
from service.storage.tables.disclosure import gone_persons
from service.storage.tables.links import merged_persons
from service.storage.tables.people import (
    encounters,
    issued_numbers,
    live_records,
    payloads,
    person_erasures,
    persons,
    record_amendments,
    records,
)
from service.storage.tables.requests import asns
from service.storage.tables.searches import client_references
from service.storage.transaction import ANY_KEY, TransactionPart


class References(TransactionPart):
    """References: a search, batch or capture has at most one; several may have the same."""

    def add(
        self,
        owner: ids.SearchId | ids.EncounterId | ids.BatchId,
        force: ids.ForceCode,
        reference: str,
        *,
        keyed_digest: str,
    ) -> None:
        """Store the reference of a search, a batch or a capture."""
        self._add(
            client_references,
            owner_id=owner,
            force=force,
            keyed_digest=keyed_digest,
            payload_id=self._put_words(reference),
        )

    def of(self, owners: Collection[str]) -> Mapping[str, str]:
        """Return the references of these owners, leaving out erased references."""
        rows = self._connection.execute(_OF, {"owners": sorted(set(owners))}).all()
        words = self._words(rows)
        return {row.owner_id: text for row, text in zip(rows, words, strict=True) if text}

    def of_people(self, people: Collection[str]) -> Mapping[tuple[str, str], str]:
        """Return the newest reference that each force gave to a capture of these people.

        The key is (person, force); erased references are left out.
        """
        rows = self._rows(_OF_PEOPLE, people=sorted(set(people)))
        words = self._words(rows)
        return {(row.person_id, row.force): w for row, w in zip(rows, words, strict=True) if w}


_OF_PEOPLE = (
    select(persons.c.person_id, client_references.c.force, client_references.c.payload_id)
    .join(encounters, encounters.c.person_row == persons.c.person_row)
    .join(client_references, client_references.c.owner_id == encounters.c.encounter_id)
    .where(Among(persons.c.person_id, "people"))
    .order_by(client_references.c.reference_row)
)
_OF = select(client_references.c.owner_id, client_references.c.payload_id).where(
    Among(client_references.c.owner_id, "owners")
)


def owners_under(force: ids.ForceCode, keyed_digest: str) -> Select[tuple[str]]:
    """Return the query for the owners with this reference in a force, unless it is erased."""
    return (
        select(client_references.c.owner_id)
        .join(payloads, payloads.c.payload_id == client_references.c.payload_id)
        .where(
            client_references.c.force == force,
            client_references.c.keyed_digest == keyed_digest,
        )
    )


class Found(NamedTuple):
    """Captures and their people, without erased captures and people."""

    held: HeldTemplates
    persons: Mapping[ids.PersonRow, HeldPerson]
    """The people without their details; `People.held` reads those."""


class FoundCaptures(TransactionPart):
    """The captures and people that a search with prints loads."""

    def of(self, rows: Collection[ids.EncounterRow]) -> Found:
        """Return these captures with the templates in force, and their people."""
        wanted = {WANTED: sorted(set(rows)), AT: NOW}
        found = self._connection.execute(_FOUND, wanted).all()
        people = {}
        for row in found:
            # Without its payload, nothing is known of a record.
            is_known = row.record_payload is not None
            people[ids.PersonRow(row.person_row)] = HeldPerson(
                ids.PersonId(row.person_id),
                ids.RecordId(row.record_id) if is_known else None,
                row.version if is_known else None,
                amended_to=row.amended_to,
            )
        return Found(held_of(self._transaction, found), people)


# Built once, because building a statement costs as much as running it.
_record_payloads = payloads.alias("record_payloads")
_FOUND = (
    HELD.add_columns(
        persons.c.person_id,
        records.c.record_id,
        records.c.version,
        _record_payloads.c.payload_id.label("record_payload"),
        # In the same statement, so that finding the amendments seen takes no extra round trip.
        select(func.max(record_amendments.c.log_size)).scalar_subquery().label("amended_to"),
    )
    .join(persons, persons.c.person_row == encounters.c.person_row)
    .outerjoin(live_records, live_records.c.person_row == persons.c.person_row)
    .outerjoin(records, records.c.record_row == live_records.c.record_row)
    .outerjoin(_record_payloads, _record_payloads.c.payload_id == records.c.payload_id)
    .where(Among(encounters.c.encounter_row, WANTED), ~is_erased(persons.c.person_row))
)


class IssuedNumbers(TransactionPart):
    """Issued numbers. Each is written once and never released, even when its person is erased."""

    def next_serial(self, kind: NumberKind, year: int) -> int:
        """Return the next serial in a year, starting from 1."""
        of_year = (issued_numbers.c.kind == kind.value, issued_numbers.c.year == year)
        return self._next(issued_numbers.c.serial, *of_year)

    def issue(self, number: IssuedNumber) -> bool:
        """Store a number. Returns False if its serial, or one for the person, is taken.

        Raises NotFoundError when the person is erased or hidden.
        """
        row = locked_person(self._transaction, number.person_id)
        return self._add_new(issued_numbers, number, unless_taken=ANY_KEY, person_row=row)

    def held(self, people: Collection[PersonId], kind: NumberKind) -> bool:
        """Whether any of these persons, who are one human being, has a number of this kind."""
        query = (
            select(issued_numbers.c.number_id)
            .join(persons, persons.c.person_row == issued_numbers.c.person_row)
            .where(Among(persons.c.person_id, "people"), issued_numbers.c.kind == kind.value)
        )
        return self._has(query, people=sorted(people))

    def series(self) -> tuple[NumberSeries, ...]:
        """Return the numbers issued, by kind and year."""
        number = issued_numbers.c
        of_people = select(
            *(number.kind, number.year, number.serial),
            person_erasures.c.person_row.is_not(None).label("is_erased"),
            number.person_row.in_(select(gone_persons.c.person_row)).label("is_gone"),
            number.person_row.in_(select(merged_persons.c.absorbed_row)).label("is_merged"),
        ).outerjoin(person_erasures, person_erasures.c.person_row == number.person_row)
        no = literal(value=False)
        of_events = select(literal(ASN), asns.c.year, asns.c.sequence, no, no, no)
        query = union_all(of_people, of_events).order_by("kind", "year", "serial")
        by_series = groupby(self._rows(query), attrgetter("kind", "year"))
        return tuple(_series(kind, year, list(rows)) for (kind, year), rows in by_series)


def _series(kind: str, year: int, rows: list[AnyRow]) -> NumberSeries:
    erased = sum(row.is_erased for row in rows)
    return NumberSeries(
        *(kind, year, len(rows), rows[-1].serial),
        missing_below(row.serial for row in rows),
        of_erased=erased,
        of_hidden=sum(row.is_gone for row in rows) - erased,
        of_merged=sum(row.is_merged for row in rows),
    )
