"""The names of all people with a record, in memory, kept up to date with the database.

The feed of records states whose record was begun, amended, removed or restored, with or without
prints; each entry is written in the same transaction as the change. A server builds the index in
the background when it starts (`service.background.search_keepers`); otherwise the first enquiry
builds the index.
"""

import threading
from collections.abc import Callable, Iterable

import numpy as np

from domain.arrays import Int64s
from domain.errors import IndexNotReadyError
from domain.ids import PersonRow
from domain.people.people import Details
from domain.searches.searches import CountedWords
from matching.enquiry.index import NamesIndex
from service.storage.database import UnitsOfWork
from service.storage.unit_of_work import UnitOfWork

_CHANGES_A_STEP = 5_000
"""How many changes are read at a time."""

_PEOPLE_A_STEP = 1_000
"""How many people are read at a time; this limits the memory needed for building."""

_PATIENCE_S = 5.0
"""How long an enquiry waits for a build in the background before it is refused.

By then a small store has been read; with a large store it is better to tell the clerk than to keep
them waiting.
"""


class LiveNames:
    """An index of names and the feed of changes that it follows.

    Thread-safe; an enquiry holds no lock.
    """

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
        """Return the number of people in the index."""
        return len(self._index)

    def candidates(self, said: Details, limit: int) -> tuple[PersonRow, ...]:
        """Return the likeliest people by an approximate weighing, as of the last commit.

        Raises IndexNotReadyError when a build in the background takes more than a few seconds.
        """
        self._catch_up()
        return tuple(PersonRow(int(row)) for row in self._index.candidates(said, limit))

    def words(self, said: Details) -> CountedWords:
        """Return how common the words of the stated names are, as of the last look-up."""
        return self._index.words(said)

    def expect(self) -> None:
        """Announce that a build of the names index will run in the background.

        Until it is finished, enquiries wait for it and do not start a build of their own.
        """
        self._is_expected = True

    def give_up(self) -> None:
        """Stop waiting for the build in the background; the next enquiry builds the index."""
        self._is_expected = False
        self._settled.set()

    def build(self, is_stopped: Callable[[], bool] = lambda: False) -> None:
        """Read all people, unless already done. When stopped, ends early and builds nothing."""
        with self._applying:
            if not self._is_built:
                self._build(is_stopped)

    def _build(self, is_stopped: Callable[[], bool]) -> None:
        with self._units.read() as unit:
            # Changes committed while people are being read have higher numbers and are applied
            # afterwards.
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
            raise IndexNotReadyError(
                "The names on record are still being loaded: try again in a minute."
            )
        self.build()

    def _apply_missing(self) -> None:
        is_last = False
        while not is_last:
            with self._units.read() as unit:
                changed = unit.records.changed_after(self._cursor, _CHANGES_A_STEP)
                self._apply(unit, changed.person_rows)
            self._cursor, is_last = changed.cursor, changed.is_last

    def _apply(self, unit: UnitOfWork, people: frozenset[PersonRow]) -> None:
        """Read the affected people again; applying the same step twice gives the same index."""
        records = unit.people.records_of(people)
        self._index.remove(_rows(people))
        self._index.add(_rows(records), [record.details for record in records.values()])


def _rows(people: Iterable[PersonRow]) -> Int64s:
    return np.fromiter(people, dtype=np.int64)
