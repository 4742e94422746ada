"""Bulk storage for the loader: thousands of people, records and captures with one commit."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from domain.errors import ConflictError, NotFoundError
from domain.events.catalogue import NewEvent, restated
from domain.events.people import Enrolled
from domain.events.rows import ROW_DIGEST
from domain.ids import PersonId
from domain.people.items import Content
from prints.vectors.blobs import Capture
from prints.vectors.codec import VectorCodec
from service.provenance.vault.vault import Vault
from service.storage.engine.engines import commit
from service.storage.engine.writes import NewRows, insert_many
from service.storage.loading.batch import EnrolmentBatch, LoadedChunk, take_stock
from service.storage.log.events import Events
from service.storage.log.head import locked_change_seq, number
from service.storage.people import enrolments
from service.storage.people.record_bodies import COLUMNS, first_rows, record_body
from service.storage.sealed.payloads import PayloadKind
from service.storage.statement.loaded import chunk_digest, load_ref, pairs_digest, rows_said
from service.storage.tables import people as tables
from service.storage.tables.log import loads
from service.storage.transaction import Transaction, transaction_on


class BulkWriter:
    """A bulk writer on a database. Thread-safe: each call has its own transaction."""

    def __init__(
        self,
        read: Callable[[], Connection],
        write: Callable[[], Connection],
        codec: VectorCodec,
        vault: Vault | None,
    ) -> None:
        self._read = read
        self._write = write
        self._codec = codec
        self._vault = vault

    def done_chunks(self, source_digest: str) -> frozenset[int]:
        """Return the chunks of a source that are already loaded."""
        with self._read() as connection:
            query = select(loads.c.chunk).where(loads.c.source_digest == source_digest)
            return frozenset(connection.execute(query).scalars())

    def add_many(self, batch: EnrolmentBatch, event: NewEvent, *, chunk: LoadedChunk) -> bool:
        """Store a batch with its event and its marker, and commit.

        Returns False and changes nothing when this chunk is already loaded. Raises ConflictError
        when a person, record or encounter of the batch is already stored, and NotFoundError for a
        record whose person is not in the batch.
        """
        with self._write() as connection:
            if _is_done(connection, chunk):
                return False
            transaction = transaction_on(connection, self._codec, self._vault)
            try:
                _finish(transaction, event, _store(transaction, batch), chunk)
                transaction.committing()
            except IntegrityError as error:
                raise ConflictError(
                    "Part of this batch is already stored: leave that part out."
                ) from error
            commit(connection)
        return True

    def take_stock(self) -> None:
        """Vacuum the loaded tables and update their statistics now, not at some later time.

        No stored content changes. Takes about twenty seconds for a million people.
        """
        with self._write() as connection:
            take_stock(connection)


def _is_done(connection: Connection, chunk: LoadedChunk) -> bool:
    query = select(loads.c.done_seq).where(
        loads.c.source_digest == chunk.source_digest, loads.c.chunk == chunk.chunk
    )
    return connection.execute(query).first() is not None


def _finish(transaction: Transaction, event: NewEvent, told: Enrolled, chunk: LoadedChunk) -> None:
    """Number the work and store the chunk's marker; the marker and the event refer to each other.

    Rows are read for their digest before numbers are assigned, because once numbers are assigned
    all other writers wait.
    """
    rows = [row for row, _ in transaction.changes]
    digest = chunk_digest(transaction.connection, rows, rows_said(told.record_rows))
    last_change = locked_change_seq(transaction.connection)
    first, last = last_change + 1, last_change + len(transaction.changes)
    ref = load_ref(chunk.source_digest, chunk.chunk, first_change=first, last_change=last)
    stated = restated(event, replace(told, ref=ref))
    facts = (*stated.facts, (f"{ROW_DIGEST}1", digest))
    Events(transaction).append(replace(stated, facts=facts))
    logged = number(
        transaction.connection,
        transaction.events,
        transaction.changes,
        people=transaction.records,
    )
    transaction.connection.execute(
        insert(loads).values(
            source_digest=chunk.source_digest,
            chunk=chunk.chunk,
            done_seq=logged[-1].seq,
            first_change=first,
            last_change=last,
        )
    )


def _store(transaction: Transaction, batch: EnrolmentBatch) -> Enrolled:
    """Store a batch and return the facts of its event, except the reference to the chunk."""
    row_of = _add_persons(transaction, batch.person_ids)
    record_rows = _add_records(transaction, batch, row_of)
    _add_encounters(transaction, batch, list(row_of.values()))
    people = [batch.person_ids[at] for at in batch.person_indices.tolist()]
    told = Enrolled(
        ref="",
        persons=len(batch.person_ids),
        encounters=len(batch.encounter_ids),
        captures=pairs_digest(zip(batch.encounter_ids, people, strict=True)),
    )
    if not record_rows:
        return told
    return replace(
        told,
        records=pairs_digest((r.record_id, r.person_id) for r in batch.records),
        record_rows=f"{record_rows[0]}-{record_rows[-1]}",
    )


def _add_persons(transaction: Transaction, person_ids: Sequence[PersonId]) -> dict[PersonId, int]:
    rows = transaction.numbers.take(tables.persons.c.person_row, len(person_ids))
    insert_many(
        transaction.connection,
        tables.persons,
        enrolments.PERSON_COLUMNS,
        list(zip(rows, person_ids, strict=True)),
    )
    return dict(zip(person_ids, rows, strict=True))


def _add_records(
    transaction: Transaction, batch: EnrolmentBatch, row_of: dict[PersonId, int]
) -> Sequence[int]:
    """Store the records of a batch and return their rows, in order."""
    if any(record.person_id not in row_of for record in batch.records):
        raise NotFoundError(
            "A record has the number of a person who is not in its batch: correct it."
        )
    bodies = [
        record_body(Content(record.details, record.arrest_reports, record.convictions))
        for record in batch.records
    ]
    payload_ids = transaction.payloads.put_many(PayloadKind.RECORD, bodies)
    record_rows = transaction.numbers.take(tables.records.c.record_row, len(bodies))
    people = [row_of[record.person_id] for record in batch.records]
    record_ids = [record.record_id for record in batch.records]
    versions = [
        (record_row, record.record_id, 1, person_row, record.force, payload_id)
        for record, record_row, person_row, payload_id in zip(
            batch.records, record_rows, people, payload_ids, strict=True
        )
    ]
    transaction.store(NewRows(tables.records, enrolments.RECORD_COLUMNS, versions))
    insert_many(
        transaction.connection,
        tables.live_records,
        enrolments.LIVE_COLUMNS,
        list(zip(record_ids, people, record_rows, strict=True)),
    )
    transaction.records.extend(people)
    convictions = [
        row
        for record, record_row in zip(batch.records, record_rows, strict=True)
        for row in first_rows(record_row, record.record_id, record.convictions)
    ]
    insert_many(transaction.connection, tables.conviction_versions, COLUMNS, convictions)
    return record_rows


def _add_encounters(
    transaction: Transaction, batch: EnrolmentBatch, person_rows: Sequence[int]
) -> None:
    taken = [
        Capture(at, year)
        for at, year in zip(batch.captured_at, batch.years_of_birth.tolist(), strict=True)
    ]
    blobs = transaction.codec.encode_tenprints(batch.captures, taken)
    payload_ids = transaction.payloads.put_many(PayloadKind.TEMPLATES, blobs)
    rows = transaction.numbers.take(tables.encounters.c.encounter_row, len(blobs))
    people = [person_rows[index] for index in batch.person_indices.tolist()]
    galleries = batch.galleries.tolist()
    columns = (rows, batch.encounter_ids, people, batch.forces, galleries, payload_ids)
    captures = list(zip(*columns, strict=True))
    transaction.store(NewRows(tables.encounters, enrolments.ENCOUNTER_COLUMNS, captures))
    transaction.changes.extend((row, tables.ENROLLED) for row in rows)
