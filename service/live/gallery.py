"""Keeps the index up to date with the database: a search sees all changes committed before it."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from domain.arrays import UInt8s
from domain.errors import GalleryError, GalleryIncompleteError
from domain.ids import EncounterId
from domain.prints.captures import FINGER_COUNT
from domain.prints.templates import IndexedFormat
from indexing.codes.batches import GalleryBatch
from indexing.codes.columns import no_codes
from indexing.gallery_index import GalleryIndex
from indexing.parts.part_protocol import step_end
from prints.features.codes import codes_of
from prints.features.parameters import CODE
from service.outages import outage_of
from service.ports.gallery import PartedGallery, SearchedGallery
from service.storage.database import UnitsOfWork
from service.storage.people.gallery_feed import NOW, GalleryChanges
from service.storage.unit_of_work import UnitOfWork

_AT_ONCE = 500
"""Captures whose minutiae are held in memory at a time."""
_EVERY_FINGER = range(FINGER_COUNT + 1)


def coded_changes(unit: UnitOfWork, fmt: IndexedFormat, cursor: int, limit: int) -> GalleryChanges:
    """Return up to `limit` changes after `cursor`, with the codes of the minutiae in force.

    For a format without codes, no minutiae are read.
    """
    changes = unit.gallery_feed.changes_after(cursor, limit)
    if fmt.codes is None or not changes.encounter_ids:
        return changes
    enrolled, marks = (
        replace(one, codes=_of_batch(unit, changes.encounter_ids, one))
        for one in (changes.enrolled, changes.marks)
    )
    return replace(changes, enrolled=enrolled, marks=marks)


def codes_of_captures(
    unit: UnitOfWork, encounter_ids: Sequence[EncounterId], *, are_marks: bool, at: int = NOW
) -> UInt8s:
    """Return the codes of captures, uint8 (n, f, m, 16); zero for those without minutiae.

    `at` selects the minutiae that were in force at this change.
    """
    codes = no_codes(len(encounter_ids), 1 if are_marks else FINGER_COUNT, CODE.minutiae)
    for start in range(0, len(encounter_ids), _AT_ONCE):
        some = encounter_ids[start : start + _AT_ONCE]
        place_of = {one: place for place, one in enumerate(some, start)}
        found = unit.minutiae.of_fingers(dict.fromkeys(some, _EVERY_FINGER), at=at)
        for (encounter_id, position), minutiae in found.items():
            column = 0 if are_marks else position - 1
            own = codes_of(minutiae)
            codes[place_of[encounter_id], column, : len(own)] = own
    return codes


def _of_batch(unit: UnitOfWork, ids: Mapping[int, EncounterId], batch: GalleryBatch) -> UInt8s:
    wanted = [ids[row] for row in batch.encounter_rows.tolist()]
    return codes_of_captures(unit, wanted, are_marks=batch.captures.are_marks)


CHANGES_A_STEP = 20_000
"""How many changes are read at a time when catching up; this limits memory use at start-up."""

_RECOUNT_SHARE = 100
"""People are recounted when the number of changes since the last count exceeds the number of
people divided by this."""


class LiveGallery:
    """A gallery index that follows the database's changes. Thread-safe; a search holds no lock."""

    look_s = 30.0
    """Seconds between updates: the longest that an idle process lags behind the database."""

    def __init__(self, index: SearchedGallery, units: UnitsOfWork) -> None:
        self.index = index
        self._units = units
        self._applying = threading.Lock()
        self.persons = 0
        """The number of people in the gallery, accurate to about 1%.

        The prior of a search needs no greater accuracy, and counting a million rows at each
        enrolment would cost more than the enrolment.
        """
        self._counted_at = 0
        self._count()

    def catch_up(self, advance: Callable[[int], None] = lambda _: None) -> None:
        """Apply every committed change that the index lacks.

        Called at start, after commits and before searches.

        Changes are applied in the order of their numbers, whichever thread or process made them.
        The next search therefore finds a new enrolment, and never finds an erased one. `advance`
        is called with the number of changes that each step applied.
        """
        with self._units.read() as unit:
            last_change = unit.gallery_feed.last_change()
        if last_change > self.index.cursor:
            with self._applying:
                self._apply_missing(advance)

    @property
    def local_index(self) -> GalleryIndex:
        """The index in this process. Raises GalleryError for a gallery in parts."""
        if not isinstance(self.index, GalleryIndex):
            raise GalleryError(
                "This command builds an index on this host, but the gallery is in parts: "
                "unset IDENTLINK_GALLERY, or use `identlink gallery`."
            )
        return self.index

    def mend(self, advance: Callable[[int], None] = lambda _: None) -> None:
        """Update replicas that lag behind; an index in this process has no replicas."""

    def close(self) -> None:
        """Seal and close the index; closing twice is harmless.

        If an outage prevents sealing, the index catches up when it is next opened.
        """
        try:
            self.index.close()
        except GalleryError as error:
            if outage_of(error) is None:
                raise

    def _apply_missing(self, advance: Callable[[int], None]) -> None:
        is_last = False
        while not is_last:
            cursor = self.index.cursor
            with self._units.read() as unit:
                changes = coded_changes(unit, self.index.template_format, cursor, CHANGES_A_STEP)
            is_last = changes.is_last
            if changes.cursor > cursor:
                self._apply(changes)
                advance(changes.cursor - cursor)
        self._recount()

    def _recount(self) -> None:
        if self.index.cursor - self._counted_at > self.persons // _RECOUNT_SHARE:
            self._count()

    def _count(self) -> None:
        with self._units.read() as unit:
            self.persons = unit.people.count()
        self._counted_at = self.index.cursor

    def _apply(self, changes: GalleryChanges) -> None:
        """Apply one step of changes.

        The cursor advances only with the last part of the step, so an interrupted step is
        repeated.

        A step that only adds captures advances the cursor as it adds the last batch, so that no
        search sees those captures under the earlier cursor.
        """
        index = self.local_index
        if len(changes.returned_rows):
            # The index may hold these with earlier templates: remove them, then add them again.
            index.erase(changes.returned_rows, cursor=index.cursor)
        if len(changes.erased_rows):
            if len(changes.marks):
                self._add(changes, changes.marks, index.cursor)
            if len(changes.enrolled):
                self._add(changes, changes.enrolled, index.cursor)
            index.erase(changes.erased_rows, cursor=changes.cursor)
            return
        last = changes.cursor
        if len(changes.marks):
            self._add(changes, changes.marks, index.cursor if len(changes.enrolled) else last)
        if len(changes.enrolled):
            self._add(changes, changes.enrolled, last)
        if index.cursor < last:  # the step added nothing: everything in it has since been erased
            index.erase(changes.erased_rows, cursor=last)

    def _add(self, changes: GalleryChanges, batch: GalleryBatch, cursor: int) -> None:
        self.local_index.add(batch, cursor=cursor, again=changes.returned_rows)


