"""The names of all people with a record, in memory, kept up to date with the database.

The feed of records tells whose record began, has another version, went or came back, with prints
or without: it is written in the transaction that does so. A server builds the index in the
background when it starts (`service.background.search_keepers`); without one, the first enquiry
builds it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from domain.errors import IndexNotReadyError
from domain.ids import PersonRow
from domain.people import Details
from matching.enquiry.index import NamesIndex
from service.storage.database import UnitsOfWork
from service.storage.unit_of_work import UnitOfWork

_CHANGES_A_STEP = 5_000
"""How many changes are read at a time."""

_PEOPLE_A_STEP = 1_000
"""How many people are read at a time: bounds the memory of building."""

_PATIENCE_S = 5.0
"""How long an enquiry waits for a build in the background before it is refused for the moment: a
small store is read by then, and with a large one a clerk is better told than kept waiting."""


class LiveNames:
    """A names index and the feed it follows. Thread-safe; no lock over an enquiry."""

    def __init__(self, units: UnitsOfWork, *, patience_s: float = _PATIENCE_S) -> None:
        self._units = units
        self._patience_s = patience_s
        self._index = NamesIndex()
        self._cursor = 0
        self._is_built = False
        self._applying = threading.Lock()
        self._is_expected = False
        self._settled = threading.Event()

    def __len__(self) -> int:
        """Return how many people are held."""
        return len(self._index)

    def candidates(self, said: Details, limit: int) -> tuple[PersonRow, ...]:
        """Return the likeliest people by a rough weighing, as of the last commit.

        Raises IndexNotReadyError when a build in the background takes longer than some seconds.
        """
        self._catch_up()
        return tuple(PersonRow(int(row)) for row in self._index.candidates(said, limit))

    def expect(self) -> None:
        """Let enquiries wait for a build that begins now, rather than build for themselves."""
        self._is_expected = True

    def give_up(self) -> None:
        """Take back that a build is to be waited for: the next enquiry builds for itself."""
        self._is_expected = False
        self._settled.set()

    def build(self, is_stopped: Callable[[], bool] = lambda: False) -> None:
        """Read all people, unless that is done; ends early, with nothing built, when stopped."""
        with self._applying:
            if not self._is_built:
                self._build(is_stopped)

    def _build(self, is_stopped: Callable[[], bool]) -> None:
        with self._units.read() as unit:
            # Changes committed while people are read have a higher number and are applied after.
            cursor = unit.records.last_change()
        index, last = NamesIndex(), PersonRow(0)
        while not is_stopped():
            with self._units.read() as unit:
                found = unit.people.details_after(last, _PEOPLE_A_STEP)
            if not found:
                index.compact()
                self._index, self._cursor = index, cursor
                self._is_built = True
                self._settled.set()
                return
            index.add(_rows(found), list(found.values()), is_more=True)
            last = max(found)

    def _catch_up(self) -> None:
        if not self._is_built:
            self._await_build()
        with self._units.read() as unit:
            is_behind = unit.records.last_change() > self._cursor
        if is_behind:
            with self._applying:
                self._apply_missing()

    def _await_build(self) -> None:
        if self._is_expected and not self._settled.wait(self._patience_s):
            raise IndexNotReadyError("The names are still being loaded: try again in a minute.")
        self.build()

    def _apply_missing(self) -> None:
        is_last = False
        while not is_last:
            with self._units.read() as unit:
                changed = unit.records.changed_after(self._cursor, _CHANGES_A_STEP)
                self._apply(unit, changed.person_rows)
            self._cursor, is_last = changed.cursor, changed.is_last

    def _apply(self, unit: UnitOfWork, people: frozenset[PersonRow]) -> None:
        """Read the people concerned again; applying the same step twice gives the same index."""
        records = unit.people.records_of(people)
        self._index.remove(_rows(people))
        self._index.add(_rows(records), [record.details for record in records.values()])


def _rows(people: Iterable[PersonRow]) -> npt.NDArray[np.int64]:
    return np.fromiter(people, dtype=np.int64)
