"""Decisions of retention reviews, and the proposals in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select

from domain.ids import PersonId, PersonRow, RequestId
from domain.request_states import ENDED
from domain.retention.reviews import Review, Ruling
from service.storage.engine.membership import Among
from service.storage.engine.rows import AnyRow, rows_where, value_of
from service.storage.people.people import locked_person
from service.storage.tables.office import retention_proposals, retention_reviews
from service.storage.tables.people import persons
from service.storage.tables.requests import request_entries, requests
from service.storage.transaction import TransactionPart


class Reviews(TransactionPart):
    """Written once; of several decisions on a person the last one counts."""

    def propose(self, request_id: RequestId, number: int, ruling: Ruling, versions: str) -> None:
        """Store the proposal of an entry."""
        self._add(
            retention_proposals, ruling, request_id=request_id, number=number, versions=versions
        )

    def proposal(self, request_id: RequestId, number: int) -> tuple[Ruling, str] | None:
        """Return the ruling that an entry proposes, and its versions of records; None without."""
        row = self._row(rows_where(retention_proposals, request_id=request_id, number=number))
        return row and (_ruling(row), row.versions)

    def decide(self, review: Review) -> None:
        """Store a decision; raises NotFoundError when the person is erased or hidden."""
        self._add(
            retention_reviews,
            review,
            person_row=locked_person(self._transaction, review.person_id),
            decision=review.ruling.decision,
            ground=review.ruling.ground,
            next_on=review.ruling.next_on,
        )

    def all(self) -> Mapping[PersonRow, Review]:
        """Return the last decision on each person with one."""
        rows = self._rows(_REVIEWS)
        return {PersonRow(row.person_row): _review(row) for row in rows}

    def of(self, rows: Collection[PersonRow]) -> Mapping[PersonRow, Review]:
        """Return the last decision on each of these people, where there is one."""
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


def _ruling(row: AnyRow) -> Ruling:
    return value_of(Ruling, row)


def _review(row: AnyRow) -> Review:
    return value_of(Review, row, ruling=_ruling(row))


_REVIEWS = (
    select(retention_reviews, persons.c.person_id)
    .join(persons, persons.c.person_row == retention_reviews.c.person_row)
    .order_by(retention_reviews.c.decided_at, retention_reviews.c.request_id)
)
