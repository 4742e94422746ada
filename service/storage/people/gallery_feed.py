"""The feed of gallery changes, as columns for the index, and the templates that are in force.

A capture has the templates with which it was enrolled, and may have others that were remade from
its images. A generation of remade templates is in force for searches after the switch to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, func, select, type_coerce

from domain.arrays import Int16s, Int64s
from domain.errors import UnknownForceError
from domain.ids import EncounterId, ForceCode, PersonRow
from domain.prints.captures import CaptureColumns, check_vectors
from indexing.codes.batches import Gallery, GalleryBatch
from prints.vectors.codec import VectorCodec
from service.storage.engine.rows import Among, AnyRow
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.about import SealedNumber, named
from service.storage.tables.log import log_head
from service.storage.tables.metadata import ROW
from service.storage.tables.people import (
    ENROLLED,
    SHOWN,
    encounters,
    gallery_changes,
    payloads,
    remade_minutiae,
    remade_templates,
    template_switches,
)
from service.storage.transaction import Transaction, TransactionPart

NOW = 2**62
"""A number above that of every gallery change."""

AT = "at_change"
"""The query parameter that names the change; by default now."""

_AT = bindparam(AT, NOW, ROW)


def _newest(column: ColumnElement[Any]) -> ScalarSelect[Any]:
    """Return one column of the table of remade templates, from the newest row in use."""
    return (
        select(column)
        .join(
            template_switches,
            template_switches.c.generation_id == remade_templates.c.generation_id,
        )
        .where(
            remade_templates.c.encounter_id == encounters.c.encounter_id,
            template_switches.c.after_change < _AT,
        )
        .order_by(template_switches.c.after_change.desc())
        .limit(1)
        .correlate(encounters)
        .scalar_subquery()
    )


IN_FORCE = func.coalesce(_newest(remade_templates.c.payload_id), encounters.c.payload_id)
"""The payload number of the templates in force of a row of `encounters`."""

NAMED_IN_FORCE = type_coerce(
    func.coalesce(_newest(named(remade_templates.c.payload_id)), named(encounters.c.payload_id)),
    SealedNumber(),
).label("payload_id")
"""The payload number with the row that names it, so that the payload can be decrypted."""

REMADE_MINUTIAE = (
    select(
        remade_templates.c.encounter_id.label("owner_id"),
        remade_minutiae.c.position,
        remade_minutiae.c.payload_id,
        template_switches.c.after_change,
    )
    .select_from(remade_minutiae)
    .join(remade_templates, remade_templates.c.remake_id == remade_minutiae.c.remake_id)
    .join(
        template_switches,
        template_switches.c.generation_id == remade_templates.c.generation_id,
    )
    .where(
        Among(remade_templates.c.encounter_id, "owners"),
        template_switches.c.after_change < _AT,
    )
    .order_by(
        remade_templates.c.encounter_id,
        template_switches.c.after_change,
        remade_minutiae.c.position,
    )
)
"""The remade minutiae of captures, from every generation in force by then, newest last."""


def remade_payloads_of(encounter_ids: Sequence[str]) -> tuple[Select[Any], ...]:
    """Return the queries for all payloads remade from the images of captures."""
    of_captures = remade_templates.c.encounter_id.in_(encounter_ids)
    minutiae = remade_minutiae.join(
        remade_templates, remade_templates.c.remake_id == remade_minutiae.c.remake_id
    )
    return (
        select(remade_templates.c.payload_id).where(of_captures),
        select(remade_minutiae.c.payload_id).select_from(minutiae).where(of_captures),
    )


def force_number(force: ForceCode) -> int:
    """Return the number of a force in gallery filters: two base-36 digits, 0 to 1295.

    Raises UnknownForceError for anything but two ASCII letters or digits.
    """
    if len(force) != 2 or not (force.isascii() and force.isalnum()):
        raise UnknownForceError
    return int(force, 36)


@dataclass(frozen=True, slots=True, eq=False)
class GalleryChanges:
    """Consecutive gallery changes, combined: only the last change of each capture is included."""

    cursor: int
    """The number of the last change included."""
    enrolled: GalleryBatch
    marks: GalleryBatch
    """Additions to the unsolved mark file."""
    returned_rows: Int64s
    """int64 (r,): encounter rows among the additions that the index may hold with earlier
    templates."""
    erased_rows: Int64s
    """int64 (m,): encounter rows that were erased or hidden."""
    encounter_ids: Mapping[int, EncounterId]
    """The ids of the additions, by encounter row."""
    is_last: bool
    """Whether the feed had no further changes when it was read."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldCaptures:
    """n stored captures for comparison: all tenprints, or all marks."""

    encounter_rows: Int64s
    """int64 (n,)."""
    person_rows: Int64s
    """int64 (n,)."""
    captures: CaptureColumns
    years_of_birth: Int16s
    """int16 (n,): as stated at the capture, 0 when unknown; 0 for marks."""

    def __len__(self) -> int:
        return len(self.encounter_rows)

    def places(self) -> dict[int, int]:
        """Return the place of each encounter row."""
        return {row: place for place, row in enumerate(self.encounter_rows.tolist())}


