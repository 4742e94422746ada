"""Restrictions imposed and lifted, and the data that the force holding the evidence still sees."""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, func, select

from domain.errors import ConflictError, NotFoundError
from domain.ids import EncounterId, ForceCode, PersonId, RecordId, RestrictionId
from domain.list_pages import ListPage
from domain.people.items import ItemId, Items
from domain.people.people import Details
from domain.retention.disclosure import MATTERS, RestrictedRecord, Restriction
from service.storage.engine.rows import AnyRow, newest, rows_where, value_of
from service.storage.people import erasure
from service.storage.people.record_bodies import read_details, read_items
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.disclosure import (
    gone_persons,
    hidden_persons,
    open_erasures,
    restricted_items,
    restricted_persons,
    restriction_ends,
    restrictions,
)
from service.storage.tables.people import encounters, persons, records
from service.storage.transaction import TransactionPart


class Restrictions(TransactionPart):
    """Restrictions. The beginning and the end of each are written once."""

    def begin(self, restriction: Restriction, people: Collection[PersonId]) -> None:
        """Store a restriction and hide these people.

        Raises NotFoundError if one of them is unknown, erased or already restricted, and
        ConflictError if an erasure of one of them has been requested.
        """
        self._put_aside(restriction, people)
        for person_id in sorted(people):
            erasure.restrict_person(self._transaction, person_id, restriction.restriction_id)

    def begin_item(self, restriction: Restriction, people: Collection[PersonId]) -> None:
        """Store the restriction of an item and withhold the versions that contain the item.

        First store the version without the item. Raises the same errors as `begin`.
        """
        self._put_aside(restriction, people)
        erasure.withhold_versions(self._transaction)

    def _put_aside(self, restriction: Restriction, people: Collection[PersonId]) -> None:
        rows = self._claimed(people)
        to_erase = select(open_erasures.c.person_row).where(
            open_erasures.c.person_row.in_(rows.values())
        )
        if self._row(to_erase):
            raise ConflictError(
                "Erasure of this person's data has been requested: cancel the erasure first."
            )
        self._add(
            restrictions,
            restriction,
            person_row=rows[restriction.person_id],
            payload_id=self._put_words(restriction.reasons),
        )

    def _claimed(self, people: Collection[PersonId]) -> dict[PersonId, int]:
        """Return the rows of people, locked. Raises NotFoundError if one no longer exists."""
        query = (
            select(persons.c.person_id, persons.c.person_row)
            .where(persons.c.person_id.in_(people))
            .order_by(persons.c.person_row)
            .with_for_update()
        )
        found = {
            PersonId(row.person_id): row.person_row for row in self._connection.execute(query)
        }
        # Queried after the rows are locked, so that earlier transactions have committed and are
        # seen.
        gone = select(gone_persons.c.person_row).where(
            gone_persons.c.person_row.in_(found.values())
        )
        if len(found) < len(people) or self._row(gone):
            raise NotFoundError
        return found

    def end(self, restriction: Restriction) -> None:
        """End a restriction, and restore what it hid. Raises ConflictError if it has ended."""
        if not self._add_new(
            restriction_ends, restriction, payload_id=self._put_words(restriction.lifting_reasons)
        ):
            raise ConflictError("This restriction has already been lifted.")
        if restriction.item_id is None:
            erasure.lift_restriction(self._transaction, restriction.restriction_id)
        else:
            erasure.give_back_to_all(self._transaction)

    def get(self, restriction_id: RestrictionId) -> Restriction | None:
        """Return a restriction, or None when unknown."""
        found = self._told(self._rows(_ALL.where(restrictions.c.restriction_id == restriction_id)))
        return found[0] if found else None

    def page(
        self, *, is_open: bool, holder: ForceCode | None, before: str | None, limit: int
    ) -> ListPage[Restriction, str]:
        """Return a page of open or lifted restrictions, newest first."""
        ended, key = restriction_ends.c.restriction_id, restrictions.c.restriction_id
        query = _ALL.where(ended.is_(None) if is_open else ended.is_not(None))
        if holder is not None:
            query = query.where(restrictions.c.holder == holder)
        by = newest(restrictions.c.restriction_row)
        page = self._list_page(query, by, key, behind=before, limit=limit, among=_ALL)
        return page.of(self._told(page.items))

    def hidden_by(self, restriction_id: RestrictionId) -> tuple[PersonId, ...]:
        """Return the people whom a restriction hides now."""
        query = (
            select(persons.c.person_id)
            .join(restricted_persons, restricted_persons.c.person_row == persons.c.person_row)
            .where(restricted_persons.c.restriction_id == restriction_id)
            .order_by(persons.c.person_id)
        )
        return tuple(PersonId(one) for one in self._column(query))

    def is_restricted(self, person_id: PersonId) -> bool:
        """Whether this person is restricted now."""
        query = (
            select(restricted_persons.c.person_row)
            .join(persons, persons.c.person_row == restricted_persons.c.person_row)
            .where(persons.c.person_id == person_id)
        )
        return self._has(query)

    def records(self, restriction_id: RestrictionId) -> tuple[RestrictedRecord, ...]:
        """Return the newest versions of the records that a restriction hides."""
        rows = self._rows(_HIDDEN_RECORDS, id=restriction_id)
        ids = [row.payload_id for row in rows]
        bodies = self._transaction.payloads.get_withheld(PayloadKind.RECORD, ids)
        return tuple(_record(row, bodies[row.payload_id]) for row in rows)

    def items_before(self, restriction: Restriction) -> Items:
        """Return the items of the last version that still contained the restricted item."""
        its = {"record_id": restriction.record_id, "version": (restriction.version or 0) - 1}
        query = rows_where(records.c.payload_id, **its)
        row = self._cell(query)
        bodies = self._transaction.payloads.get_withheld(PayloadKind.RECORD, [row])
        return read_items(bodies[row])[0]

    def has_items(self, people: Collection[PersonId]) -> bool:
        """Whether an item of these people is restricted."""
        return bool(self._items_of(people))

    def has_matters(self, people: Collection[PersonId]) -> bool:
        """Whether an arrest, a conviction or part of one is restricted for these people."""
        kinds = {one.rpartition("-")[0] for one in self._items_of(people)}
        return not MATTERS.isdisjoint(kinds)

    def _items_of(self, people: Collection[PersonId]) -> list[str]:
        query = (
            select(restricted_items.c.item_id)
            .join(persons, persons.c.person_row == restricted_items.c.person_row)
            .where(persons.c.person_id.in_(people))
        )
        return list(self._column(query))

    def is_item_restricted(self, record_id: RecordId, item_id: ItemId) -> bool:
        """Whether this item is itself restricted now."""
        query = rows_where(restricted_items.c.restriction_id, record_id=record_id, item_id=item_id)
        return self._has(query)

    def hidden_details(self) -> tuple[Details, ...]:
        """Return the details on the newest records of all hidden people; never show them.

        Hidden people are those who are restricted, and those whose erasure is not yet carried out.
        """
        ids = list(self._column(_HIDDEN_BODIES))
        bodies = self._transaction.payloads.get_withheld(PayloadKind.RECORD, ids)
        return tuple(map(read_details, bodies.values()))

    def captures(self, restriction_id: RestrictionId) -> tuple[EncounterId, ...]:
        """Return the ids of the captures that a restriction hides, oldest first."""
        query = (
            select(encounters.c.encounter_id)
            .join(restricted_persons, restricted_persons.c.person_row == encounters.c.person_row)
            .where(restricted_persons.c.restriction_id == restriction_id)
            .order_by(encounters.c.encounter_row)
        )
        return tuple(EncounterId(one) for one in self._column(query))

    def _told(self, rows: Sequence[AnyRow]) -> tuple[Restriction, ...]:
        reasons = self._words_of([row.payload_id for row in rows])
        lifting = self._words_of([row.lifting_id or 0 for row in rows])
        return tuple(
            value_of(Restriction, row, reasons=why, lifting_reasons=why_not)
            for row, why, why_not in zip(rows, reasons, lifting, strict=True)
        )

    def _words_of(self, ids: Sequence[int]) -> list[str]:
        bodies = self._transaction.payloads.get_withheld(PayloadKind.WORDS, ids)
        return [bodies.get(one, b"").decode() for one in ids]


