"""Compares rows with events: for every row that the log covers, an event must state its digest.

The other direction, that every digest stated by an event is the digest of a row, is checked by the
ledger of rows.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, bindparam, select

from domain.events.catalogue import KINDS
from domain.events.rows import ROW_DIGEST
from indexing.codes.batches import Gallery
from service.storage.statement.commitments import CommittedRow, committed_rows
from service.storage.statement.loaded import CoveredRows
from service.storage.statement.reading import Astray, Fault
from service.storage.tables.log import event_subjects, events
from service.storage.tables.people import encounters, persons


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

    def first_stated(self, stated: StatedDigests) -> dict[str, int]:
        """Return, by table, the number of the first event that states a digest of its rows."""
        told, seqs = _numbers(stated.hashes), _numbers(stated.seqs)
        first: dict[str, int] = {}
        for table, hashes in self._hashes.items():
            of_table = seqs[np.isin(told, _numbers(hashes))]
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
    first = owed.first_stated(stated)
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
_MARKS = select(encounters.c.encounter_id).where(
    encounters.c.person_row == bindparam("row"),
    encounters.c.gallery == Gallery.UNSOLVED_MARKS,
)


def _numbers(hashes: array[int]) -> NDArray[np.int64]:
    return np.frombuffer(hashes, np.int64)


def _are_among(numbers: NDArray[np.int64], ordered: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return, for each number, (n,), whether it is in an array that is already sorted."""
    if not len(ordered):
        return np.zeros(len(numbers), bool)
    found: NDArray[np.bool_] = ordered[np.searchsorted(ordered, numbers) % len(ordered)] == numbers
    return found
