"""Decisions of retention reviews, and the proposals in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import insert, select

from domain.ids import PersonId, PersonRow, RequestId
from domain.request_states import ENDED
from domain.retention import Review, ReviewDecision, ReviewGround, Ruling
from service.storage.engine.membership import Among
from service.storage.engine.rows import AnyRow, row_of, value_of
from service.storage.people.people import locked_person
from service.storage.tables.office import retention_proposals, retention_reviews
from service.storage.tables.people import persons
from service.storage.tables.requests import request_entries, requests
from service.storage.transaction import TransactionPart


class Reviews(TransactionPart):
    """Written once; of several decisions on a person the last one counts."""

    def propose(self, request_id: RequestId, number: int, ruling: Ruling, versions: str) -> None:
        """Store the proposal of an entry."""
        row = row_of(
            retention_proposals, ruling, request_id=request_id, number=number, versions=versions
        )
        self._connection.execute(insert(retention_proposals).values(row).inline())

    def proposal(self, request_id: RequestId, number: int) -> tuple[Ruling, str] | None:
        """Return the ruling that an entry proposes, and its versions of records; None without."""
        row = self._connection.execute(
            select(retention_proposals).where(
                retention_proposals.c.request_id == request_id,
                retention_proposals.c.number == number,
            )
        ).first()
        return row and (_ruling(row), row.versions)

    def decide(self, review: Review) -> None:
        """Store a decision; raises NotFoundError when the person is erased or hidden."""
        row = row_of(
            retention_reviews,
            review,
            person_row=locked_person(self._transaction, review.person_id),
            decision=review.ruling.decision,
            ground=review.ruling.ground,
            next_on=review.ruling.next_on,
        )
        self._connection.execute(insert(retention_reviews).values(row).inline())

    def all(self) -> Mapping[PersonRow, Review]:
        """Return the last decision on each person with one."""
        rows = self._connection.execute(_REVIEWS).all()
        return {PersonRow(row.person_row): _review(row) for row in rows}

    def of(self, rows: Collection[PersonRow]) -> Mapping[PersonRow, Review]:
        """Return the last decision on each of these people, where there is one."""
        query = _REVIEWS.where(Among(retention_reviews.c.person_row, "rows"))
        found = self._connection.execute(query, {"rows": sorted(rows)}).all()
        return {PersonRow(row.person_row): _review(row) for row in found}

    def under_review(self, kind: str) -> frozenset[PersonId]:
        """Return the people with an open request of this kind."""
        ended = select(request_entries.c.request_id).where(
            request_entries.c.state.in_([state.value for state in ENDED])
        )
        query = select(requests.c.about).where(
            requests.c.kind == kind, requests.c.request_id.not_in(ended)
        )
        return frozenset(PersonId(one) for one in self._connection.execute(query).scalars() if one)


def _ruling(row: AnyRow) -> Ruling:
    return Ruling(ReviewDecision(row.decision), ReviewGround(row.ground), row.next_on)


def _review(row: AnyRow) -> Review:
    return value_of(Review, row, ruling=_ruling(row))


_REVIEWS = (
    select(retention_reviews, persons.c.person_id)
    .join(persons, persons.c.person_row == retention_reviews.c.person_row)
    .order_by(retention_reviews.c.decided_at, retention_reviews.c.request_id)
)