def _record(row: AnyRow, body: bytes) -> RestrictedRecord:
    return value_of(RestrictedRecord, row, held=read_items(body)[0].held)


_ALL = (
    select(
        restrictions,
        persons.c.person_id,
        restriction_ends.c.told_on,
        restriction_ends.c.lifted_by,
        restriction_ends.c.lifted_at,
        restriction_ends.c.payload_id.label("lifting_id"),
    )
    .join(persons, persons.c.person_row == restrictions.c.person_row)
    .outerjoin(
        restriction_ends, restriction_ends.c.restriction_id == restrictions.c.restriction_id
    )
)
_NEWEST = select(func.max(records.c.record_row)).group_by(records.c.record_id)
_HIDDEN_RECORDS = (
    select(records.c.record_id, records.c.force, records.c.payload_id, persons.c.person_id)
    .join(persons, persons.c.person_row == records.c.person_row)
    .join(restricted_persons, restricted_persons.c.person_row == records.c.person_row)
    .where(
        restricted_persons.c.restriction_id == bindparam("id"),
        records.c.record_row.in_(_NEWEST),
    )
    .order_by(records.c.record_row)
)
_HIDDEN_BODIES = (
    select(records.c.payload_id)
    .join(hidden_persons, hidden_persons.c.person_row == records.c.person_row)
    .where(records.c.record_row.in_(_NEWEST))
    .order_by(records.c.record_row)
)
