"""Merges of persons on a database: each needs two people, and its captures move to new rows."""

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import CTE, Connection, Select, bindparam, exists, insert, select

from domain.errors import ConflictError, SelfVerificationError
from domain.ids import EncounterId, PersonId, PersonRow
from domain.retention.erasures import Merge
from service.storage.engine.rows import Among, AnyRow, row_of, value_of
from service.storage.people.gallery_feed import IN_FORCE, REMADE_MINUTIAE
from service.storage.people.people import locked_person
from service.storage.tables.links import (
    encounter_successors,
    merge_confirmations,
    merged_persons,
    person_merges,
)
from service.storage.tables.office import purge_hides
from service.storage.tables.people import ENROLLED, ERASED, encounters, gallery_changes, persons
from service.storage.tables.workbench import capture_images, capture_minutiae, capture_sources
from service.storage.transaction import Transaction, TransactionPart

_MOVES = encounter_successors.c


def _followed(start: Select[tuple[int]], name: str, *, is_back: bool = False) -> CTE:
    """Return the rows of captures and all rows to which, or from which, they were moved."""
    known, further = _MOVES.encounter_row, _MOVES.successor_row
    if is_back:
        known, further = further, known
    reached = start.cte(name, recursive=True)
    return reached.union(select(further).join(reached, reached.c.encounter_row == known))


_THESE = select(encounters.c.encounter_row).where(Among(encounters.c.encounter_id, "ids"))
_CHAIN = _followed(select(_followed(_THESE, "from_these").c.encounter_row), "chain", is_back=True)
_CHAINS = (
    select(
        encounters.c.encounter_row,
        encounters.c.encounter_id,
        encounters.c.payload_id,
        persons.c.person_id,
        (
            ~exists().where(
                gallery_changes.c.encounter_row == encounters.c.encounter_row,
                gallery_changes.c.kind == ERASED,
            )
        ).label("is_live"),
    )
    .join(_CHAIN, _CHAIN.c.encounter_row == encounters.c.encounter_row)
    .join(persons, persons.c.person_row == encounters.c.person_row)
    .order_by(encounters.c.encounter_row)
)


def chains_of(connection: Connection, captures: Iterable[EncounterId]) -> Sequence[AnyRow]:
    """Return all rows that captures have or had, wherever merges moved them; one row is live."""
    return connection.execute(_CHAINS, {"ids": sorted(set(captures))}).all()


_OWNERS = "owners"


def take_pictures(transaction: Transaction, new_id_of: Mapping[str, str]) -> None:
    """Store that captures with new ids share the images and minutiae of their earlier ids.

    `new_id_of` gives the new id for the earlier id of each moved capture. The minutiae are those
    in force.
    """
    owners, connection = {_OWNERS: sorted(new_id_of)}, transaction.connection
    for table in (capture_images, capture_sources):
        owner = table.c.owner_id if "owner_id" in table.c else table.c.encounter_id
        rows = connection.execute(select(table).where(Among(owner, _OWNERS)), owners)
        moved = [{**row, owner.name: new_id_of[row[owner.name]]} for row in rows.mappings()]
        if moved:
            transaction.payloads.lend(table, moved)
            connection.execute(insert(table).inline(), moved)
    minutiae = list(_minutiae(connection, new_id_of, owners))
    if minutiae:
        transaction.payloads.lend(capture_minutiae, minutiae)
        connection.execute(insert(capture_minutiae).inline(), minutiae)


