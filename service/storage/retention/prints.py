"""Prints taken out of use by a purge: hidden at once, destroyed after a wait or called back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select

from domain.ids import EncounterId, PersonId, UserId
from domain.retention import PlanId, PurgeEnd
from service.storage.engine.membership import Among
from service.storage.engine.rows import AnyRow
from service.storage.engine.writes import insert_unless_taken
from service.storage.people.erasure import destroy_captures
from service.storage.people.moved_captures import CHAINS, IDS
from service.storage.people.people import locked_person
from service.storage.tables.disclosure import restricted_persons
from service.storage.tables.office import (
    print_purge_ends,
    print_purges,
    purge_hides,
    purged_captures,
    retention_settlements,
)
from service.storage.tables.people import (
    ERASED,
    HIDDEN,
    SHOWN,
    encounters,
    gallery_changes,
    persons,
)
from service.storage.transaction import TransactionPart


class PrintPurges(TransactionPart):
    """A purge is written once with its captures; its end is a row beside it."""

    def hide(self, settlement_id: str, people: Collection[PersonId], due_at: datetime) -> int:
        """Take all prints of people out of every search and return how many captures that is.

        Raises NotFoundError when one of them is erased or hidden.
        """
        rows = [locked_person(self._transaction, one) for one in sorted(people)]
        live = self._connection.execute(_LIVE, {"rows": rows}).all()
        moved = self._chains(one.encounter_id for one in live)
        purge = {"settlement_id": settlement_id, "due_at": due_at}
        self._connection.execute(insert(print_purges).values(purge).inline())
        if moved:
            noted = [
                {"settlement_id": settlement_id, "encounter_row": one.encounter_row}
                for one in moved
            ]
            self._connection.execute(insert(purged_captures), noted)
        self._transaction.changes.extend((one.encounter_row, HIDDEN) for one in live)
        return len(live)

    def end(self, settlement_id: str, outcome: PurgeEnd, by: UserId, at: datetime) -> bool:
        """Destroy the prints of a purge or bring them back; False when it has ended already."""
        row = {
            "settlement_id": settlement_id,
            "outcome": outcome.value,
            "ended_by": by,
            "ended_at": at,
        }
        key = ("settlement_id",)
        if not insert_unless_taken(self._connection, print_purge_ends, row, key=key):
            return False
        noted = self._connection.execute(_NOTED, {"settlement": settlement_id}).scalars()
        captures = self._chains(map(EncounterId, noted.all()))
        if outcome is PurgeEnd.DESTROYED:
            destroy_captures(self._transaction, captures)
        else:
            live = [one.encounter_row for one in captures if one.is_live]
            self._transaction.changes.extend((encounter_row, SHOWN) for encounter_row in live)
        return True

    def due(self, at: datetime, limit: int) -> tuple[tuple[str, PersonId], ...]:
        """Return purges whose wait is over with their people, the longest overdue first.

        Those of restricted people are left out: they may be evidence.
        """
        restricted = select(restricted_persons.c.person_row)
        query = (
            _WAITING.where(print_purges.c.due_at <= at, persons.c.person_row.not_in(restricted))
            .order_by(print_purges.c.due_at, print_purges.c.settlement_id)
            .limit(limit)
        )
        return tuple((one, PersonId(who)) for one, who in self._connection.execute(query).all())

    def waiting(self, plan_id: PlanId) -> tuple[tuple[str, PersonId], ...]:
        """Return the purges of a plan that have not ended, with their people."""
        query = _WAITING.where(retention_settlements.c.plan_id == plan_id)
        found = self._connection.execute(query.order_by(print_purges.c.settlement_id)).all()
        return tuple((one, PersonId(who)) for one, who in found)

    def _chains(self, captures: Iterable[EncounterId]) -> Sequence[AnyRow]:
        return self._connection.execute(CHAINS, {IDS: sorted(set(captures))}).all()


_gone = select(gallery_changes.c.encounter_row).where(gallery_changes.c.kind == ERASED)
_LIVE = (
    select(encounters.c.encounter_row, encounters.c.encounter_id)
    .where(
        Among(encounters.c.person_row, "rows"),
        encounters.c.encounter_row.not_in(_gone),
        ~purge_hides(encounters.c.encounter_row),
    )
    .order_by(encounters.c.encounter_row)
)
_NOTED = (
    select(encounters.c.encounter_id)
    .join(purged_captures, purged_captures.c.encounter_row == encounters.c.encounter_row)
    .where(purged_captures.c.settlement_id == bindparam("settlement"))
)
_WAITING = (
    select(print_purges.c.settlement_id, persons.c.person_id)
    .join(
        retention_settlements,
        retention_settlements.c.settlement_id == print_purges.c.settlement_id,
    )
    .join(persons, persons.c.person_row == retention_settlements.c.person_row)
    .outerjoin(print_purge_ends, print_purge_ends.c.settlement_id == print_purges.c.settlement_id)
    .where(print_purge_ends.c.settlement_id.is_(None))
)