@dataclass(frozen=True, slots=True, eq=False)
class HeldTemplates:
    """Stored templates of encounters and marks, in no particular order."""

    encounter_ids: Mapping[int, EncounterId]
    """Ids by encounter row."""
    tenprints: HeldCaptures
    marks: HeldCaptures


@dataclass(frozen=True, slots=True)
class TouchedPeople:
    """The people affected by consecutive gallery changes."""

    cursor: int
    """The number of the last change included."""
    person_rows: frozenset[PersonRow]
    is_last: bool
    """Whether the feed had no further changes when it was read."""


ADDITIONS = (ENROLLED, SHOWN)
"""The kinds of change after which a capture is in the gallery."""

# Built once, because every enrolment runs it.
_FEED = (
    select(
        gallery_changes.c.change_seq,
        gallery_changes.c.kind,
        encounters.c.encounter_row,
        encounters.c.encounter_id,
        encounters.c.person_row,
        encounters.c.force,
        encounters.c.gallery,
        NAMED_IN_FORCE,
        payloads.c.body,
    )
    .select_from(gallery_changes)
    .join(encounters, encounters.c.encounter_row == gallery_changes.c.encounter_row)
    # An erased enrolment no longer has a payload, so it is left out.
    .outerjoin(
        payloads,
        (payloads.c.payload_id == IN_FORCE) & gallery_changes.c.kind.in_(ADDITIONS),
    )
    .where(gallery_changes.c.change_seq > bindparam("cursor"))
    .order_by(gallery_changes.c.change_seq)
    .limit(bindparam("limit"))
)


WANTED = "wanted"
"""The query parameter with the wanted encounters."""

HELD = (
    select(
        encounters.c.encounter_row,
        encounters.c.encounter_id,
        encounters.c.person_row,
        encounters.c.force,
        encounters.c.gallery,
        NAMED_IN_FORCE,
        payloads.c.body,
    )
    .select_from(encounters)
    .join(payloads, payloads.c.payload_id == IN_FORCE)
)
"""The query for templates; the parameter `AT` selects those in force at a
change, by default now."""

_LAST_CHANGE = select(log_head.c.change_seq)


