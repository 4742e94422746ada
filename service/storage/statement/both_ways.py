"""Compares rows with events: for every row that the log covers, an event must state its digest.

The other direction, that every digest stated by an event is the digest of a row, is checked by the
ledger of rows.

Compares rows with other rows: payloads and owners, parts and wholes.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy import Connection, bindparam, select

from domain.events.catalogue import KINDS
from domain.events.rows import ROW_DIGEST, Part
from domain.jobs import JobKind
from indexing.codes.batches import Gallery
from service.storage.engine.rows import rows_where
from service.storage.statement.commitments import CommittedRow, committed_rows
from service.storage.statement.loaded import CoveredRows
from service.storage.statement.reading import Astray, Fault, astray
from service.storage.tables.about import bare, sealed_columns
from service.storage.tables.disclosure import stored_payloads
from service.storage.tables.links import encounter_successors
from service.storage.tables.log import event_subjects, events
from service.storage.tables.metadata import METADATA
from service.storage.tables.people import encounters, payloads, persons, remade_templates


@dataclass(slots=True)
class StatedDigests:
    """The digests of rows that events state, with the numbers of the events.

    They are kept as 64-bit hashes with a new key in each process, so that nobody can prepare
    another text with the same hash.
    """

    hashes: array[int] = field(default_factory=lambda: array("q"))
    seqs: array[int] = field(default_factory=lambda: array("q"))

    def add(self, digest: str, seq: int) -> None:
        """Add a digest, hexadecimal, that an event states."""
        self.hashes.append(hash(digest))
        self.seqs.append(seq)


class OwedDigests:
    """The digests of rows that were stored individually. An event must state each of them."""

    def __init__(self) -> None:
        self.covered = CoveredRows()
        """The rows covered by loaded chunks; an event states the digest of each whole chunk."""
        self.unreadable: list[Astray] = []
        """Parts of the state that could not be read completely."""
        self._hashes: dict[str, array[int]] = {}

    def is_owed(self, row: CommittedRow) -> bool:
        """Whether an event must state the digest of a row, because no chunk covers the row."""
        return not self.covered.has(row.table, row.key)

    def add(self, row: CommittedRow) -> None:
        """Add the digest of a row, if an event must state it."""
        if self.is_owed(row):
            if row.table not in self._hashes:
                self._hashes[row.table] = array("q")
            self._hashes[row.table].append(hash(row.digest))

    def unstated(self, stated: StatedDigests) -> dict[str, frozenset[int]]:
        """Return, by table, the hashes of the digests that no event states."""
        told = np.unique(_numbers(stated.hashes))
        missing: dict[str, frozenset[int]] = {}
        for table, hashes in self._hashes.items():
            owed = _numbers(hashes)
            lacking = owed[~_are_among(owed, told)]
            if len(lacking):
                missing[table] = frozenset(lacking.tolist())
        return missing

    def first_stated(self, stated: StatedDigests, tables: Iterable[str]) -> dict[str, int]:
        """Return, by table, the number of the first event that states a digest of its rows."""
        told, seqs = _numbers(stated.hashes), _numbers(stated.seqs)
        first: dict[str, int] = {}
        for table in tables:
            of_table = seqs[np.isin(told, _numbers(self._hashes[table]))]
            if len(of_table):
                first[table] = int(of_table.min())
        return first


def rows_without_event(
    connection: Connection, owed: OwedDigests, stated: StatedDigests
) -> Iterator[Astray]:
    """Read the rows a second time and yield those whose digest does not appear in any event.

    Rows created by an event of an earlier release are skipped, because events of that release did
    not include row digests.
    """
    missing = owed.unstated(stated)
    if not missing:
        return
    first = owed.first_stated(stated, missing)
    for row in committed_rows(connection, missing.keys()):
        is_missing = hash(row.digest) in missing[row.table] and owed.is_owed(row)
        if is_missing and not _is_of_before(connection, row, first.get(row.table)):
            yield Astray(Fault.WITHOUT_EVENT, row.table, row.key)


def _is_of_before(connection: Connection, row: CommittedRow, first: int | None) -> bool:
    """Whether an event created a row before any event stated a digest for its table.

    If no event has ever stated one, the event must state no digest at all. Events began to commit
    to the people of unsolved marks last, so an event that names the mark but not its person is
    earlier.
    """
    for ref in (row.ref, *_marks_of(connection, row)):
        for event_type, seq, body in connection.execute(_NAMING, {"ref": ref}):
            kind = KINDS.get(event_type)
            if kind is None or all(each.table != row.table for each in kind.declared.commits):
                continue
            is_silent = ROW_DIGEST.encode() not in body
            if row.ref.encode() not in body or (is_silent if first is None else seq < first):
                return True
    return False


def _marks_of(connection: Connection, row: CommittedRow) -> Sequence[str]:
    if row.table != persons.name:
        return ()
    return connection.execute(_MARKS, {"row": row.key[0]}).scalars().all()


_NAMING = (
    select(events.c.event_type, events.c.seq, events.c.body)
    .join(event_subjects, event_subjects.c.seq == events.c.seq)
    .where(event_subjects.c.subject_ref == bindparam("ref"))
)
_MARKS = rows_where(
    encounters.c.encounter_id, person_row=bindparam("row"), gallery=Gallery.UNSOLVED_MARKS
)


def _numbers(hashes: array[int]) -> NDArray[np.int64]:
    return np.frombuffer(hashes, np.int64)


def _are_among(numbers: NDArray[np.int64], ordered: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return, for each number, (n,), whether it is in an array that is already sorted."""
    if not len(ordered):
        return np.zeros(len(numbers), bool)
    found: NDArray[np.bool_] = ordered[np.searchsorted(ordered, numbers) % len(ordered)] == numbers
    return found