def _minutiae(
    connection: Connection, new_id_of: Mapping[str, str], owners: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    remade = connection.execute(REMADE_MINUTIAE, owners).all()
    newest = {row.owner_id: row.after_change for row in remade}
    for row in remade:
        if row.after_change == newest[row.owner_id]:
            yield _part_moved(row, new_id_of)
    own = select(capture_minutiae).where(Among(capture_minutiae.c.owner_id, _OWNERS))
    for row in connection.execute(own, owners).all():
        if row.owner_id not in newest:
            yield _part_moved(row, new_id_of)


def _part_moved(row: Any, new_id_of: Mapping[str, str]) -> dict[str, Any]:
    return row_of(capture_minutiae, row, owner_id=new_id_of[row.owner_id])


class Merges(TransactionPart):
    """Merges. They are written once; each capture moves to a new row, and the old row is kept."""

    def propose(self, merge: Merge) -> None:
        """Store a proposal. Raises NotFoundError for an unknown person."""
        surviving, absorbed = self._rows_of(merge)
        self._add(
            person_merges,
            merge,
            surviving_row=surviving,
            absorbed_row=absorbed,
            payload_id=self._put_words(merge.reason),
        )

    def get(self, merge_id: str) -> Merge | None:
        """Return a proposal, with its confirmation if there is one."""
        found = self._merges(_MERGE, merge_id=merge_id)
        return found[0] if found else None

    def about(self, person_id: PersonId) -> tuple[Merge, ...]:
        """Return every proposal that names this person, oldest first."""
        return self._merges(_MERGES_ABOUT, person_id=person_id)

    def confirm(self, merge: Merge) -> tuple[EncounterId, ...]:
        """Store the confirmation of a merge, move the captures, and return their new ids.

        Raises SelfVerificationError when the confirmer also proposed the merge. Raises
        ConflictError when the merge is already confirmed, either person is already merged, prints
        of either person are being purged, or the merge to be undone is not in force.
        """
        if merge.confirmed_by is None or merge.confirmed_by == merge.proposed_by:
            raise SelfVerificationError("You proposed this merge: another person must confirm it.")
        surviving, absorbed = self._rows_of(merge)
        self._demand_no_purge(surviving, absorbed)
        if not self._add_new(merge_confirmations, merge):
            raise ConflictError("This merge has already been confirmed.")
        if merge.undoes is None:
            self._bind(merge, surviving, absorbed)
            return self._move(merge.merge_id, self._held(absorbed), surviving)
        self._unbind(merge, absorbed)
        return self._move(merge.merge_id, self._moved_by(merge.undoes), absorbed)

    def origins(self, moved: Collection[EncounterId]) -> tuple[EncounterId, ...]:
        """Return the ids that captures had before they were moved."""
        successor = encounters.alias("successor")
        query = (
            select(encounters.c.encounter_id)
            .join(
                encounter_successors,
                encounter_successors.c.encounter_row == encounters.c.encounter_row,
            )
            .join(successor, successor.c.encounter_row == encounter_successors.c.successor_row)
            .where(successor.c.encounter_id.in_(moved))
        )
        return tuple(EncounterId(found) for found in self._column(query))

    def survivor(self, person_id: PersonId) -> PersonId | None:
        """Return the person into whom this person is currently merged, or None."""
        found = self._cell(_SURVIVOR, person_id=person_id)
        return None if found is None else PersonId(found)

    def _rows_of(self, merge: Merge) -> tuple[PersonRow, PersonRow]:
        """Return the rows of both people, locked against erasure, always in the same order."""
        first, second = sorted((merge.surviving, merge.absorbed))
        row_of = {one: locked_person(self._transaction, one) for one in (first, second)}
        return row_of[merge.surviving], row_of[merge.absorbed]

    def _demand_no_purge(self, *people: PersonRow) -> None:
        query = select(encounters.c.encounter_row).where(
            encounters.c.person_row.in_(people), purge_hides(encounters.c.encounter_row)
        )
        if self._has(query.limit(1)):
            raise ConflictError(
                "Prints of one of the two people are being purged: cancel the purge, or wait "
                "until it has ended."
            )

    def _bind(self, merge: Merge, surviving: PersonRow, absorbed: PersonRow) -> None:
        """Merge two people. Chains of merges are refused, so that one step undoes a merge."""
        taken = select(merged_persons.c.merge_id).where(
            merged_persons.c.absorbed_row.in_((surviving, absorbed))
            | (merged_persons.c.surviving_row == absorbed)
        )
        if self._has(taken):
            raise ConflictError(
                "One of the two people has already been merged with somebody: undo that "
                "merge first."
            )
        if not self._add_new(
            merged_persons, absorbed_row=absorbed, surviving_row=surviving, merge_id=merge.merge_id
        ):
            raise ConflictError(
                "The person has already been merged with somebody: undo that merge first."
            )

    def _unbind(self, merge: Merge, absorbed: PersonRow) -> None:
        if self._remove(merged_persons, absorbed_row=absorbed, merge_id=merge.undoes) != 1:
            raise ConflictError("The merge has already been undone, or was never carried out.")

    def _held(self, person_row: PersonRow) -> Sequence[AnyRow]:
        return self._live(_CAPTURES.where(encounters.c.person_row == person_row))

    def _moved_by(self, merge_id: str) -> Sequence[AnyRow]:
        return self._live(
            _CAPTURES.join(
                encounter_successors,
                encounter_successors.c.successor_row == encounters.c.encounter_row,
            ).where(encounter_successors.c.merge_id == merge_id)
        )

    def _live(self, query: Select[Any]) -> Sequence[AnyRow]:
        gone = select(gallery_changes.c.encounter_row).where(gallery_changes.c.kind == ERASED)
        live = query.where(encounters.c.encounter_row.not_in(gone))
        return self._rows(live.order_by(encounters.c.encounter_row))

    def _move(
        self, merge_id: str, rows: Sequence[AnyRow], to: PersonRow
    ) -> tuple[EncounterId, ...]:
        """Move captures to new rows of another person, and queue both changes for the index."""
        if not rows:
            return ()
        fresh = self._transaction.numbers.take(encounters.c.encounter_row, len(rows))
        pairs = list(zip(rows, fresh, strict=True))
        moved = [_moved(row, new, to) for row, new in pairs]
        self._transaction.payloads.lend(encounters, moved)
        self._connection.execute(insert(encounters), moved)
        self._add_all(
            encounter_successors,
            [
                {"encounter_row": r.encounter_row, "successor_row": new, "merge_id": merge_id}
                for r, new in pairs
            ],
        )
        new_ids = (one["encounter_id"] for one in moved)
        take_pictures(
            self._transaction, dict(zip((row.encounter_id for row in rows), new_ids, strict=True))
        )
        for row, new in pairs:
            self._transaction.changes.append((row.encounter_row, ERASED))
            self._transaction.changes.append((new, ENROLLED))
        return tuple(EncounterId(row["encounter_id"]) for row in moved)

    def _merges(self, query: Select[Any], /, **values: Any) -> tuple[Merge, ...]:
        rows = self._rows(query, **values)
        return tuple(map(_merge, rows, self._words(rows)))


_CAPTURES = select(encounters, IN_FORCE.label("in_force")).select_from(encounters)
_SURVIVING = persons.alias("surviving")
_ABSORBED = persons.alias("absorbed")
_SURVIVOR = (
    select(_SURVIVING.c.person_id)
    .join(merged_persons, merged_persons.c.surviving_row == _SURVIVING.c.person_row)
    .join(_ABSORBED, _ABSORBED.c.person_row == merged_persons.c.absorbed_row)
    .where(_ABSORBED.c.person_id == bindparam("person_id"))
)
_MERGES = (
    select(
        person_merges,
        _SURVIVING.c.person_id.label("surviving_id"),
        _ABSORBED.c.person_id.label("absorbed_id"),
        merge_confirmations.c.confirmed_by,
        merge_confirmations.c.confirmed_at,
    )
    .join(_SURVIVING, _SURVIVING.c.person_row == person_merges.c.surviving_row)
    .join(_ABSORBED, _ABSORBED.c.person_row == person_merges.c.absorbed_row)
    .outerjoin(merge_confirmations, merge_confirmations.c.merge_id == person_merges.c.merge_id)
)
_MERGE = _MERGES.where(person_merges.c.merge_id == bindparam("merge_id"))
_MERGES_ABOUT = _MERGES.where(
    (_SURVIVING.c.person_id == bindparam("person_id"))
    | (_ABSORBED.c.person_id == bindparam("person_id"))
).order_by(person_merges.c.merge_row)


def _moved(row: AnyRow, new_row: int, to: PersonRow) -> dict[str, Any]:
    return {
        "encounter_row": new_row,
        # The same move always gets the same id, wherever it is computed, without any randomness.
        "encounter_id": uuid.uuid5(uuid.NAMESPACE_OID, f"{row.encounter_id}:{new_row}").hex,
        "person_row": to,
        "force": row.force,
        "gallery": row.gallery,
        "payload_id": row.in_force,
    }


def _merge(row: AnyRow, reason: str) -> Merge:
    return value_of(
        Merge,
        row,
        surviving=PersonId(row.surviving_id),
        absorbed=PersonId(row.absorbed_id),
        reason=reason,
    )