_LOOK_S = 1.0
"""Seconds between checks for lagging replicas; a restarted replica serves again as soon."""


class LiveParts(LiveGallery):
    """Keeps a gallery in parts up to date.

    Any number of processes may feed the parts, because repeating a step is harmless.
    """

    look_s = _LOOK_S

    def __init__(
        self, parts: PartedGallery, units: UnitsOfWork, *, leave: Callable[[], None] = lambda: None
    ) -> None:
        """`leave` is called at the end, when this process disconnects from the parts."""
        self._parts = parts
        self._leave = leave
        super().__init__(parts, units)

    def close(self) -> None:
        """Disconnect from the parts, which keep running."""
        super().close()
        self._leave()

    def mend(self, advance: Callable[[int], None] = lambda _: None) -> None:
        """Send lagging replicas the changes that they lack; skip replicas that do not respond."""
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
            # Replicas that have restarted did not apply the step, because they lack earlier
            # changes.
            self.mend()
            self._follow(advance)
        self._recount()

    def _follow(self, advance: Callable[[int], None]) -> None:
        """Send the changes that the gallery lacks.

        Raises GalleryIncompleteError if a part is missing.
        """
        if not self._parts.is_whole:
            raise GalleryIncompleteError(
                "Parts of the gallery are missing: see `identlink gallery status`."
            )
        self._send_from(self._parts.cursor, advance, replicas=None)

    def _send_from(
        self, cursor: int, advance: Callable[[int], None], *, replicas: Sequence[str] | None
    ) -> None:
        """Send changes above `cursor`; the final step is empty and says that there are no more.

        If `replicas` are named, a replica that does not apply a step in time is sent no further
        step: one step can wait a minute, and there are thousands.
        """
        is_last = False
        while not is_last:
            with self._units.read() as unit:
                last = unit.gallery_feed.last_change()
                end = step_end(cursor, last)
                wanted = max(0, end - cursor)
                changes = coded_changes(unit, self.index.template_format, cursor, wanted)
            if changes.cursor != max(end, cursor):
                raise GalleryError("The numbers of the gallery's changes are not consecutive.")
            taken = self._send(cursor, changes, replicas)
            replicas = None if replicas is None else taken
            advance(changes.cursor - cursor)
            cursor, is_last = changes.cursor, changes.cursor >= last
            is_last = is_last or replicas == []

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
