"""Decisions of retention reviews, and purged prints, which no search finds."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, select

from domain.ids import EncounterId, PersonId, PersonRow, RequestId, UserId
from domain.requests.request_states import ENDED
from domain.retention.retention import PlanId, PurgeEnd, Review, Ruling
from service.storage.engine.rows import Among, AnyRow, row_of, rows_where, value_of
from service.storage.people.erasure import destroy_captures
from service.storage.people.merges import chains_of
from service.storage.people.people import locked_person
from service.storage.tables.disclosure import restricted_persons
from service.storage.tables.office import (
    print_purge_ends,
    print_purges,
    purge_hides,
    purged_captures,
    retention_proposals,
    retention_reviews,
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
from service.storage.tables.requests import request_entries, requests
from service.storage.transaction import TransactionPart


class Reviews(TransactionPart):
    """Decisions of reviews. Each is written once; the last decision on a person counts."""

    def propose(self, request_id: RequestId, number: int, ruling: Ruling, versions: str) -> None:
        """Store the decision that an entry proposes."""
        self._add(
            retention_proposals, ruling, request_id=request_id, number=number, versions=versions
        )

    def proposal(self, request_id: RequestId, number: int) -> tuple[Ruling, str] | None:
        """Return the proposed decision of an entry and its record versions, or None."""
        row = self._row(rows_where(retention_proposals, request_id=request_id, number=number))
        return row and (value_of(Ruling, row), row.versions)

    def decide(self, review: Review) -> None:
        """Store a decision. Raises NotFoundError when the person is erased or hidden."""
        row, ruling = (
            locked_person(self._transaction, review.person_id),
            row_of(retention_reviews, review.ruling),
        )
        self._add(retention_reviews, review, person_row=row, **ruling)

    def all(self) -> Mapping[PersonRow, Review]:
        """Return the last decision on each person who has one."""
        return {PersonRow(row.person_row): _review(row) for row in self._rows(_REVIEWS)}

    def of(self, rows: Collection[PersonRow]) -> Mapping[PersonRow, Review]:
        """Return the last decision on each of these people, leaving out people without one."""
        query = _REVIEWS.where(Among(retention_reviews.c.person_row, "rows"))
        found = self._rows(query, rows=sorted(rows))
        return {PersonRow(row.person_row): _review(row) for row in found}

    def under_review(self, kind: str) -> frozenset[PersonId]:
        """Return the people with an open request of this kind."""
        ended = select(request_entries.c.request_id).where(
            request_entries.c.state.in_([state.value for state in ENDED])
        )
        query = select(requests.c.about).where(
            requests.c.kind == kind, requests.c.request_id.not_in(ended)
        )
        return frozenset(PersonId(one) for one in self._column(query) if one)

    def people_of(self, reviews: Collection[RequestId]) -> Mapping[RequestId, PersonId]:
        """Return the person of each of these requests for a review, by request."""
        query = select(requests.c.request_id, requests.c.about).where(
            Among(requests.c.request_id, "ids"), requests.c.about.is_not(None)
        )
        found = self._rows(query, ids=list(reviews))
        return {RequestId(row.request_id): PersonId(row.about) for row in found}


def _review(row: AnyRow) -> Review:
    return value_of(Review, row, ruling=value_of(Ruling, row))


_REVIEWS = (
    select(retention_reviews, persons.c.person_id)
    .join(persons, persons.c.person_row == retention_reviews.c.person_row)
    .order_by(retention_reviews.c.decided_at, retention_reviews.c.request_id)
)


class PrintPurges(TransactionPart):
    """Purges of prints. A purge and its captures are written once; its end is a separate row."""

    def hide(
        self,
        settlement_id: str,
        people: Collection[PersonId],
        captures: Collection[EncounterId],
        due_at: datetime,
    ) -> int:
        """Hide captures of these people from every search and return how many were hidden.

        Raises NotFoundError when one of the people is erased or hidden.
        """
        rows = [locked_person(self._transaction, one) for one in sorted(people)]
        live = self._rows(_LIVE, rows=rows, ids=sorted(captures))
        moved = chains_of(self._connection, [one.encounter_id for one in live])
        self._add(print_purges, settlement_id=settlement_id, due_at=due_at)
        self._add_all(
            purged_captures,
            [
                {"settlement_id": settlement_id, "encounter_row": one.encounter_row}
                for one in moved
            ],
        )
        self._transaction.changes.extend((one.encounter_row, HIDDEN) for one in live)
        return len(live)

    def end(self, settlement_id: str, outcome: PurgeEnd, by: UserId, at: datetime) -> bool:
        """Destroy or restore the prints of a purge. Returns False if it has already ended."""
        if not self._add_new(
            print_purge_ends,
            settlement_id=settlement_id,
            outcome=outcome.value,
            ended_by=by,
            ended_at=at,
        ):
            return False
        noted = self._column(_NOTED, settlement=settlement_id)
        captures = chains_of(self._connection, map(EncounterId, noted))
        if outcome is PurgeEnd.DESTROYED:
            destroy_captures(self._transaction, captures)
        else:
            live = [one.encounter_row for one in captures if one.is_live]
            self._transaction.changes.extend((encounter_row, SHOWN) for encounter_row in live)
        return True

    def captures(self, settlement_id: str) -> tuple[EncounterId, ...]:
        """Return the captures of a purge, with the ids that they had when the purge began."""
        return tuple(EncounterId(one) for one in self._column(_NOTED, settlement=settlement_id))

    def due(self, at: datetime, limit: int) -> tuple[tuple[str, PersonId], ...]:
        """Return purges whose waiting time is over, with their people, longest overdue first.

        Purges of restricted people are left out, because their prints may be evidence.
        """
        restricted = select(restricted_persons.c.person_row)
        query = (
            _WAITING.where(print_purges.c.due_at <= at, persons.c.person_row.not_in(restricted))
            .order_by(print_purges.c.due_at, print_purges.c.settlement_id)
            .limit(limit)
        )
        return tuple((one, PersonId(who)) for one, who in self._rows(query))

    def waiting(self, plan_id: PlanId) -> tuple[tuple[str, PersonId], ...]:
        """Return the purges of a plan that have not ended, with their people."""
        query = _WAITING.where(retention_settlements.c.plan_id == plan_id)
        found = self._rows(query.order_by(print_purges.c.settlement_id))
        return tuple((one, PersonId(who)) for one, who in found)


_gone = select(gallery_changes.c.encounter_row).where(gallery_changes.c.kind == ERASED)
_LIVE = (
    select(encounters.c.encounter_row, encounters.c.encounter_id)
    .where(
        Among(encounters.c.person_row, "rows"),
        Among(encounters.c.encounter_id, "ids"),
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
