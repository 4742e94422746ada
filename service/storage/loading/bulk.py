"""Bulk storage for the loader: batches of people, records and captures, one commit for each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from domain.arrays import Int16s, Int64s, UInt8s
from domain.errors import ConflictError, InvalidInputError, InvalidTemplateError, NotFoundError
from domain.events.catalogue import NewEvent, restated
from domain.events.people import Enrolled
from domain.events.rows import ROW_DIGEST
from domain.ids import EncounterId, ForceCode, PersonId
from domain.people.items import Content
from domain.people.people import Record
from domain.prints.captures import CaptureColumns, check_column
from indexing.codes.batches import Gallery
from prints.vectors.blobs import Capture
from prints.vectors.codec import VectorCodec
from service.provenance.vault.vault import Vault
from service.storage.engine.engines import commit
from service.storage.engine.rows import rows_where
from service.storage.engine.writes import NewRows, insert_many
from service.storage.log.events import Events
from service.storage.log.head import locked_change_seq, number
from service.storage.people import enrolments
from service.storage.people.record_bodies import COLUMNS, first_rows, record_body
from service.storage.sealed.payloads import PayloadKind
from service.storage.statement.loaded import chunk_digest, load_ref, pairs_digest, rows_said
from service.storage.tables import people as tables
from service.storage.tables.log import loads
from service.storage.transaction import Transaction, transaction_on

UNIT_TOLERANCE = 2e-3
"""How far the length of a unit vector may differ from 1; float16 changes it by up to 1e-3."""


@dataclass(frozen=True, slots=True, eq=False)
class EnrolmentBatch:
    """New people with their records and n tenprints.

    Raises InvalidInputError for a wrong shape, dtype or code, or a capture of a person outside the
    batch. Raises InvalidTemplateError when the vector of a present finger is not finite or does
    not have unit length.
    """

    person_ids: Sequence[PersonId]
    records: Sequence[Record]
    """Records of people in this batch; at most one for each person."""
    encounter_ids: Sequence[EncounterId]
    person_indices: Int64s
    """int64 (n,): the person of each capture, an index into `person_ids`."""
    forces: Sequence[ForceCode]
    """n force codes: the force that took each capture."""
    captured_at: Sequence[datetime]
    """n times, timezone-aware."""
    captures: CaptureColumns
    """n tenprints; vectors of missing fingers are not read."""
    galleries: UInt8s
    """uint8 (n,): tenprints or staff, as in `indexing.codes.batches.Gallery`."""
    years_of_birth: Int16s
    """int16 (n,): the year of birth, 0 when unknown."""

    def __post_init__(self) -> None:
        n = len(self.encounter_ids)
        if not n == len(self.forces) == len(self.captured_at) == len(self.captures):
            raise InvalidInputError(
                "Give one police force, one date and time, and one tenprint for each capture."
            )
        if self.captures.are_marks:
            raise InvalidInputError("The batch contains a mark: send tenprints only.")
        check_column("person_indices", self.person_indices, (n,), np.int64)
        check_column("galleries", self.galleries, (n,), np.uint8)
        check_column("years_of_birth", self.years_of_birth, (n,), np.int16)
        if n and not 0 <= self.person_indices.min() <= self.person_indices.max() < len(
            self.person_ids
        ):
            raise InvalidInputError(
                "A capture has the number of a person who is not in its batch: correct it."
            )
        if not np.isin(self.galleries, (Gallery.TENPRINTS, Gallery.STAFF)).all():
            raise InvalidInputError(
                "The gallery of the batch holds no tenprints: use the tenprint or the "
                "staff gallery."
            )
        _check_lengths(self.captures)


def _check_lengths(captures: CaptureColumns) -> None:
    """Refuse vectors that no index accepts; one of them would block the feed for ever."""
    wide = captures.vectors.astype(np.float32, copy=False)
    lengths = np.sqrt(np.einsum("nfd,nfd->nf", wide, wide))[captures.presence]
    # NaN fails every comparison, so it is refused as well.
    if not np.all(np.abs(lengths - 1.0) <= UNIT_TOLERANCE):
        raise InvalidTemplateError(
            "A template has a value that is not finite, or does not have unit length: compute it "
            "again and normalise it."
        )


@dataclass(frozen=True, slots=True)
class LoadedChunk:
    """One chunk of a source; a chunk is loaded exactly once."""

    source_digest: str
    """SHA-256 of the source's manifest, hexadecimal."""
    chunk: int


_LOADED = ", ".join(
    table.name
    for table in (
        tables.persons,
        tables.records,
        tables.live_records,
        tables.record_changes,
        tables.encounters,
        tables.gallery_changes,
        tables.payloads,
    )
)
# A table that is already being vacuumed is skipped.
_TAKE_STOCK = f"VACUUM (FREEZE, ANALYZE, SKIP_LOCKED) {_LOADED}"


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

        No stored content changes. Takes about twenty seconds for a million people; does nothing on
        SQLite.
        """
        with self._write() as connection:
            if connection.dialect.name == "sqlite":
                return
            # No transaction has begun on the connection, because VACUUM cannot run in one.
            driver: Any = connection.connection.driver_connection
            driver.execute("SET statement_timeout = 0")
            try:
                driver.execute(_TAKE_STOCK)
            finally:
                driver.execute("RESET statement_timeout")


def _is_done(connection: Connection, chunk: LoadedChunk) -> bool:
    query = rows_where(loads.c.done_seq, source_digest=chunk.source_digest, chunk=chunk.chunk)
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