class GalleryFeed(TransactionPart):
    """The feed of changes, which are numbered consecutively."""

    def last_change(self) -> int:
        """Return the number of the newest change, or 0 if there is none."""
        return int(self._connection.execute(_LAST_CHANGE).scalar_one())

    def people_touched_after(self, cursor: int, limit: int) -> TouchedPeople:
        """Return the people affected by up to `limit` changes after `cursor`."""
        query = (
            select(gallery_changes.c.change_seq, encounters.c.person_row)
            .join(encounters, encounters.c.encounter_row == gallery_changes.c.encounter_row)
            .where(gallery_changes.c.change_seq > cursor)
            .order_by(gallery_changes.c.change_seq)
            .limit(limit)
        )
        rows = self._rows(query)
        return TouchedPeople(
            cursor=rows[-1].change_seq if rows else cursor,
            person_rows=frozenset(PersonRow(row.person_row) for row in rows),
            is_last=len(rows) < limit,
        )

    def changes_after(self, cursor: int, limit: int) -> GalleryChanges:
        """Return up to `limit` changes after `cursor`, as columns.

        Raises VaultDamagedError for a malformed payload.
        """
        transaction = self._transaction
        rows: Sequence[Any] = self._rows(_FEED, cursor=cursor, limit=limit)
        reached = rows[-1].change_seq if rows else cursor
        last = {row.encounter_row: row for row in rows}.values()
        enrolled = [row for row in last if row.body is not None]
        marks = [row for row in enrolled if row.gallery == Gallery.UNSOLVED_MARKS]
        prints = [row for row in enrolled if row.gallery != Gallery.UNSOLVED_MARKS]
        return GalleryChanges(
            cursor=reached,
            enrolled=_prints(transaction, prints),
            marks=_marks(transaction, marks) if marks else _none_enrolled(transaction.codec),
            returned_rows=np.array([r.encounter_row for r in last if r.kind == SHOWN], np.int64),
            erased_rows=np.array(
                [r.encounter_row for r in last if r.kind not in ADDITIONS], np.int64
            ),
            encounter_ids={row.encounter_row: EncounterId(row.encounter_id) for row in enrolled},
            is_last=len(rows) < limit,
        )


def held_of(transaction: Transaction, rows: Sequence[AnyRow]) -> HeldTemplates:
    """Return the templates in rows of encounters that were read with their stored bodies.

    Raises VaultDamagedError when a template payload is malformed.
    """
    marks = [row for row in rows if row.gallery == Gallery.UNSOLVED_MARKS]
    prints = [row for row in rows if row.gallery != Gallery.UNSOLVED_MARKS]
    return HeldTemplates(
        {row.encounter_row: EncounterId(row.encounter_id) for row in rows},
        tenprints=_held(
            prints,
            *transaction.codec.decode_tenprints(
                transaction.payloads.open_rows(PayloadKind.TEMPLATES, prints)
            ),
        ),
        marks=_held(
            marks,
            transaction.codec.decode_marks(
                transaction.payloads.open_rows(PayloadKind.TEMPLATES, marks)
            ),
            np.zeros(len(marks), np.int16),
        )
        if marks
        else _no_marks(transaction.codec),
    )


@cache
def _no_marks(codec: VectorCodec) -> HeldCaptures:
    # Cached: checking no marks costs as much as checking some, and tenprint searches load no
    # marks.
    return _held((), codec.decode_marks(()), np.zeros(0, np.int16))


@cache
def _none_enrolled(codec: VectorCodec) -> GalleryBatch:
    return _batch((), codec.decode_marks(()), np.zeros(0, np.int16))


def _held(rows: Sequence[AnyRow], captures: CaptureColumns, years: Int16s) -> HeldCaptures:
    check_vectors(captures.vectors, captures.filled)
    return HeldCaptures(
        encounter_rows=np.array([row.encounter_row for row in rows], np.int64),
        person_rows=np.array([row.person_row for row in rows], np.int64),
        captures=captures,
        years_of_birth=years,
    )


def _prints(transaction: Transaction, rows: Sequence[AnyRow]) -> GalleryBatch:
    captures, years = transaction.codec.decode_tenprints(
        transaction.payloads.open_rows(PayloadKind.TEMPLATES, rows)
    )
    return _batch(rows, captures, years)


def _marks(transaction: Transaction, rows: Sequence[AnyRow]) -> GalleryBatch:
    captures = transaction.codec.decode_marks(
        transaction.payloads.open_rows(PayloadKind.TEMPLATES, rows)
    )
    return _batch(rows, captures, np.zeros(len(rows), np.int16))


def _batch(rows: Sequence[AnyRow], captures: CaptureColumns, years: Int16s) -> GalleryBatch:
    return GalleryBatch(
        encounter_rows=np.array([row.encounter_row for row in rows], np.int64),
        person_rows=np.array([row.person_row for row in rows], np.int64),
        captures=captures,
        galleries=np.array([row.gallery for row in rows], np.uint8),
        forces=_forces(rows),
        years_of_birth=years,
    )


def _forces(rows: Sequence[AnyRow]) -> Int16s:
    numbers = {force: force_number(ForceCode(force)) for force in {row.force for row in rows}}
    return np.array([numbers[row.force] for row in rows], dtype=np.int16)