_PAGE = 500
_moved = encounters.alias("moved")


def _is_moved(table: sa.Table) -> sa.ColumnElement[bool]:
    """Whether a merge has moved the capture, so that its successor now owns the payload."""
    gone = sa.select(encounter_successors.c.encounter_row)
    if "encounter_row" in table.c:
        return table.c.encounter_row.in_(gone)
    ids = sa.select(_moved.c.encounter_id).where(_moved.c.encounter_row.in_(gone))
    return table.c["owner_id" if "owner_id" in table.c else "encounter_id"].in_(ids)


def _is_of_moved_remake(table: sa.Table) -> sa.ColumnElement[bool]:
    """Whether the minutiae belong to a remake whose capture has since been moved."""
    remakes = sa.select(remade_templates.c.remake_id).where(_is_moved(remade_templates))
    return table.c.remake_id.in_(remakes)


_BORROWERS: dict[str, Callable[[sa.Table], sa.ColumnElement[bool]]] = {
    "encounters": _is_moved,
    "capture_images": _is_moved,
    "capture_minutiae": _is_moved,
    "client_references": _is_moved,
    "remade_templates": lambda table: table.c.is_kept | _is_moved(table),
    "remade_minutiae": _is_of_moved_remake,
    "jobs": lambda table: table.c.kind == JobKind.SEARCH.value,
}
"""Conditions for rows that name a payload which another row owns.

These are captures that were moved, with the templates and minutiae remade from them earlier;
templates that a remake kept; and the jobs of a batch, which share its lines.
"""


@cache
def payload_columns() -> tuple[sa.Column[Any], ...]:
    """Return every column that holds payload numbers."""
    return tuple(chain.from_iterable(map(sealed_columns, METADATA.sorted_tables)))


def misowned_payloads(connection: sa.Connection) -> Iterator[Astray]:
    """Yield rows that share a payload without borrowing it, and payloads without a row."""
    numbers, owners = np.unique(_fetched(connection, _named()), return_counts=True)
    borrowed, times = np.unique(_fetched(connection, _lent()), return_counts=True)
    owners[np.searchsorted(numbers, borrowed)] -= times
    for number in numbers[owners > 1].tolist():
        yield from _owners(connection, number)
    stored = _fetched(connection, sa.select(stored_payloads.c.payload_id))
    for number in stored[~np.isin(stored, numbers)].tolist():
        yield Astray(Fault.WITHOUT_OWNER, payloads.name, (number,))


@cache
def _named() -> sa.CompoundSelect[Any]:
    """Return the query for payload numbers, once for each row that names the payload."""
    return sa.union_all(
        *(sa.select(bare(column)).where(column > 0) for column in payload_columns())
    )


@cache
def _lent() -> sa.CompoundSelect[Any]:
    """Return the query for payload numbers, once for each row that borrows the payload."""
    return sa.union_all(
        *(
            sa.select(bare(column)).where(column > 0, _BORROWERS[table.name](table))
            for column in payload_columns()
            if (table := METADATA.tables[column.table.name]).name in _BORROWERS
        )
    )


def _fetched(connection: sa.Connection, query: Any) -> NDArray[np.int64]:
    found = connection.execute(query, execution_options={"yield_per": 10_000})
    return np.fromiter(found.scalars(), np.int64)


def _owners(connection: sa.Connection, number: int) -> Iterator[Astray]:
    for column in payload_columns():
        keys = sa.select(*column.table.primary_key).where(column == number)
        for row in connection.execute(keys):
            yield Astray(Fault.SHARED_PAYLOAD, column.table.name, tuple(row))


_Whole = tuple[str, tuple[tuple[str, str], ...]]
"""A table, and the pairs of columns that connect a part to a row of the table."""

_BEFORE_THEIR_WHOLE = {
    "application_uploads": Part("application_drafts", (("application_id", "application_id"),)),
}
"""Parts that may be stored before their whole, each with the row that keeps them until then."""


def parts_without_whole(connection: sa.Connection, filled: Set[str]) -> Iterator[Astray]:
    """Yield the rows of parts that have no whole; `filled` names the tables that have rows."""
    for name, query in _queries():
        if name in filled:
            yield from astray(connection, Fault.WITHOUT_WHOLE, METADATA.tables[name], query)


@cache
def _queries() -> tuple[tuple[str, sa.Select[Any]], ...]:
    """Return, for each table of parts, the query for the keys of rows without a whole.

    Rows to which events commit directly need no whole.
    """
    commits = [rows for kind in KINDS.values() for rows in kind.declared.commits]
    wholes: dict[str, set[_Whole]] = defaultdict(set)
    for rows in commits:
        for part in rows.parts:
            wholes[part.table].add((rows.table, part.on))
    for name, first in _BEFORE_THEIR_WHOLE.items():
        wholes[name].add((first.table, first.on))
    names = sorted(wholes.keys() - {rows.table for rows in commits})
    return tuple((name, _without(METADATA.tables[name], wholes[name])) for name in names)


def _without(table: sa.Table, wholes: Set[_Whole]) -> sa.Select[Any]:
    """Return the query for the keys of rows in a table that belong to none of these wholes."""
    is_part = (
        sa.exists()
        .where(*(table.c[own] == METADATA.tables[whole].c[its] for own, its in on))
        .correlate(table)
        for whole, on in sorted(wholes)
    )
    return sa.select(*table.primary_key).where(*(~one for one in is_part))
