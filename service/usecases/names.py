"""The names of everybody with a record, in memory, kept true to the database.

Every record is stored in the transaction of an enrolment, so the feed of gallery changes tells
whose record is new, moved or gone. The index is built at the first enquiry, not at start-up: a
process that makes none pays nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from domain.ids import PersonRow
from domain.people import Details
from matching.enquiry.index import NamesIndex
from service.ports.encounters import TouchedPeople
from service.ports.unit_of_work import UnitOfWork, UnitsOfWork

_CHANGES_A_STEP = 5_000
"""How many changes are read at a time: bounds the memory of building the index."""


class LiveNames:
    """A names index and the feed it follows. Thread-safe; no lock over an enquiry."""

    def __init__(self, units: UnitsOfWork) -> None:
        self._units = units
        self._index = NamesIndex()
        self._cursor = 0
        self._applying = threading.Lock()

    def __len__(self) -> int:
        """Return how many people are held."""
        return len(self._index)

    def candidates(self, said: Details, limit: int) -> tuple[PersonRow, ...]:
        """Return the likeliest people by a rough weighing; whatever is committed counts."""
        self._catch_up()
        return tuple(PersonRow(int(row)) for row in self._index.candidates(said, limit))

    def _catch_up(self) -> None:
        with self._units.read() as unit:
            is_behind = unit.encounters.last_change() > self._cursor
        if is_behind:
            with self._applying:
                self._apply_missing()

    def _apply_missing(self) -> None:
        is_last = False
        while not is_last:
            with self._units.read() as unit:
                touched = unit.encounters.people_touched_after(self._cursor, _CHANGES_A_STEP)
                self._apply(unit, touched)
            self._cursor, is_last = touched.cursor, touched.is_last

    def _apply(self, unit: UnitOfWork, touched: TouchedPeople) -> None:
        """Read everybody concerned anew; applying the same step twice gives the same index."""
        records = unit.people.records_of(touched.person_rows)
        self._index.remove(_rows(touched.person_rows))
        self._index.add(_rows(records), [record.details for record in records.values()])


def _rows(people: Iterable[PersonRow]) -> npt.NDArray[np.int64]:
    return np.fromiter(people, dtype=np.int64)
