"""Erasures: requested, confirmed by another person, and ended once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from domain.errors import ConflictError, SelfVerificationError
from domain.ids import ErasureId, PersonId
from domain.list_pages import ListOrder, ListPage
from domain.retention.erasures import Erasure, ErasureBasis, ErasureState
from service.storage.engine.rows import AnyRow, rank_among, sorted_by, value_of
from service.storage.people.erasure import hide_person, show_people
from service.storage.people.people import locked_person
from service.storage.tables.disclosure import (
    erasure_confirmations,
    erasure_ends,
    erasure_requests,
    open_erasures,
    withheld_persons,
)
from service.storage.tables.people import persons
from service.storage.tables.workbench import accounts
from service.storage.transaction import TransactionPart


class Erasures(TransactionPart):
    """Erasures. Requests, confirmations and ends are written once each."""

    def ask(self, erasure: Erasure) -> None:
        """Store a request. Raises NotFoundError, and ConflictError while another is open."""
        person_row = locked_person(self._transaction, erasure.person_id)
        self._add(
            erasure_requests,
            erasure,
            person_row=person_row,
            order_payload_id=self._put_words(erasure.court_order),
        )
        if not self._add_new(open_erasures, person_row=person_row, erasure_id=erasure.erasure_id):
            raise ConflictError(
                "Erasure of this person's data has already been requested: confirm the "
                "erasure, or cancel it."
            )

    def confirm(self, erasure: Erasure, people: Sequence[PersonId]) -> None:
        """Store the confirmation that an erasure carries, and hide these people.

        Raises SelfVerificationError when the confirmer also requested the erasure, and
        ConflictError when the erasure has already been confirmed or has ended.
        """
        if erasure.confirmed_by == erasure.asked_by:
            raise SelfVerificationError(
                "You requested this erasure: another person must confirm it."
            )
        if not self._is_open(erasure.erasure_id) or not self._add_new(
            erasure_confirmations, erasure
        ):
            raise ConflictError(
                "This erasure has already been confirmed or cancelled: reload the page."
            )
        for person_id in sorted(people):
            hide_person(self._transaction, person_id, erasure.erasure_id)

    def end(self, erasure: Erasure) -> None:
        """Store the end that an erasure carries. Raises ConflictError when it has ended before."""
        if self._remove(open_erasures, erasure_id=erasure.erasure_id) != 1:
            raise ConflictError("This erasure has already been carried out or cancelled.")
        self._add(erasure_ends, erasure)

    def show_people(self, erasure_id: ErasureId) -> None:
        """Restore the people that an erasure has hidden, exactly as they were."""
        show_people(self._transaction, erasure_id)

    def hidden_by(self, erasure_id: ErasureId) -> tuple[PersonId, ...]:
        """Return the people whom an erasure hides now."""
        query = (
            select(persons.c.person_id)
            .join(withheld_persons, withheld_persons.c.person_row == persons.c.person_row)
            .where(withheld_persons.c.erasure_id == erasure_id)
            .order_by(persons.c.person_id)
        )
        return tuple(PersonId(one) for one in self._column(query))

    def get(self, erasure_id: ErasureId) -> Erasure | None:
        """Return an erasure, or None when unknown."""
        found = self._read(_ERASURES.where(erasure_requests.c.erasure_id == erasure_id))
        return found[0] if found else None

    def page(
        self, *, is_open: bool, before: str | None, limit: int, order: ListOrder | None = None
    ) -> ListPage[Erasure, str]:
        """Return a page of open, or of ended, erasures, newest first or in the given order."""
        ended, key = erasure_ends.c.erasure_id, erasure_requests.c.erasure_id
        query = _ERASURES.where(ended.is_(None) if is_open else ended.is_not(None))
        by = sorted_by(order, _ORDERS, erasure_requests.c.request_row)
        page = self._list_page(query, by, key, behind=before, limit=limit, among=_ERASURES)
        return page.of(self._told(page.items))

    def due(self, at: datetime, limit: int) -> tuple[ErasureId, ...]:
        """Return confirmed erasures whose waiting time is over, longest overdue first."""
        query = (
            select(erasure_confirmations.c.erasure_id)
            .join(
                open_erasures,
                open_erasures.c.erasure_id == erasure_confirmations.c.erasure_id,
            )
            .where(erasure_confirmations.c.due_at <= at)
            .order_by(erasure_confirmations.c.due_at, erasure_confirmations.c.erasure_id)
            .limit(limit)
        )
        return tuple(ErasureId(one) for one in self._column(query))

    def _is_open(self, erasure_id: ErasureId) -> bool:
        """Whether the erasure has not ended; it cannot end before this transaction does."""
        query = select(open_erasures.c.person_row).where(open_erasures.c.erasure_id == erasure_id)
        return self._has(query.with_for_update())

    def _read(self, query: Select[Any]) -> tuple[Erasure, ...]:
        return self._told(self._rows(query))

    def _told(self, rows: Sequence[AnyRow]) -> tuple[Erasure, ...]:
        orders = self._words(rows, "order_payload_id")
        return tuple(
            value_of(Erasure, row, court_order=order)
            for row, order in zip(rows, orders, strict=True)
        )


_ERASURES = (
    select(
        erasure_requests,
        persons.c.person_id,
        erasure_confirmations.c.confirmed_by,
        erasure_confirmations.c.confirmed_at,
        erasure_confirmations.c.due_at,
        erasure_ends.c.outcome,
        erasure_ends.c.ended_by,
        erasure_ends.c.ended_at,
    )
    .join(persons, persons.c.person_row == erasure_requests.c.person_row)
    .outerjoin(
        erasure_confirmations,
        erasure_confirmations.c.erasure_id == erasure_requests.c.erasure_id,
    )
    .outerjoin(erasure_ends, erasure_ends.c.erasure_id == erasure_requests.c.erasure_id)
)


def _asked_by() -> ColumnElement[Any]:
    asked_by = erasure_requests.c.asked_by
    name = select(accounts.c.sign_in_name).where(accounts.c.user_id == asked_by)
    return func.lower(func.coalesce(name.scalar_subquery(), asked_by))


def _state() -> ColumnElement[Any]:
    waits = (erasure_confirmations.c.erasure_id.is_not(None), ErasureState.WAITING.value)
    standing = case(waits, else_=ErasureState.ASKED.value)
    return func.coalesce(erasure_ends.c.outcome, standing)


_ORDERS: Mapping[str, ColumnElement[Any]] = {
    "authority": func.lower(erasure_requests.c.authority),
    "basis": rank_among(erasure_requests.c.basis, sorted(ErasureBasis)),
    "by": _asked_by(),
    "since": erasure_requests.c.asked_at,
    "state": rank_among(_state(), sorted(ErasureState)),
}
