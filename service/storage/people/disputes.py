"""Disputes about whom an entry of a record is about, and their steps; each is written once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from domain.errors import ConflictError
from domain.ids import PersonId, RequestId
from domain.list_pages import ListPage
from domain.people.disputes import DECIDED, Dispute, DisputeStep
from service.storage.engine.rows import Among, AnyRow, oldest, value_of
from service.storage.people.people import locked_person
from service.storage.tables.erasures import gone_persons
from service.storage.tables.matters import dispute_steps, disputes
from service.storage.tables.people import persons
from service.storage.transaction import TransactionPart


class Disputes(TransactionPart):
    """Disputes. Those about people who are erased or hidden are not listed."""

    def add(self, dispute: Dispute) -> None:
        """Store a dispute without steps. Raises NotFoundError for an erased person."""
        people = [one for one in (dispute.person_id, dispute.other_id) if one is not None]
        rows = {one: locked_person(self._transaction, one) for one in sorted(people)}
        self._add(
            disputes,
            dispute,
            person_row=rows[dispute.person_id],
            other_row=None if dispute.other_id is None else rows[dispute.other_id],
            payload_id=self._put_words(dispute.words),
        )

    def step(self, step: DisputeStep) -> None:
        """Store the next step. Raises ConflictError when somebody else stored one meanwhile."""
        if not self._add_new(
            dispute_steps,
            step,
            unless_taken=("dispute_id", "number"),
            payload_id=self._put_words(step.words),
        ):
            raise ConflictError("Somebody else has worked on this dispute: reload it.")

    def get(self, dispute_id: str) -> Dispute | None:
        """Return a dispute with its steps; None if its person is erased or hidden."""
        return next(iter(self._read(disputes.c.dispute_id == dispute_id)), None)

    def undecided(self) -> tuple[Dispute, ...]:
        """Return the disputes that are undecided, oldest first."""
        return self._undecided()

    def page(self, *, after: str | None, limit: int) -> ListPage[Dispute, str]:
        """Return a page of the disputes that are undecided, oldest first."""
        query, by = _ALL.where(_IS_UNDECIDED), oldest(disputes.c.dispute_row)
        page = self._list_page(query, by, disputes.c.dispute_id, behind=after, limit=limit)
        return page.of(self._of(page.items))

    def undecided_of(self, people: Collection[PersonId]) -> tuple[Dispute, ...]:
        """Return the undecided disputes about entries that are, or may be, about these people."""
        rows = select(persons.c.person_row).where(persons.c.person_id.in_(people))
        is_theirs = or_(disputes.c.person_row.in_(rows), disputes.c.other_row.in_(rows))
        return self._undecided(is_theirs, disputes.c.item_id != "")

    def of_request(self, request_id: RequestId) -> tuple[Dispute, ...]:
        """Return the disputes that a person raised in a request, oldest first."""
        return self._read(disputes.c.request_id == request_id)

    def of_merge(self, merge_id: str) -> tuple[Dispute, ...]:
        """Return the disputes that the undoing of a merge opened, oldest first."""
        return self._read(disputes.c.merge_id == merge_id)

    def _undecided(self, *which: ColumnElement[bool]) -> tuple[Dispute, ...]:
        return self._read(_IS_UNDECIDED, *which)

    def _read(self, *which: ColumnElement[bool]) -> tuple[Dispute, ...]:
        return self._of(self._rows(_ALL.where(*which).order_by(disputes.c.dispute_row)))

    def _of(self, rows: Sequence[AnyRow]) -> tuple[Dispute, ...]:
        steps = self._steps([row.dispute_id for row in rows])
        return tuple(
            value_of(Dispute, row, words=words, steps=steps.get(row.dispute_id, ()))
            for row, words in zip(rows, self._words(rows), strict=True)
        )

    def _steps(self, ids: Sequence[str]) -> dict[str, tuple[DisputeStep, ...]]:
        query = select(dispute_steps).where(Among(dispute_steps.c.dispute_id, "ids"))
        ordered = query.order_by(dispute_steps.c.dispute_id, dispute_steps.c.number)
        found = self._all_with_words(DisputeStep, self._rows(ordered, ids=list(ids)))
        return {key: tuple(group) for key, group in groupby(found, lambda one: one.dispute_id)}


_other = persons.alias("other")
_ALL: Select[Any] = (
    select(disputes, persons.c.person_id, _other.c.person_id.label("other_id"))
    .join(persons, persons.c.person_row == disputes.c.person_row)
    .outerjoin(_other, _other.c.person_row == disputes.c.other_row)
    .where(disputes.c.person_row.not_in(select(gone_persons.c.person_row)))
)
_IS_UNDECIDED = disputes.c.dispute_id.not_in(
    select(dispute_steps.c.dispute_id).where(
        dispute_steps.c.state.in_(sorted(one.value for one in DECIDED))
    )
)
"""No step decides the dispute: a decision is the last step."""
