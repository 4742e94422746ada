"""Persons and the criminal records held on them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from domain.ids import PersonId, PersonRow, RecordId
from domain.people import Details, Record


@dataclass(frozen=True, slots=True)
class HeldPerson:
    """What a search has to know of a person: who it is, and the details of the live record."""

    person_id: PersonId
    record_id: RecordId | None = None
    """None, as the two below, for somebody without a record."""
    record_version: int | None = None
    details: Details | None = None


class PeopleRepository(Protocol):
    """Persons are rows without content; records are versions, superseded and never overwritten."""

    def add_person(self, person_id: PersonId) -> PersonRow:
        """Store a new person and return the row under which the gallery knows it."""

    def person_row(self, person_id: PersonId) -> PersonRow | None:
        """Return the row of a person who is known and not erased."""

    def person_ids(self, rows: Collection[PersonRow]) -> Mapping[PersonRow, PersonId]:
        """Return the ids of these rows, erased ones left out, in one query."""

    def put_record(self, record: Record) -> int:
        """Store a record and return its version, from 1; the live version is superseded."""

    def record(self, record_id: RecordId) -> Record | None:
        """Return the live version."""

    def records_of(self, rows: Collection[PersonRow]) -> Mapping[PersonRow, Record]:
        """Return the live records of these persons in one query; not all have one."""

    def held(self, rows: Collection[PersonRow]) -> Mapping[PersonRow, HeldPerson]:
        """Return these persons with their live details in one query, erased ones left out."""

    def details_after(self, person_row: PersonRow, limit: int) -> Mapping[PersonRow, Details]:
        """Return what the live records of up to `limit` people after a row say of them."""

    def record_version(self, record_id: RecordId, version: int) -> Record | None:
        """Return one version of a record, live or superseded; None when unknown or erased."""

    def erase_person(self, person_id: PersonId) -> int:
        """Delete every payload of the person and queue the erasure of all their encounters.

        Returns how many payloads went. The rows stay as tombstones. Does nothing for a person who
        is not there.
        """

    def count(self) -> int:
        """Return how many persons are not erased."""
