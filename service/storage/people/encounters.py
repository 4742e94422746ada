"""Captures with their templates, and the gallery as it was at an earlier change."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Select, bindparam, func, select

from domain.arrays import Bools, Int64s
from domain.errors import InvalidInputError, NotFoundError
from domain.ids import EncounterId, EncounterRow, ForceCode, PersonId, PersonRow
from domain.prints.prints import Encounter
from indexing.codes.batches import Gallery
from prints.vectors.blobs import GALLERY_BYTES, Capture, label_of
from service.storage.engine.rows import Among, rows_where
from service.storage.people import gallery_feed
from service.storage.people.merges import chains_of
from service.storage.people.people import locked_person
from service.storage.people.references import owners_under
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.metadata import ROW
from service.storage.tables.people import (
    ENROLLED,
    ERASED,
    encounters,
    gallery_changes,
    payloads,
    persons,
)
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True, eq=False)
class PastCaptures:
    """Part of a gallery as it was at an earlier change, in the order of enrolment."""

    cursor: int
    """The number of the last change examined."""
    held: gallery_feed.HeldTemplates
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
    encounter_rows: Int64s
    """int64 (n,)."""
    person_rows: Int64s
    """int64 (n,): the person of each capture at the time, which no later merge changes."""
    is_gone: Bools
    """bool (n,): whether the templates have since been erased."""
    is_last: bool
    """Whether the gallery held nothing after these captures."""


_LATER = gallery_changes.alias("later")
_LAST_BY_THEN = (
    select(_LATER.c.kind)
    .where(
        _LATER.c.encounter_row == gallery_changes.c.encounter_row,
        _LATER.c.change_seq <= bindparam(gallery_feed.AT, type_=ROW),
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
        .outerjoin(payloads, payloads.c.payload_id == gallery_feed.IN_FORCE)
        .where(
            gallery_changes.c.kind == ENROLLED,
            gallery_changes.c.change_seq > bindparam("after"),
            gallery_changes.c.change_seq <= bindparam(gallery_feed.AT, type_=ROW),
            encounters.c.gallery == bindparam("gallery"),
            _LAST_BY_THEN.in_(gallery_feed.ADDITIONS),
        )
        .order_by(gallery_changes.c.change_seq)
        .limit(bindparam("most"))
    )


_TEMPLATES = _past(
    encounters.c.encounter_id,
    encounters.c.person_row,
    encounters.c.force,
    encounters.c.gallery,
    gallery_feed.NAMED_IN_FORCE,
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
        asked = {gallery_feed.AT: change, "gallery": int(gallery), "after": after, "most": limit}
        rows = self._rows(_TEMPLATES, **asked)
        there = [row for row in rows if row.body is not None]
        is_last = len(rows) < limit
        return PastCaptures(
            cursor=change if is_last else rows[-1].change_seq,
            held=gallery_feed.held_of(self._transaction, there),
            gone=len(rows) - len(there),
            is_last=is_last,
        )

    def rows_at(self, change: int, gallery: Gallery, *, after: int, limit: int) -> PastRows:
        """Return the captures that `captures_at` would return, only by row; decrypts nothing."""
        asked = {gallery_feed.AT: change, "gallery": int(gallery), "after": after, "most": limit}
        rows = self._rows(_ROWS, **asked)
        is_last = len(rows) < limit
        return PastRows(
            cursor=change if is_last else rows[-1].change_seq,
            encounter_rows=np.array([row.encounter_row for row in rows], np.int64),
            person_rows=np.array([row.person_row for row in rows], np.int64),
            is_gone=np.array([row.is_gone for row in rows], np.bool_),
            is_last=is_last,
        )

    def touched_after(self, change: int, *, newest: int) -> Int64s:
        """Return the captures, up to row `newest`, that a later change affects: int64, ascending.

        All other captures are as they were at the change: present or absent, and with the same
        templates.
        """
        return np.array(self._column(_TOUCHED, after=change, newest=newest), np.int64)


@dataclass(frozen=True, slots=True)
class Placement:
    """The person row and gallery of a new encounter, and the values of the gallery filters.

    A mark in the unsolved mark file also has a person: its unknown donor, who is only an id.
    """

    person_row: PersonRow
    gallery: Gallery
    year_of_birth: int
    """0 when unknown."""


# Built once, because building a statement costs as much as running it.
_ENCOUNTER = (
    select(persons.c.person_id, encounters.c.force, gallery_feed.NAMED_IN_FORCE)
    .select_from(encounters)
    .join(persons, persons.c.person_row == encounters.c.person_row)
    .where(encounters.c.encounter_id == bindparam("encounter_id"))
)
_IDS = select(encounters.c.encounter_row, encounters.c.encounter_id).where(
    Among(encounters.c.encounter_row, "rows")
)
_CAPTURE_BY_FORCE = rows_where(
    encounters.c.encounter_row, person_row=bindparam("person_row"), force=bindparam("force")
).limit(1)
_HELD_BY_ROW = gallery_feed.HELD.where(Among(encounters.c.encounter_row, gallery_feed.WANTED))
_NEWEST = gallery_feed.HELD.order_by(encounters.c.encounter_row.desc()).limit(1)
_HELD_BY_ID = gallery_feed.HELD.where(Among(encounters.c.encounter_id, gallery_feed.WANTED))


class Encounters(TransactionPart):
    """Encounters with their templates. Additions and erasures are numbered consecutively.

    The numbers are assigned at the commit, so that the order of the feed is the order of the
    commits.
    """

    def add(self, encounter: Encounter, placement: Placement) -> EncounterRow:
        """Store an encounter and queue its change.

        Raises NotFoundError when the person is unknown, erased, or not the person of the
        placement, and InvalidInputError for an unsolved mark with more than one impression.
        """
        if locked_person(self._transaction, encounter.person_id) != placement.person_row:
            raise NotFoundError
        if placement.gallery is Gallery.UNSOLVED_MARKS and len(encounter.impressions) != 1:
            raise InvalidInputError("An unsolved mark has exactly one impression.")
        capture = Capture(encounter.captured_at, placement.year_of_birth)
        blob = self._transaction.codec.encode(
            encounter.impressions, capture, value_bytes=GALLERY_BYTES
        )
        row = self._transaction.numbers.one(encounters.c.encounter_row)
        self._add(
            encounters,
            encounter,
            encounter_row=row,
            person_row=placement.person_row,
            gallery=int(placement.gallery),
            payload_id=self._put(PayloadKind.TEMPLATES, blob),
        )
        self._transaction.changes.append((row, ENROLLED))
        return EncounterRow(row)

    def get(self, encounter_id: EncounterId) -> Encounter | None:
        """Return an encounter with its impressions, or None when unknown or erased."""
        row = self._row(_ENCOUNTER, encounter_id=encounter_id)
        if row is None:
            return None
        blob = self._body(PayloadKind.TEMPLATES, row)
        if blob is None:
            return None
        impressions, capture = self._transaction.codec.decode(blob)
        return Encounter(
            encounter_id,
            PersonId(row.person_id),
            ForceCode(row.force),
            capture.captured_at,
            impressions,
        )

    def take_out(self, encounter_id: EncounterId) -> tuple[EncounterId, ...]:
        """Remove a capture from the gallery, wherever merges have moved it; return all the ids it
        has had.

        Its templates are kept with its person, so that earlier searches can be repeated.
        """
        rows = chains_of(self._connection, [encounter_id])
        self._transaction.changes.extend(
            (row.encounter_row, ERASED) for row in rows if row.is_live
        )
        return tuple(EncounterId(row.encounter_id) for row in rows)

    def has_enrolled(self, force: ForceCode, person_row: PersonRow) -> bool:
        """Return whether this force ever enrolled a capture of the person, moved since or not."""
        wanted = {"force": force, "person_row": person_row}
        return self._has(_CAPTURE_BY_FORCE, **wanted)

    def under(
        self, force: ForceCode, keyed_digest: str, *, before: str | None, limit: int
    ) -> tuple[EncounterId, ...]:
        """Return captures of a force whose client reference has this digest, newest first."""
        query = select(encounters.c.encounter_id).where(
            encounters.c.encounter_id.in_(owners_under(force, keyed_digest))
        )
        if before is not None:
            start = rows_where(encounters.c.encounter_row, encounter_id=before, force=force)
            query = query.where(encounters.c.encounter_row < start.scalar_subquery())
        query = query.order_by(encounters.c.encounter_row.desc()).limit(limit)
        return tuple(EncounterId(one) for one in self._column(query))

    def ids(self, rows: Collection[EncounterRow]) -> Mapping[EncounterRow, EncounterId]:
        """Return the ids of these rows in one query."""
        found = self._connection.execute(_IDS, {"rows": sorted(set(rows))})
        return {EncounterRow(row): EncounterId(encounter_id) for row, encounter_id in found}

    def rows_of(self, person_rows: Collection[int]) -> tuple[int, ...]:
        """Return the rows of these people's tenprint captures, ascending, without erased ones."""
        query = (
            select(encounters.c.encounter_row)
            .join(payloads, payloads.c.payload_id == encounters.c.payload_id)
            .where(
                Among(encounters.c.person_row, "of"),
                encounters.c.gallery.in_((Gallery.TENPRINTS, Gallery.STAFF)),
            )
            .order_by(encounters.c.encounter_row)
        )
        return tuple(self._column(query, of=sorted(person_rows)))

    def templates(
        self, rows: Collection[EncounterRow], *, at: int = gallery_feed.NOW
    ) -> gallery_feed.HeldTemplates:
        """Return the stored templates of these encounters in one query, without erased ones.

        `at` selects the templates that were in force at this change of the gallery.
        """
        wanted = {gallery_feed.WANTED: sorted(set(rows)), gallery_feed.AT: at}
        return gallery_feed.held_of(self._transaction, self._rows(_HELD_BY_ROW, **wanted))

    def templates_by_id(
        self, encounter_ids: Collection[EncounterId], *, at: int = gallery_feed.NOW
    ) -> gallery_feed.HeldTemplates:
        """Return the stored templates by encounter id, wherever a capture has moved since."""
        wanted = {gallery_feed.WANTED: sorted(set(encounter_ids)), gallery_feed.AT: at}
        return gallery_feed.held_of(self._transaction, self._rows(_HELD_BY_ID, **wanted))

    def template_format(self) -> str | None:
        """Return the format label of the newest capture that is not erased, or None."""
        row = self._row(_NEWEST)
        if row is None:
            return None
        (blob,) = self._transaction.payloads.open_rows(PayloadKind.TEMPLATES, [row])
        return label_of(blob) or None

    def count(self) -> int:
        """Return the number of encounters not erased, including changes of this transaction."""
        known = select(func.count()).select_from(encounters)
        gone = select(func.count()).where(gallery_changes.c.kind == ERASED)
        queued = sum(kind == ERASED for _, kind in self._transaction.changes)
        execute = self._connection.execute
        return int(execute(known).scalar_one() - execute(gone).scalar_one()) - queued
