"""Items waiting to be attached to a record, in memory, kept up to date with the database.

Few events change the waiting items. If there was no such event, an enquiry costs one short query.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import numpy as np

from domain.people.people import Details
from domain.searches.searches import WaitingItem
from matching.enquiry.index import NamesIndex
from service.storage.agencies.waiting import ListedItem
from service.storage.database import UnitsOfWork
from service.storage.unit_of_work import UnitOfWork


class LiveWaiting:
    """The waiting items, searchable by the names and numbers that they state. Thread-safe."""

    def __init__(self, units: UnitsOfWork) -> None:
        self._units = units
        self._index = NamesIndex()
        self._held: dict[int, WaitingItem] = {}
        """Waiting items by the number of the payload that names the person."""
        self._read_to = 0
        """The number of events in the log when the items were read."""
        self.generation = 0
        """How often the items have been read; a change means that the items may have changed."""
        self._applying = threading.Lock()

    def candidates(self, said: Details, limit: int) -> tuple[WaitingItem, ...]:
        """Return the likeliest items by an approximate weighing, as of the last `follow`."""
        held = self._held
        if not held:
            return ()
        rows = self._index.candidates(said, limit).tolist()
        return tuple(held[row] for row in rows if row in held)

    def follow(self, unit: UnitOfWork) -> None:
        """Update the items to the last commit, if `unit` finds that any have changed.

        An enquiry already has a unit of work, so this costs one short query.
        """
        size, is_changed = unit.waiting.changed_since(self._read_to)
        if is_changed or not self.generation:
            with self._applying, self._units.read() as latest:
                self._apply(latest)
        else:
            # Another thread may have read further in the meantime; reading again is harmless.
            self._read_to = size

    def _apply(self, unit: UnitOfWork) -> None:
        size, is_changed = unit.waiting.changed_since(self._read_to)
        if is_changed or not self.generation:
            self._read(unit)
            self.generation += 1
        self._read_to = size

    def _read(self, unit: UnitOfWork) -> None:
        listed = {one.payload_id: one for one in unit.waiting.listed()}
        new = tuple(one for row, one in listed.items() if not self._is_held(row, one))
        said = unit.waiting.details(new)
        gone = [row for row in self._held if row not in listed] + list(said)
        self._index.remove(np.array(gone, np.int64))
        self._index.add(np.array(list(said), np.int64), list(said.values()))
        held = {row: one for row, one in self._held.items() if row in listed}
        for row, details in said.items():
            one = listed[row]
            held[row] = WaitingItem(one.kind, one.item_id, one.since, details)
        self._held = held

    def _is_held(self, row: int, listed: ListedItem) -> bool:
        known = self._held.get(row)
        return known is not None and known.kind is listed.kind


class Turns:
    """A fair semaphore: threads proceed in the order in which they arrived. Thread-safe.

    A search is mostly work in the Python interpreter, which runs one thread at a time. Running
    many searches at once finishes none sooner: each waits for all others at every round trip to
    the database, and the slowest waits longest. With turns, the last of n callers waits for n
    searches and no longer.
    """

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._lock = Lock()
        self._waiting: deque[Lock] = deque()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for a turn and hold the turn during the block."""
        mine = Lock()
        with self._lock:
            if self._free:
                self._free -= 1
            else:
                mine.acquire()
                self._waiting.append(mine)
        # Acquired immediately if a turn was free; otherwise when another thread passes its turn
        # on.
        mine.acquire()
        try:
            yield
        finally:
            with self._lock:
                if self._waiting:
                    self._waiting.popleft().release()
                else:
                    self._free += 1
