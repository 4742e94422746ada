"""The index kept up to date with the database: committed changes are applied before a search."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from domain.errors import GalleryError, GalleryIncompleteError
from indexing.batches import GalleryBatch
from indexing.gallery_index import GalleryIndex
from indexing.part_protocol import step_end
from service.live.prepared_records import PreparedRecords
from service.outages import outage_of
from service.ports.gallery import PartedGallery, SearchedGallery
from service.storage.database import UnitsOfWork
from service.storage.people.gallery_feed import GalleryChanges

CHANGES_A_STEP = 20_000
"""How many changes are read at a time when catching up: bounds the memory of a start-up replay."""

_RECOUNT_SHARE = 100
"""People are counted again once the changes since the last count exceed one in this many of
them."""


class LiveGallery:
    """A gallery index and the feed of changes it follows. Thread-safe; no lock over a search."""

    look_s = 30.0
    """How often it is updated: an idle process lags behind the database by no more."""

    def __init__(self, index: SearchedGallery, units: UnitsOfWork) -> None:
        self.index = index
        self.prepared = PreparedRecords()
        self._units = units
        self._applying = threading.Lock()
        self.persons = 0
        """The number of people in the gallery, exact to about one in a hundred.

        The prior of a search needs no more, and counting a million rows for each enrolment would
        cost more than the enrolment.
        """
        self._counted_at = 0
        self._count()

    def catch_up(self, advance: Callable[[int], None] = lambda _: None) -> None:
        """Apply every committed change the index lacks: at start, after commits, before searches.

        Changes are applied in the order of their numbers, whichever thread or process made them,
        so that an enrolment is found by the next search and an erased one never again. `advance`
        is told how many changes each step applied.
        """
        with self._units.read() as unit:
            last_change = unit.encounters.last_change()
        if last_change > self.index.cursor:
            with self._applying:
                self._apply_missing(advance)

    @property
    def local_index(self) -> GalleryIndex:
        """The index in this process; raises GalleryError for a gallery in parts."""
        if not isinstance(self.index, GalleryIndex):
            raise GalleryError(
                "This command builds an index on this host, but the gallery is in parts: "
                "unset IDENTLINK_GALLERY, or use `identlink gallery`."
            )
        return self.index

    def mend(self, advance: Callable[[int], None] = lambda _: None) -> None:
        """Bring up replicas that lag behind; an index in this process has none."""

    def close(self) -> None:
        """Seal and close the index; closing twice is harmless.

        An index that an outage keeps from being sealed catches up when it is opened again.
        """
        try:
            self.index.close()
        except GalleryError as error:
            if outage_of(error) is None:
                raise

    def _apply_missing(self, advance: Callable[[int], None]) -> None:
        is_last = False
        while not is_last:
            with self._units.read() as unit:
                changes = unit.encounters.changes_after(self.index.cursor, CHANGES_A_STEP)
            is_last = changes.is_last
            reached = self.index.cursor
            if changes.cursor > reached:
                self._apply(changes)
                advance(changes.cursor - reached)
        self._recount()

    def _recount(self) -> None:
        if self.index.cursor - self._counted_at > self.persons // _RECOUNT_SHARE:
            self._count()

    def _count(self) -> None:
        with self._units.read() as unit:
            self.persons = unit.people.count()
        self._counted_at = self.index.cursor

    def _apply(self, changes: GalleryChanges) -> None:
        """Apply one step; the cursor moves with its last part, so a step cut short is repeated.

        With additions alone that is one move: no search sees a capture under an older cursor.
        """
        index = self.local_index
        if len(changes.returned_rows):
            # They may be held with earlier templates: out with those, and in again.
            index.erase(changes.returned_rows, cursor=index.cursor)
        if len(changes.erased_rows):
            if len(changes.marks):
                self._add(changes, changes.marks, index.cursor)
            if len(changes.enrolled):
                self._add(changes, changes.enrolled, index.cursor)
            index.erase(changes.erased_rows, cursor=changes.cursor)
            self.prepared.forget()
            return
        last = changes.cursor
        if len(changes.marks):
            self._add(changes, changes.marks, index.cursor if len(changes.enrolled) else last)
        if len(changes.enrolled):
            self._add(changes, changes.enrolled, last)
        if index.cursor < last:  # the step came to nothing: all of it is erased by now
            index.erase(changes.erased_rows, cursor=last)

    def _add(self, changes: GalleryChanges, batch: GalleryBatch, cursor: int) -> None:
        self.local_index.add(batch, cursor=cursor, again=changes.returned_rows)


_LOOK_S = 1.0
"""How often lagging replicas are looked for: a restarted one serves again after about as long."""


class LiveParts(LiveGallery):
    """Parts and the feed they follow. Any number of processes may feed them: steps repeat."""

    look_s = _LOOK_S

    def __init__(
        self,
        parts: PartedGallery,
        units: UnitsOfWork,
        *,
        leave: Callable[[], None] = lambda: None,
    ) -> None:
        """`leave` is called at the end, when the parts are let go."""
        self._parts = parts
        self._leave = leave
        super().__init__(parts, units)

    def close(self) -> None:
        """Let go of the parts, which live on."""
        super().close()
        self._leave()

    def mend(self, advance: Callable[[int], None] = lambda _: None) -> None:
        """Send replicas that lack changes what they lack; those that are away are left out."""
        self._parts.refresh()
        behind: dict[int, list[str]] = {}
        for name, cursor in self._parts.lagging():
            behind.setdefault(cursor, []).append(name)
        for cursor, names in behind.items():
            self._send_from(cursor, advance, replicas=names)
        if behind:
            self._parts.refresh()

    def _apply_missing(self, advance: Callable[[int], None]) -> None:
        try:
            self._follow(advance)
        except GalleryIncompleteError:
            # Replicas that were started anew took nothing: they lack earlier changes.
            self.mend()
            self._follow(advance)
        self._recount()

    def _follow(self, advance: Callable[[int], None]) -> None:
        """Send what the whole lacks; of a gallery that is not whole nothing can be said."""
        if not self._parts.is_whole:
            raise GalleryIncompleteError(
                "Parts of the gallery are missing: see `identlink gallery status`."
            )
        self._send_from(self._parts.cursor, advance, replicas=None)

    def _send_from(
        self, cursor: int, advance: Callable[[int], None], *, replicas: Sequence[str] | None
    ) -> None:
        """Send changes above `cursor`, at last an empty step: it says that there are no more.

        Named replicas that do not take a step in time are sent no other: a step waits a minute,
        and there are thousands.
        """
        is_last = False
        while not is_last:
            with self._units.read() as unit:
                last = unit.encounters.last_change()
                end = step_end(cursor, last)
                changes = unit.encounters.changes_after(cursor, max(0, end - cursor))
            if changes.cursor != max(end, cursor):
                raise GalleryError("The numbers of the gallery's changes are not consecutive.")
            taken = self._send(cursor, changes, replicas)
            replicas = None if replicas is None else taken
            advance(changes.cursor - cursor)
            cursor, is_last = changes.cursor, changes.cursor >= last
            is_last = is_last or replicas == []
            if len(changes.erased_rows):
                self.prepared.forget()

    def _send(
        self, after: int, changes: GalleryChanges, replicas: Sequence[str] | None
    ) -> list[str]:
        taken = self._parts.feed(
            (after, changes.cursor),
            [batch for batch in (changes.marks, changes.enrolled) if len(batch)],
            returned_rows=changes.returned_rows,
            erased_rows=changes.erased_rows,
            replicas=replicas,
        )
        return list(taken)
