"""The gallery as it was at an earlier change, for replaying old searches."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Select, bindparam, select

from indexing.codes.batches import Gallery
from service.storage.people.gallery_feed import ADDITIONS, HeldTemplates, held_of
from service.storage.people.templates_in_force import AT, IN_FORCE, NAMED_IN_FORCE
from service.storage.tables.metadata import ROW
from service.storage.tables.people import ENROLLED, encounters, gallery_changes, payloads
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True, eq=False)
class PastCaptures:
    """Part of a gallery as it was at an earlier change, in the order of enrolment."""

    cursor: int
    """The number of the last change examined."""
    held: HeldTemplates
    """Captures whose templates still exist."""
    gone: int
    """The number of further captures whose templates have since been erased."""
    is_last: bool
    """Whether the gallery held nothing after these captures."""


@dataclass(frozen=True, slots=True, eq=False)
class PastRows:
    """n captures of a gallery as it was at an earlier change, by row, in order of enrolment."""

    cursor: int
    """The number of the last change examined."""
    encounter_rows: npt.NDArray[np.int64]
    """int64 (n,)."""
    person_rows: npt.NDArray[np.int64]
    """int64 (n,): the person of each capture at the time, which no later merge changes."""
    is_gone: npt.NDArray[np.bool_]
    """bool (n,): whether the templates have since been erased."""
    is_last: bool
    """Whether the gallery held nothing after these captures."""


_LATER = gallery_changes.alias("later")
_LAST_BY_THEN = (
    select(_LATER.c.kind)
    .where(
        _LATER.c.encounter_row == gallery_changes.c.encounter_row,
        _LATER.c.change_seq <= bindparam(AT, type_=ROW),
    )
    .order_by(_LATER.c.change_seq.desc())
    .limit(1)
    .scalar_subquery()
)


def _past(*columns: ColumnElement[Any]) -> Select[Any]:
    """Return the query for columns of the captures in a gallery at a change, for one page."""
    return (
        select(gallery_changes.c.change_seq, encounters.c.encounter_row, *columns)
        .select_from(gallery_changes)
        .join(encounters, encounters.c.encounter_row == gallery_changes.c.encounter_row)
        # A capture that a merge has since moved has another row, and its payload still exists.
        .outerjoin(payloads, payloads.c.payload_id == IN_FORCE)
        .where(
            gallery_changes.c.kind == ENROLLED,
            gallery_changes.c.change_seq > bindparam("after"),
            gallery_changes.c.change_seq <= bindparam(AT, type_=ROW),
            encounters.c.gallery == bindparam("gallery"),
            _LAST_BY_THEN.in_(ADDITIONS),
        )
        .order_by(gallery_changes.c.change_seq)
        .limit(bindparam("most"))
    )


_TEMPLATES = _past(
    encounters.c.encounter_id,
    encounters.c.person_row,
    encounters.c.force,
    encounters.c.gallery,
    NAMED_IN_FORCE,
    payloads.c.body,
)
_ROWS = _past(encounters.c.person_row, payloads.c.payload_id.is_(None).label("is_gone"))
_TOUCHED = (
    select(gallery_changes.c.encounter_row)
    .where(
        gallery_changes.c.change_seq > bindparam("after"),
        gallery_changes.c.encounter_row <= bindparam("newest"),
    )
    .distinct()
    .order_by(gallery_changes.c.encounter_row)
)


class PastGallery(TransactionPart):
    """A gallery as it was at an earlier change."""

    def captures_at(
        self, change: int, gallery: Gallery, *, after: int, limit: int
    ) -> PastCaptures:
        """Return up to `limit` captures of a gallery as it stood immediately after a change.

        These are the captures enrolled up to that change and not yet erased or moved, from the
        change `after` on. Raises VaultDamagedError if a template payload is malformed.
        """
        asked = {AT: change, "gallery": int(gallery), "after": after, "most": limit}
        rows = self._rows(_TEMPLATES, **asked)
        there = [row for row in rows if row.body is not None]
        is_last = len(rows) < limit
        return PastCaptures(
            cursor=change if is_last else rows[-1].change_seq,
            held=held_of(self._transaction, there),
            gone=len(rows) - len(there),
            is_last=is_last,
        )

    def rows_at(self, change: int, gallery: Gallery, *, after: int, limit: int) -> PastRows:
        """Return the captures that `captures_at` would return, only by row; decrypts nothing."""
        asked = {AT: change, "gallery": int(gallery), "after": after, "most": limit}
        rows = self._rows(_ROWS, **asked)
        is_last = len(rows) < limit
        return PastRows(
            cursor=change if is_last else rows[-1].change_seq,
            encounter_rows=np.array([row.encounter_row for row in rows], np.int64),
            person_rows=np.array([row.person_row for row in rows], np.int64),
            is_gone=np.array([row.is_gone for row in rows], np.bool_),
            is_last=is_last,
        )

    def touched_after(self, change: int, *, newest: int) -> npt.NDArray[np.int64]:
        """Return the captures, up to row `newest`, that a later change affects: int64, ascending.

        All other captures are as they were at the change: present or absent, and with the same
        templates.
        """
        return np.array(self._column(_TOUCHED, after=change, newest=newest), np.int64)
