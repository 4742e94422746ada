"""Captures with their templates."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import bindparam, func, insert, select

from domain.errors import InvalidInputError, NotFoundError
from domain.ids import EncounterId, EncounterRow, ForceCode, PersonId, PersonRow
from domain.prints.prints import Encounter
from indexing.codes.batches import Gallery
from prints.vectors.blobs import GALLERY_BYTES, Capture, label_of
from service.storage.engine.rows import Among
from service.storage.people.gallery_feed import (
    HELD,
    LAST_CHANGE,
    WANTED,
    GalleryChanges,
    HeldTemplates,
    TouchedPeople,
    changes_after,
    held_of,
    people_touched_after,
)
from service.storage.people.merges import CHAINS, IDS
from service.storage.people.past_gallery import (
    PastCaptures,
    PastRows,
    gallery_at,
    gallery_rows_at,
    touched_after,
)
from service.storage.people.people import locked_person
from service.storage.people.references import owners_under
from service.storage.people.templates_in_force import AT, NAMED_IN_FORCE, NOW
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.people import (
    ENROLLED,
    ERASED,
    encounters,
    gallery_changes,
    payloads,
    persons,
)
from service.storage.transaction import TransactionPart


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
_NEW_ENCOUNTER = insert(encounters).inline()
_ENCOUNTER = (
    select(persons.c.person_id, encounters.c.force, NAMED_IN_FORCE)
    .select_from(encounters)
    .join(persons, persons.c.person_row == encounters.c.person_row)
    .where(encounters.c.encounter_id == bindparam("encounter_id"))
)
_IDS = select(encounters.c.encounter_row, encounters.c.encounter_id).where(
    Among(encounters.c.encounter_row, "rows")
)
_CAPTURE_BY_FORCE = (
    select(encounters.c.encounter_row)
    .where(
        encounters.c.person_row == bindparam("person_row"),
        encounters.c.force == bindparam("force"),
    )
    .limit(1)
)
_HELD_BY_ROW = HELD.where(Among(encounters.c.encounter_row, WANTED))
_NEWEST = HELD.order_by(encounters.c.encounter_row.desc()).limit(1)
_HELD_BY_ID = HELD.where(Among(encounters.c.encounter_id, WANTED))


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
        values = {
            "encounter_row": row,
            "encounter_id": encounter.encounter_id,
            "person_row": placement.person_row,
            "force": encounter.force,
            "gallery": int(placement.gallery),
            "payload_id": self._put(PayloadKind.TEMPLATES, blob),
        }
        self._transaction.payloads.bind(encounters, [values])
        self._connection.execute(_NEW_ENCOUNTER, values)
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
        rows = self._connection.execute(CHAINS, {IDS: [encounter_id]}).all()
        self._transaction.changes.extend(
            (row.encounter_row, ERASED) for row in rows if row.is_live
        )
        return tuple(EncounterId(row.encounter_id) for row in rows)

    def has_enrolled(self, force: ForceCode, person_row: PersonRow) -> bool:
        """Return whether this force has ever enrolled a capture of the person.

        Captures that were since moved to another person count.
        """
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
            start = select(encounters.c.encounter_row).where(
                encounters.c.encounter_id == before, encounters.c.force == force
            )
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

    def templates(self, rows: Collection[EncounterRow], *, at: int = NOW) -> HeldTemplates:
        """Return the stored templates of these encounters in one query, without erased ones.

        `at` selects the templates that were in force at this change of the gallery.
        """
        wanted = {WANTED: sorted(set(rows)), AT: at}
        return held_of(self._transaction, self._rows(_HELD_BY_ROW, **wanted))

    def templates_by_id(
        self, encounter_ids: Collection[EncounterId], *, at: int = NOW
    ) -> HeldTemplates:
        """Return the stored templates by encounter id, wherever a capture has moved since."""
        wanted = {WANTED: sorted(set(encounter_ids)), AT: at}
        return held_of(self._transaction, self._rows(_HELD_BY_ID, **wanted))

    def template_format(self) -> str | None:
        """Return the format label of the newest capture that is not erased, or None."""
        row = self._row(_NEWEST)
        if row is None:
            return None
        (blob,) = self._transaction.payloads.open_rows(PayloadKind.TEMPLATES, [row])
        return label_of(blob) or None

    def last_change(self) -> int:
        """Return the number of the newest change, or 0 if there is none."""
        return int(self._connection.execute(LAST_CHANGE).scalar_one())

    def changes_after(self, cursor: int, limit: int) -> GalleryChanges:
        """Return up to `limit` changes after `cursor`, as columns for speed."""
        return changes_after(self._transaction, cursor, limit)

    def gallery_at(self, change: int, gallery: Gallery, *, after: int, limit: int) -> PastCaptures:
        """Return up to `limit` captures of a gallery as it was at a change.

        These are the captures enrolled up to that change and not yet erased or moved, from the
        change `after` on.
        """
        return gallery_at(self._transaction, change, gallery, after=after, limit=limit)

    def gallery_rows_at(
        self, change: int, gallery: Gallery, *, after: int, limit: int
    ) -> PastRows:
        """Return the rows of the captures that `gallery_at` would return; nothing is decrypted."""
        return gallery_rows_at(self._transaction, change, gallery, after=after, limit=limit)

    def touched_after(self, change: int, *, newest: int) -> npt.NDArray[np.int64]:
        """Return the captures, up to row `newest`, that a later change affects: int64, ascending.

        All other captures are as they were at the change: present or absent, and with the same
        templates.
        """
        return touched_after(self._transaction, change, newest=newest)

    def people_touched_after(self, cursor: int, limit: int) -> TouchedPeople:
        """Return the people affected by up to `limit` changes after `cursor`."""
        return people_touched_after(self._connection, cursor, limit)

    def count(self) -> int:
        """Return the number of encounters not erased, including changes of this transaction."""
        known = select(func.count()).select_from(encounters)
        gone = select(func.count()).where(gallery_changes.c.kind == ERASED)
        queued = sum(kind == ERASED for _, kind in self._transaction.changes)
        execute = self._connection.execute
        return int(execute(known).scalar_one() - execute(gone).scalar_one()) - queued
