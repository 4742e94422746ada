"""Copies of documents handed over to applicants, and the times at which each copy was saved."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select

from domain.applications.states import MOST_FETCHES, ApplicationId, Handover, HandoverId
from domain.ids import PersonId, RequestId, UserId
from service.storage.engine.rows import value_of
from service.storage.people.people import locked_person
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.applications import applications, handover_fetches, handovers
from service.storage.tables.certificates import certificate_revocations, superseded
from service.storage.tables.disclosure import restricted_items
from service.storage.tables.links import merged_persons
from service.storage.tables.people import payloads
from service.storage.transaction import TransactionPart


class Handovers(TransactionPart):
    """Handovers.

    Copies and fetches are rows written once; the copy's content is later destroyed.
    """

    def add(self, handover: Handover, person_id: PersonId | None, content: bytes) -> None:
        """Store a copy. Raises NotFoundError when the person no longer exists."""
        self._add(
            handovers,
            handover,
            person_row=person_id and locked_person(self._transaction, person_id),
            payload_id=self._put(PayloadKind.DOCUMENT, content),
        )

    def claim(self, application_id: ApplicationId) -> None:
        """Prevent other handovers to this applicant until the transaction ends."""
        one = select(applications.c.application_id).where(
            applications.c.application_id == application_id
        )
        self._connection.execute(one.with_for_update())

    def ready(self, application_id: ApplicationId, today: date) -> tuple[Handover, ...]:
        """Return the copies that an applicant can fetch today, oldest first.

        Leaves out certificates that are revoked or superseded, copies that are erased or hidden,
        and copies about a person with an item that has since been restricted.
        """
        found = self._read(
            _HANDED.where(
                handovers.c.application_id == application_id,
                handovers.c.last_day >= today,
                _FETCHED < MOST_FETCHES,
                _IS_THERE,
                ~_IS_OF_RESTRICTED,
            )
        )
        return tuple(one for one in found if self._holds(one.source_id))

    def _holds(self, source_id: str) -> bool:
        """Whether a document is still valid; only a revoked or superseded certificate is not."""
        revoked = select(certificate_revocations.c.certificate_id).where(
            certificate_revocations.c.certificate_id == source_id
        )
        queries = (revoked, superseded(source_id))
        return not any(self._row(one) for one in queries)

    def of_request(self, request_id: RequestId) -> tuple[Handover, ...]:
        """Return all handovers of a request, oldest first."""
        return self._read(_HANDED.where(handovers.c.request_id == request_id))

    def content(self, handover_id: HandoverId) -> bytes | None:
        """Return the copy, or None once the copy has been destroyed."""
        query = select(handovers.c.payload_id).where(handovers.c.handover_id == handover_id)
        row = self._cell(query)
        return self._transaction.payloads.get(PayloadKind.DOCUMENT, row)

    def fetch(
        self, fetch_id: str, handover: Handover, number: int, by: UserId, at: datetime
    ) -> bool:
        """Record that a copy is fetched.

        Returns False if another fetch already has this number.
        """
        return self._add_new(
            handover_fetches,
            unless_taken=("handover_id", "number"),
            fetch_id=fetch_id,
            handover_id=handover.handover_id,
            number=number,
            fetched_by=by,
            fetched_at=at,
        )

    def destroy_spent(self, today: date, limit: int) -> int:
        """Destroy copies that have expired or reached the fetch limit; return how many."""
        is_over = (handovers.c.last_day < today) | (_FETCHED >= MOST_FETCHES)
        query = select(handovers.c.payload_id).where(is_over, _IS_THERE).limit(limit)
        found = self._column(query)
        self._transaction.payloads.delete(found)
        return len(found)

    def _read(self, query: Select[Any]) -> tuple[Handover, ...]:
        rows = self._connection.execute(query.order_by(handovers.c.handover_row))
        return tuple(value_of(Handover, row) for row in rows)


_FETCHED = (
    select(func.count())
    .where(handover_fetches.c.handover_id == handovers.c.handover_id)
    .scalar_subquery()
)
_IS_THERE: ColumnElement[bool] = exists().where(payloads.c.payload_id == handovers.c.payload_id)
_own_merge, _merge = merged_persons.alias("own_merge"), merged_persons.alias("merge")
_IS_OF_RESTRICTED: ColumnElement[bool] = exists(
    select(restricted_items.c.restriction_id)
    .outerjoin(_merge, _merge.c.absorbed_row == restricted_items.c.person_row)
    .outerjoin(_own_merge, _own_merge.c.absorbed_row == handovers.c.person_row)
    .where(
        func.coalesce(_merge.c.surviving_row, restricted_items.c.person_row)
        == func.coalesce(_own_merge.c.surviving_row, handovers.c.person_row)
    )
    .correlate(handovers)
)
"""An item of the person, or of a person merged with them, is restricted: the answer covers
both."""
_HANDED = select(handovers, _FETCHED.label("fetched"))
