"""Chunks that were loaded in bulk: one event covers thousands of rows and states their digest."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, select

from domain.events.people import Enrolled
from domain.events.rows import CAPTURE_PARTS, ROW_DIGEST
from service.provenance.bundle.state_rows import StateRow, state_row
from service.storage.engine.rows import Among, AnyRow, row_text
from service.storage.statement.commitments import digest_of_texts
from service.storage.statement.reading import rows_of
from service.storage.tables.log import events
from service.storage.tables.metadata import METADATA
from service.storage.tables.people import (
    conviction_versions,
    encounters,
    gallery_changes,
    persons,
    records,
)

_CAPTURES_SAID = b'"captures":"'
_RECORD_ROWS_SAID = re.compile(rb'"record_rows":"(\d+)-(\d+)"')


def load_ref(source_digest: str, chunk: int, *, first_change: int, last_change: int) -> str:
    """Return the reference of a loaded chunk in its event: the chunk and its gallery changes."""
    return f"{source_digest}:{chunk}:{first_change}-{last_change}"


def pairs_digest(pairs: Iterable[tuple[str, str]]) -> str:
    """Return the SHA-256, hexadecimal, of pairs of a capture or record and its person."""
    digest = hashlib.sha256()
    for ref, person_id in pairs:
        digest.update(f"{ref} {person_id}\n".encode())
    return digest.hexdigest()


class CoveredRows:
    """The captures, people and records that the digests of loaded chunks cover, by row number.

    Each takes only one byte, because there are millions.
    """

    def __init__(self) -> None:
        self._flags = {name: bytearray() for name in ("encounters", "persons", "records")}

    def add(self, table: str, numbers: Sequence[int]) -> None:
        """Add rows of a table."""
        flags = self._flags[table]
        flags.extend(bytes(max(0, max(numbers, default=0) + 1 - len(flags))))
        for number in numbers:
            flags[number] = 1

    def has(self, table: str, key: tuple[Any, ...]) -> bool:
        """Whether a chunk covers the row with this primary key."""
        flags = self._flags.get(table)
        return flags is not None and 0 <= key[0] < len(flags) and bool(flags[key[0]])


def chunk_digest(
    connection: Connection,
    encounter_rows: Sequence[int],
    record_rows: tuple[int, int],
    covered: CoveredRows | None = None,
) -> str:
    """Return the digest of all columns of a chunk's captures, people, records and convictions.

    `record_rows` are the first and last row numbers of the records, or (0, 0) for none. The rows
    are added to `covered`. Images and minutiae of the captures are included: a load stores none,
    so any that exist were written without the log.
    """
    captures = connection.execute(_CAPTURES, {"rows": encounter_rows}).all()
    people = {"rows": sorted({row.person_row for row in captures})}
    texts = [row_text("encounters", row) for row in captures]
    texts += [row_text("persons", row) for row in connection.execute(_PERSONS, people)]
    first, last = record_rows
    given = connection.execute(_RECORDS, {**people, "first": first, "last": last}).all()
    texts += [row_text("records", row) for row in given]
    numbers = [row.record_row for row in given]
    made = connection.execute(_CONVICTIONS, {"rows": numbers})
    texts += [row_text("conviction_versions", row) for row in made]
    ids = {"ids": [row.encounter_id for row in captures]}
    for table, query in _PARTS.items():
        texts += sorted(row_text(table, row) for row in connection.execute(query, ids))
    if covered is not None:
        covered.add("encounters", [row.encounter_row for row in captures])
        covered.add("persons", people["rows"])
        covered.add("records", numbers)
    return digest_of_texts(texts)


_PARTS = {
    part.table: select(METADATA.tables[part.table]).where(
        Among(METADATA.tables[part.table].c[part.on[0][0]], "ids")
    )
    for part in CAPTURE_PARTS
}
_CAPTURES = (
    select(encounters)
    .where(Among(encounters.c.encounter_row, "rows"))
    .order_by(encounters.c.encounter_row)
)
_PERSONS = (
    select(persons).where(Among(persons.c.person_row, "rows")).order_by(persons.c.person_row)
)
_RECORDS = (
    select(records)
    .where(
        Among(records.c.person_row, "rows"),
        records.c.record_row.between(bindparam("first"), bindparam("last")),
    )
    .order_by(records.c.record_row)
)


_CONVICTIONS = (
    select(conviction_versions)
    .where(Among(conviction_versions.c.record_row, "rows"))
    .order_by(conviction_versions.c.record_row, conviction_versions.c.item_id)
)


def rows_said(record_rows: str | None) -> tuple[int, int]:
    """Return the first and last record rows that an event states, or (0, 0) if it states none."""
    first, _, last = (record_rows or "0-0").partition("-")
    return int(first), int(last)


class LoadedRows:
    """A loaded chunk and what its event states."""

    def __init__(self, connection: Connection, load: AnyRow) -> None:
        self._connection, self._load = connection, load
        query = select(events.c.body).where(events.c.seq == load.done_seq)
        body = bytes(connection.execute(query).scalar() or b"")
        # Searched for as text, not parsed, because the body names thousands of payloads. The pass
        # over the events checks whether the body is intact.
        self._says_captures = _CAPTURES_SAID in body
        self._range = _RECORD_ROWS_SAID.search(body)

    def row(self, covered: set[int]) -> StateRow:
        """Return the facts that the event must state; add its record rows to `covered`."""
        load = self._load
        ref = load_ref(
            load.source_digest,
            load.chunk,
            first_change=load.first_change,
            last_change=load.last_change,
        )
        captures = self._captures() if self._says_captures else None
        records = None
        if self._range is not None:
            first, last = map(int, self._range.groups())
            records = self._records(first, last, covered)
        return state_row(Enrolled, ref, captures=captures, records=records)

    def digest(self, covered: CoveredRows) -> StateRow:
        """Return the digest of the chunk's rows as they are now; adds the rows to `covered`."""
        query = (
            select(gallery_changes.c.encounter_row)
            .where(self._is_of_chunk())
            .order_by(gallery_changes.c.change_seq)
        )
        rows = self._connection.execute(query).scalars().all()
        said = tuple(map(int, self._range.groups())) if self._range else (0, 0)
        digest = chunk_digest(self._connection, rows, (said[0], said[1]), covered)
        return StateRow(
            Enrolled.event_type, self._load.source_digest, says=(f"{ROW_DIGEST}={digest}",)
        )

    def _captures(self) -> str:
        query = (
            select(encounters.c.encounter_id, persons.c.person_id)
            .join(gallery_changes, gallery_changes.c.encounter_row == encounters.c.encounter_row)
            .join(persons, persons.c.person_row == encounters.c.person_row)
            .where(self._is_of_chunk())
            .order_by(gallery_changes.c.change_seq)
        )
        return pairs_digest((row[0], row[1]) for row in rows_of(self._connection, query))

    def _records(self, first: int, last: int, covered: set[int]) -> str:
        # Others may have taken numbers in between, so only records of the chunk's own people
        # belong to it.
        people = (
            select(encounters.c.person_row)
            .join(gallery_changes, gallery_changes.c.encounter_row == encounters.c.encounter_row)
            .where(self._is_of_chunk())
        )
        query = (
            select(records.c.record_row, records.c.record_id, persons.c.person_id)
            .join(persons, persons.c.person_row == records.c.person_row)
            .where(records.c.record_row.between(first, last), records.c.person_row.in_(people))
            .order_by(records.c.record_row)
        )
        found = list(rows_of(self._connection, query))
        covered.update(row.record_row for row in found)
        return pairs_digest((row.record_id, row.person_id) for row in found)

    def _is_of_chunk(self) -> ColumnElement[bool]:
        return gallery_changes.c.change_seq.between(
            self._load.first_change, self._load.last_change
        )
