"""The captures that a look-up found, with their people and templates: one query for both."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import func, select

from domain.ids import EncounterRow, PersonId, PersonRow, RecordId
from service.storage.engine.membership import Among
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
from service.storage.transaction import TransactionPart


class Found(NamedTuple):
    """Captures and their people, those erased left out."""

    held: HeldTemplates
    persons: Mapping[PersonRow, HeldPerson]
    """Without details, which `People.held` reads."""


class FoundCaptures(TransactionPart):
    """What print-led searches load."""

    def of(self, rows: Collection[EncounterRow]) -> Found:
        """Return these captures, with templates as they are in force, and their people."""
        wanted = {WANTED: sorted(set(rows)), AT: NOW}
        found = self._rows(_FOUND, **wanted)
        people = {}
        for row in found:
            # Of a record nothing is known once its payload is gone.
            is_known = row.record_payload is not None
            people[PersonRow(row.person_row)] = HeldPerson(
                PersonId(row.person_id),
                RecordId(row.record_id) if is_known else None,
                row.version if is_known else None,
                amended_to=row.amended_to,
            )
        return Found(held_of(self._transaction, found), people)


# Built once: putting a statement together costs as much as running it.
_record_payloads = payloads.alias("record_payloads")
_FOUND = (
    HELD.add_columns(
        persons.c.person_id,
        records.c.record_id,
        records.c.version,
        _record_payloads.c.payload_id.label("record_payload"),
        # In the same statement: which amendments a search has seen costs no trip of its own.
        select(func.max(record_amendments.c.log_size)).scalar_subquery().label("amended_to"),
    )
    .join(persons, persons.c.person_row == encounters.c.person_row)
    .outerjoin(live_records, live_records.c.person_row == persons.c.person_row)
    .outerjoin(records, records.c.record_row == live_records.c.record_row)
    .outerjoin(_record_payloads, _record_payloads.c.payload_id == records.c.payload_id)
    .where(Among(encounters.c.encounter_row, WANTED), ~is_erased(persons.c.person_row))
)
