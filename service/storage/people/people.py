"""Persons and their records."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, insert, select, update

from domain.errors import ConflictError, NotFoundError, StaleRequestError
from domain.ids import PersonId, PersonRow, RecordId
from domain.people.amendments import ItemChange, VersionHead, changes_between
from domain.people.items import Content, Items, numbered_items
from domain.people.people import Details, Record
from matching.prepared import PreparedDetails
from service.storage.engine.rows import Among, rows_where
from service.storage.people import record_bodies
from service.storage.people.erasure import (
    claimed_person,
    erase_person,
    hide_again,
    left_of_erased,
)
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.disclosure import gone_persons
from service.storage.tables.people import (
    live_records,
    payloads,
    person_erasures,
    persons,
    record_amendments,
    records,
)
from service.storage.transaction import Transaction, TransactionPart


@dataclass(frozen=True, slots=True)
class HeldPerson:
    """A person with what a search needs: the id, and the details of the live record."""

    person_id: PersonId
    record_id: RecordId | None = None
    """None for a person without a record, as are the next two fields."""
    record_version: int | None = None
    details: PreparedDetails | Details | None = None
    """As `read_compared` returns them."""
    amended_to: int | None = field(default=None, compare=False)
    """The `log_size` of the newest amendment of any record when this person was read."""


class People(TransactionPart):
    """Persons are rows without content. Records are versions, superseded, never overwritten."""

    def add_person(self, person_id: PersonId) -> PersonRow:
        """Store a new person and return the row number that the gallery uses."""
        row = self._transaction.numbers.one(persons.c.person_row)
        self._connection.execute(_NEW_PERSON, {"person_row": row, "person_id": person_id})
        self._transaction.held[person_id] = row
        return PersonRow(row)

    def person_row(self, person_id: PersonId) -> PersonRow | None:
        """Return the row of a person, or None if unknown or erased."""
        row = self._cell(_KNOWN_PERSON, person_id=person_id)
        return None if row is None else PersonRow(row)

    def locked(self, person_id: PersonId) -> PersonRow:
        """Return the row of a person, locked against erasure until this transaction ends.

        Raises NotFoundError when the person is unknown or erased.
        """
        return locked_person(self._transaction, person_id)

    def claim(self, people: Collection[PersonId]) -> None:
        """Lock these people: until this transaction ends, others wait to change or merge them."""
        for person_id in sorted(people):
            claimed_person(self._transaction, person_id)

    def person_ids(self, rows: Collection[PersonRow]) -> Mapping[PersonRow, PersonId]:
        """Return the ids of these rows in one query, leaving out erased people."""
        found = self._connection.execute(_KNOWN_PERSONS, {"rows": sorted(set(rows))})
        return {PersonRow(row): PersonId(person_id) for row, person_id in found}

    def put_record(self, record: Record) -> int:
        """Store a record and return its version, from 1; the earlier live version is superseded.

        Raises NotFoundError for an unknown or erased person, ConflictError when the person has
        another record or the record belongs to another person.
        """
        content = Content(record.details, record.arrest_reports, record.convictions)
        items = numbered_items(content.details, convictions=content.convictions)
        stored = store_version(
            self._transaction,
            record,
            record_bodies.record_body(content),
            changes_between(Items((), ()), items),
        )
        return stored.version

    def record(self, record_id: RecordId) -> Record | None:
        """Return the live version of a record, or None."""
        found = self._read(_LIVE.where(live_records.c.record_id == record_id))
        return next(iter(found.values()), None)

    def records_of(self, rows: Collection[PersonRow]) -> Mapping[PersonRow, Record]:
        """Return the live records of these people in one query, without people who have none."""
        return self._read(_LIVE_OF, rows=sorted(set(rows)))

    def held(self, rows: Collection[PersonRow]) -> Mapping[PersonRow, HeldPerson]:
        """Return these people with their live details in one query, leaving out erased people.

        Only the details that evidence compares are included. Arrest reports are never read.
        """
        found = self._connection.execute(_HELD, {"rows": sorted(set(rows))}).all()
        there = [row for row in found if row.body is not None]
        bodies = self._transaction.payloads.open_rows(PayloadKind.RECORD, there)
        details = map(record_bodies.read_compared, bodies)
        details_of = dict(zip((row.person_row for row in there), details, strict=True))
        return {
            # Without its payload, nothing is known of a record.
            PersonRow(row.person_row): HeldPerson(
                PersonId(row.person_id),
                None if row.body is None else RecordId(row.record_id),
                None if row.body is None else row.version,
                details_of.get(row.person_row),
                row.amended_to,
            )
            for row in found
        }

    def details_of(self, rows: Collection[PersonRow]) -> Mapping[PersonRow, Details]:
        """Return the live details of these people that evidence compares, in one query."""
        return self._details(_LIVE_OF, rows=sorted(set(rows)))

    def details_after(self, person_row: PersonRow, limit: int) -> Mapping[PersonRow, Details]:
        """Return the live details of up to `limit` people after a row, in the order of their rows.

        Only the details that evidence compares are included. Arrest reports are not parsed,
        because reading the details of everybody must be fast.
        """
        query = (
            _LIVE.where(live_records.c.person_row > person_row)
            .order_by(live_records.c.person_row)
            .limit(limit)
        )
        return self._details(query)

    def record_version(self, record_id: RecordId, version: int) -> Record | None:
        """Return one version of a record, live or superseded, or None when unknown or erased."""
        query = _VERSIONS.where(records.c.record_id == record_id, records.c.version == version)
        return next(iter(self._read(query).values()), None)

    def erase_person(self, person_id: PersonId) -> int:
        """Delete every payload about the person and queue the erasure of all their encounters.

        Returns the number of erased payloads. The rows remain without content. Does nothing for an
        unknown person.
        """
        return erase_person(self._transaction, person_id)

    def finish_erasure(self, person_id: PersonId) -> int:
        """Delete what is left of an erased person, and return the number of deleted payloads."""
        return self._transaction.payloads.delete(left_of_erased(self._transaction, person_id))

    def is_left(self, person_id: PersonId) -> bool:
        """Whether anything is left of an erased person."""
        return bool(left_of_erased(self._transaction, person_id))

    def hide_again(self) -> None:
        """Withhold payloads about hidden people that are not yet withheld."""
        hide_again(self._transaction)

    def erased_after(self, row: int, limit: int) -> tuple[tuple[PersonRow, PersonId], ...]:
        """Return erased people in the order of their rows, starting after `row`."""
        query = (
            select(persons.c.person_row, persons.c.person_id)
            .join(person_erasures)
            .where(persons.c.person_row > row)
            .order_by(persons.c.person_row)
            .limit(limit)
        )
        return tuple((PersonRow(at), PersonId(one)) for at, one in self._connection.execute(query))

    def count(self) -> int:
        """Return the number of people who are not erased."""
        return int(self._cell(_ALL_PEOPLE) - self._cell(_ALL_GONE))

    def _details(self, query: Select[Any], **values: Any) -> dict[PersonRow, Details]:
        found = self._rows(query, **values)
        bodies = self._transaction.payloads.open_rows(PayloadKind.RECORD, found)
        return {
            PersonRow(row.person_row): record_bodies.read_details(
                body, record_bodies.compared_from
            )
            for row, body in zip(found, bodies, strict=True)
        }

    def _read(self, query: Select[Any], **values: Any) -> dict[PersonRow, Record]:
        found = self._rows(query, **values)
        bodies = self._transaction.payloads.open_rows(PayloadKind.RECORD, found)
        return {
            PersonRow(row.person_row): record_bodies.record_of(row, body)
            for row, body in zip(found, bodies, strict=True)
        }


class StoredVersion(NamedTuple):
    """The row and version number of a stored version of a record."""

    record_row: int
    version: int


def store_version(
    transaction: Transaction, of: Record | VersionHead, body: bytes, changes: Iterable[ItemChange]
) -> StoredVersion:
    """Store a version of a record and the convictions it changes.

    Raises the errors of `People.put_record`.
    """
    record_id, person_row = of.record_id, locked_person(transaction, of.person_id)
    live = transaction.connection.execute(
        _LIVE_VERSIONS, {"record_id": record_id, "person_row": person_row}
    ).all()
    if any(found[:2] != (record_id, person_row) for found in live):
        raise ConflictError("The person and the record do not belong together: check both ids.")
    stored = StoredVersion(
        transaction.numbers.one(records.c.record_row), live[0].version + 1 if live else 1
    )
    values = {
        "record_row": stored.record_row,
        "record_id": record_id,
        "version": stored.version,
        "person_row": person_row,
        "force": of.force,
        "payload_id": transaction.payloads.put(PayloadKind.RECORD, body),
    }
    transaction.payloads.bind(records, [values])
    transaction.connection.execute(_NEW_RECORD, values)
    transaction.records.append(person_row)
    if live:
        moved = update(live_records).where(live_records.c.record_id == record_id)
        transaction.connection.execute(moved.values(record_row=stored.record_row))
    else:
        named = ("record_id", "person_row", "record_row")
        transaction.connection.execute(_NEW_LIVE_RECORD, {name: values[name] for name in named})
    record_bodies.note_changes(
        transaction.connection,
        stored.record_row,
        record_id,
        version=stored.version,
        changes=changes,
    )
    return stored


def is_erased(person_row: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that the person of this row is erased, or hidden."""
    return exists().where(gone_persons.c.person_row == person_row)


