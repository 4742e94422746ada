"""A gallery in parts kept true to the database: every replica is sent every change, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from domain.errors import GalleryError, GalleryIncompleteError
from indexing.part_protocol import step_end
from service.live.gallery import LiveGallery
from service.ports.gallery import PartedGallery
from service.storage.database import UnitsOfWork
from service.storage.people.gallery_feed import GalleryChanges

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
