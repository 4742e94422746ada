"""References given by clients, and the lookup of captures with their people."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import Select, func, select

from domain import ids
from service.storage.engine.rows import Among
from service.storage.people.gallery_feed import HELD, WANTED, HeldTemplates, held_of
from service.storage.people.people import HeldPerson, is_erased
from service.storage.people.templates_in_force import AT, NOW
from service.storage.tables.people import (
    encounters,
    live_records,
    payloads,
    persons,
    record_amendments,
    records,
)
from service.storage.tables.searches import client_references
from service.storage.transaction import TransactionPart


class References(TransactionPart):
    """References.

    A search, batch or capture has at most one; several may have the same reference.
    """

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