# Built once, because building a statement costs as much as running it.
_NEW_PERSON = insert(persons).inline()
_ALL_PEOPLE = select(func.count()).select_from(persons)
_ALL_GONE = select(func.count()).select_from(gone_persons)
_NEW_RECORD = insert(records).inline()
_NEW_LIVE_RECORD = insert(live_records).inline()
_KNOWN_PERSON = select(persons.c.person_row).where(
    persons.c.person_id == bindparam("person_id"), ~is_erased(persons.c.person_row)
)
_KNOWN_PERSONS = select(persons.c.person_row, persons.c.person_id).where(
    Among(persons.c.person_row, "rows"), ~is_erased(persons.c.person_row)
)
_LOCKED_PERSON = rows_where(
    persons.c.person_row, person_id=bindparam("person_id")
).with_for_update(read=True, key_share=True)
_ERASURE = rows_where(gone_persons.c.person_row, person_row=bindparam("person_row"))
_LIVE_VERSIONS = (
    select(live_records.c.record_id, live_records.c.person_row, records.c.version)
    .join(records, records.c.record_row == live_records.c.record_row)
    .where(
        (live_records.c.record_id == bindparam("record_id"))
        | (live_records.c.person_row == bindparam("person_row"))
    )
    .with_for_update(of=live_records)
)
_VERSIONS = (
    select(
        records.c.record_id,
        records.c.person_row,
        persons.c.person_id,
        records.c.force,
        records.c.payload_id,
        payloads.c.body,
    )
    .join(persons, persons.c.person_row == records.c.person_row)
    .join(payloads, payloads.c.payload_id == records.c.payload_id)
)
_LIVE = _VERSIONS.join(live_records, live_records.c.record_row == records.c.record_row)
_LIVE_OF = _LIVE.where(Among(live_records.c.person_row, "rows"))
_HELD = (
    select(
        persons.c.person_row,
        persons.c.person_id,
        records.c.record_id,
        records.c.version,
        records.c.payload_id,
        payloads.c.body,
        # In the same statement, so that finding the amendments seen takes no extra round trip.
        select(func.max(record_amendments.c.log_size)).scalar_subquery().label("amended_to"),
    )
    .outerjoin(live_records, live_records.c.person_row == persons.c.person_row)
    .outerjoin(records, records.c.record_row == live_records.c.record_row)
    .outerjoin(payloads, payloads.c.payload_id == records.c.payload_id)
    .where(Among(persons.c.person_row, "rows"), ~is_erased(persons.c.person_row))
)


def locked_person(transaction: Transaction, person_id: PersonId) -> PersonRow:
    """Return the row of a person, locked against erasure until this transaction ends.

    Raises NotFoundError when the person is unknown or erased.
    """
    held = transaction.held.get(person_id)
    if held is not None:
        return PersonRow(held)
    row = transaction.connection.execute(_LOCKED_PERSON, {"person_id": person_id}).scalar()
    # Queried after the lock is held, so that an earlier erasure has committed and is seen.
    if row is None or transaction.connection.execute(_ERASURE, {"person_row": row}).first():
        raise NotFoundError
    transaction.held[person_id] = row
    return PersonRow(row)


def person_of_request(transaction: Transaction, person_id: PersonId | None) -> PersonRow | None:
    """Return the row of a request's person, locked as by `locked_person`; None for nobody.

    Raises StaleRequestError if the person was erased or restricted since the request was read: the
    request is there, so its caller must not be told that it is not.
    """
    try:
        return None if person_id is None else locked_person(transaction, person_id)
    except NotFoundError:
        raise StaleRequestError(
            "The request has changed: reload it, then take the step again."
        ) from None
