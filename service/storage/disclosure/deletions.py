"""Deletions of data left by arrests: cases, decisions, reminders, and the deletion itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from domain.errors import ConflictError
from domain.ids import DeletionId, EncounterId, ForceCode, PersonId, RequestId, UserId
from domain.list_pages import ListPage
from domain.retention.disclosure import DeletionCase, DeletionDecision, DeletionPart
from service.storage.engine.rows import AnyRow, oldest, rows_where, value_of
from service.storage.people.erasure import destroy_captures
from service.storage.people.merges import chains_of
from service.storage.people.people import locked_person
from service.storage.tables.disclosure import (
    deleted_captures,
    deleted_versions,
    deletion_captures,
    deletion_cases,
    deletion_chases,
    deletion_decisions,
    deletions_done,
)
from service.storage.tables.links import link_revocations, links
from service.storage.tables.people import persons, records
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class Destroyed:
    """The number of versions and captures that a deletion destroyed."""

    versions: int
    captures: int


class Deletions(TransactionPart):
    """Deletion cases, decisions and reminders. Each is written once."""

    def open(self, case: DeletionCase) -> None:
        """Store a case. Raises NotFoundError if the person no longer exists.

        Raises ConflictError if the request already has a case for this arrest.
        """
        if not self._add_new(
            deletion_cases,
            case,
            unless_taken=("request_id", "record_id", "item_id"),
            person_row=locked_person(self._transaction, case.person_id),
            asks_entry=DeletionPart.ENTRY in case.asked,
            asks_prints=DeletionPart.PRINTS in case.asked,
            payload_id=self._put_words(case.words),
        ):
            raise ConflictError("The request already has a case for this arrest.")
        self._add_all(
            deletion_captures,
            [{"deletion_id": case.deletion_id, "encounter_id": one} for one in case.captures],
        )

    def decide(
        self, deletion_id: DeletionId, decision: DeletionDecision, first_by: UserId | None
    ) -> None:
        """Store a decision, or the review of the decision by `first_by`.

        Raises ConflictError if the case already has a decision with this number.
        """
        if not self._add_new(
            deletion_decisions,
            decision,
            deletion_id=deletion_id,
            approves_entry=DeletionPart.ENTRY in decision.approved,
            approves_prints=DeletionPart.PRINTS in decision.approved,
            first_by=first_by,
            payload_id=self._put_words(decision.reasons),
        ):
            raise ConflictError("This deletion has already been decided: reload the page.")

    def chase(self, deletion_id: DeletionId, number: int, on: date) -> bool:
        """Store a reminder. Returns False if another worker stored it first."""
        return self._add_new(deletion_chases, deletion_id=deletion_id, number=number, chased_on=on)

    def undecided(self, before: datetime, every: timedelta, today: date) -> tuple[DeletionId, ...]:
        """Return undecided cases opened before a time, and not reminded of within `every`."""
        decided = select(deletion_decisions.c.deletion_id)
        query = (
            select(deletion_cases.c.deletion_id)
            .where(
                deletion_cases.c.opened_at < before,
                deletion_cases.c.deletion_id.not_in(decided),
                _LAST_CHASED.is_(None) | (today - every >= _LAST_CHASED),
            )
            .order_by(deletion_cases.c.case_row)
            .limit(100)
        )
        return tuple(DeletionId(one) for one in self._column(query))

    def get(self, deletion_id: DeletionId) -> DeletionCase | None:
        """Return a case, or None when unknown."""
        found = self._read(_CASES.where(deletion_cases.c.deletion_id == deletion_id))
        return found[0] if found else None

    def of_request(self, request_id: RequestId) -> tuple[DeletionCase, ...]:
        """Return the cases of a request, oldest first."""
        return self._read(_CASES.where(deletion_cases.c.request_id == request_id))

    def are_waiting(self, request_id: RequestId) -> bool:
        """Whether a case of a request is still undecided."""
        decided = select(deletion_decisions.c.deletion_id)
        query = rows_where(deletion_cases.c.deletion_id, request_id=request_id)
        return self._has(query.where(deletion_cases.c.deletion_id.not_in(decided)))

    def of_force(
        self, owner: ForceCode, *, after: str | None = None, limit: int
    ) -> ListPage[DeletionCase, str]:
        """Return a page of a force's deletions that have not been carried out, oldest first."""
        every, key = _CASES.where(deletion_cases.c.owner == owner), deletion_cases.c.deletion_id
        open_ones = every.where(deletions_done.c.deletion_id.is_(None))
        by = oldest(deletion_cases.c.case_row)
        page = self._list_page(open_ones, by, key, behind=after, limit=limit, among=every)
        return page.of(self._cases(page.items))

    def linked(self, captures: Iterable[EncounterId]) -> bool:
        """Whether an unrevoked link is based on one of these captures, moved since or not."""
        ids = [row.encounter_id for row in chains_of(self._connection, captures)]
        query = (
            select(links.c.link_id)
            .outerjoin(link_revocations, link_revocations.c.link_id == links.c.link_id)
            .where(links.c.encounter_id.in_(ids), link_revocations.c.link_id.is_(None))
        )
        return self._has(query)

    def holders(self, case: DeletionCase) -> frozenset[PersonId]:
        """Return the people who now have the record of a case or the prints that it names."""
        owner = (
            select(persons.c.person_id)
            .join(records, records.c.person_row == persons.c.person_row)
            .where(records.c.record_id == case.record_id)
        )
        found = {PersonId(one) for one in self._column(owner)}
        live = (row.person_id for row in chains_of(self._connection, case.captures) if row.is_live)
        return frozenset(found | {PersonId(one) for one in live})

    def carry_out(self, case: DeletionCase, by: UserId, at: datetime) -> Destroyed:
        """Destroy the data that the decision in force approves.

        Raises ConflictError if the data has already been destroyed.

        First store the version without the entry: all earlier versions are destroyed.
        """
        if not self._add_new(deletions_done, deletion_id=case.deletion_id, done_by=by, done_at=at):
            raise ConflictError("This deletion has already been carried out.")
        parts = case.approved
        versions = self._versions(case) if DeletionPart.ENTRY in parts else []
        captures = self._captures(case) if DeletionPart.PRINTS in parts else []
        self._note(deleted_versions, "record_row", versions, case)
        self._note(deleted_captures, "encounter_row", captures, case)
        self._transaction.payloads.delete({one.payload_id for one in versions})
        return Destroyed(len(versions), destroy_captures(self._transaction, captures))

    def _versions(self, case: DeletionCase) -> list[AnyRow]:
        """Return the rows of all versions, except the newest, that are not yet deleted."""
        newest = (
            select(func.max(records.c.record_row))
            .where(records.c.record_id == case.record_id)
            .scalar_subquery()
        )
        query = select(records.c.record_row, records.c.payload_id).where(
            records.c.record_id == case.record_id,
            records.c.record_row < newest,
            records.c.record_row.not_in(select(deleted_versions.c.record_row)),
        )
        return list(self._connection.execute(query.order_by(records.c.record_row)))

    def _captures(self, case: DeletionCase) -> list[AnyRow]:
        """Return all rows of a case's captures that are not yet deleted."""
        rows = chains_of(self._connection, case.captures)
        known = select(deleted_captures.c.encounter_row).where(
            deleted_captures.c.encounter_row.in_([row.encounter_row for row in rows])
        )
        deleted = set(self._column(known))
        return [row for row in rows if row.encounter_row not in deleted]

    def _note(self, table: Any, column: str, rows: Sequence[AnyRow], case: DeletionCase) -> None:
        self._add_all(
            table,
            [{column: getattr(one, column), "deletion_id": case.deletion_id} for one in rows],
        )

    def _read(self, query: Select[Any]) -> tuple[DeletionCase, ...]:
        return self._cases(self._rows(query.order_by(deletion_cases.c.case_row)))

    def _cases(self, rows: Sequence[AnyRow]) -> tuple[DeletionCase, ...]:
        words = self._words(rows)
        return tuple(
            value_of(
                DeletionCase,
                row,
                asked=_parts(entry=row.asks_entry, prints=row.asks_prints),
                captures=self._named(row.deletion_id),
                words=said,
                decisions=self._decisions(row.deletion_id),
            )
            for row, said in zip(rows, words, strict=True)
        )

    def _named(self, deletion_id: str) -> tuple[EncounterId, ...]:
        query = rows_where(deletion_captures.c.encounter_id, deletion_id=deletion_id).order_by(
            deletion_captures.c.encounter_id
        )
        return tuple(EncounterId(one) for one in self._column(query))

    def _decisions(self, deletion_id: str) -> tuple[DeletionDecision, ...]:
        query = rows_where(deletion_decisions, deletion_id=deletion_id).order_by(
            deletion_decisions.c.number
        )
        rows = self._rows(query)
        reasons = self._words(rows)
        return tuple(
            value_of(
                DeletionDecision,
                row,
                approved=_parts(entry=row.approves_entry, prints=row.approves_prints),
                reasons=why,
            )
            for row, why in zip(rows, reasons, strict=True)
        )


def _parts(*, entry: bool, prints: bool) -> frozenset[DeletionPart]:
    asked = {DeletionPart.ENTRY: entry, DeletionPart.PRINTS: prints}
    return frozenset(part for part, is_in in asked.items() if is_in)


_LAST_CHASED = (
    select(func.max(deletion_chases.c.chased_on))
    .where(deletion_chases.c.deletion_id == deletion_cases.c.deletion_id)
    .scalar_subquery()
)
_CHASES = (
    select(func.count())
    .where(deletion_chases.c.deletion_id == deletion_cases.c.deletion_id)
    .scalar_subquery()
)
_CASES = (
    select(
        deletion_cases,
        persons.c.person_id,
        deletions_done.c.done_at,
        _CHASES.label("chases"),
    )
    .join(persons, persons.c.person_row == deletion_cases.c.person_row)
    .outerjoin(deletions_done, deletions_done.c.deletion_id == deletion_cases.c.deletion_id)
)
