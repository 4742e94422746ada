"""Gallery cases, about a doubt in the gallery itself, and disputes over whose an entry is."""

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from domain.errors import ConflictError
from domain.ids import EncounterId, GalleryCaseId, PersonId, RequestId
from domain.list_pages import ListOrder, ListPage
from domain.people.disputes import (
    DECIDED,
    Dispute,
    DisputeStep,
    GalleryCase,
    GalleryConclusion,
    GalleryDoubt,
    GalleryOutcome,
)
from service.storage.engine.rows import Among, AnyRow, oldest, rank_among, sorted_by, value_of
from service.storage.people.people import locked_person
from service.storage.tables.cases import gallery_cases, gallery_conclusions
from service.storage.tables.disclosure import gone_persons
from service.storage.tables.exchange import dispute_steps, disputes
from service.storage.tables.people import persons
from service.storage.tables.workbench import accounts
from service.storage.transaction import TransactionPart


class GalleryCases(TransactionPart):
    """Gallery cases and their conclusions. Each is written once."""

    def open(self, case: GalleryCase) -> bool:
        """Store a case.

        Returns False and stores nothing when the same doubt is already open, or was concluded when
        the prints were the same as now.
        """
        if self.known(case) is not None:
            return False
        person, other_person = (*case.person_ids, None)[:2]
        position, other_position = case.positions or (None, None)
        return self._add_new(
            gallery_cases,
            case,
            unless_taken=("doubt", "subject", "prints"),
            case_row=self._transaction.numbers.one(gallery_cases.c.case_row),
            person_id=person,
            other_person_id=other_person,
            encounter_id=case.encounter_ids[0],
            other_encounter_id=case.encounter_ids[1],
            position=position,
            other_position=other_position,
        )

    def known(self, case: GalleryCase) -> GalleryCaseId | None:
        """Return the case about the same doubt that is open, or concluded on the same prints."""
        same_doubt = (gallery_cases.c.doubt == case.doubt, gallery_cases.c.subject == case.subject)
        is_open = gallery_conclusions.c.case_id.is_(None)
        known = _CASES.where(*same_doubt, is_open | (gallery_cases.c.prints == case.prints))
        found = self._row(known.limit(1))
        return None if found is None else GalleryCaseId(found.case_id)

    def conclude(self, conclusion: GalleryConclusion) -> None:
        """Store a conclusion. Raises ConflictError when the case already has a conclusion."""
        if not self._add_new(
            gallery_conclusions, conclusion, payload_id=self._put_words(conclusion.reason)
        ):
            raise ConflictError("This case is already concluded.")

    def get(self, case_id: GalleryCaseId) -> GalleryCase | None:
        """Return a case, or None when unknown."""
        found = self._read(_CASES.where(gallery_cases.c.case_id == case_id))
        return found[0] if found else None

    def page(
        self, *, is_open: bool, before: str | None, limit: int, order: ListOrder | None = None
    ) -> ListPage[GalleryCase, str]:
        """Return a page of open or concluded cases, newest first or in the given order."""
        concluded, key = gallery_conclusions.c.case_id, gallery_cases.c.case_id
        query = _CASES.where(concluded.is_(None) if is_open else concluded.is_not(None))
        by = sorted_by(order, _ORDERS, gallery_cases.c.case_row)
        page = self._list_page(query, by, key, behind=before, limit=limit, among=_CASES)
        return page.of(self._told(page.items))

    def _read(self, query: Select[Any]) -> tuple[GalleryCase, ...]:
        return self._told(self._rows(query))

    def _told(self, rows: Sequence[AnyRow]) -> tuple[GalleryCase, ...]:
        return tuple(map(_case, rows, self._words(rows)))


_CASES = select(
    gallery_cases,
    gallery_conclusions.c.outcome,
    gallery_conclusions.c.merge_id,
    gallery_conclusions.c.concluded_by,
    gallery_conclusions.c.concluded_at,
    gallery_conclusions.c.payload_id,
).outerjoin(gallery_conclusions, gallery_conclusions.c.case_id == gallery_cases.c.case_id)


def _settled_by() -> ColumnElement[Any]:
    concluded_by = gallery_conclusions.c.concluded_by
    name = select(accounts.c.sign_in_name).where(accounts.c.user_id == concluded_by)
    return func.lower(func.coalesce(name.scalar_subquery(), concluded_by, ""))


_ORDERS: Mapping[str, ColumnElement[Any]] = {
    "doubt": rank_among(gallery_cases.c.doubt, sorted(GalleryDoubt)),
    "since": gallery_cases.c.opened_at,
    "finding": rank_among(gallery_conclusions.c.outcome, sorted(GalleryOutcome)),
    "by": _settled_by(),
    "when": func.coalesce(gallery_conclusions.c.concluded_at, gallery_cases.c.opened_at),
}


def _case(row: AnyRow, reason: str) -> GalleryCase:
    people = (row.person_id, row.other_person_id)
    positions = (row.position, row.other_position)
    return GalleryCase(
        case_id=GalleryCaseId(row.case_id),
        doubt=GalleryDoubt(row.doubt),
        person_ids=tuple(PersonId(each) for each in people if each is not None),
        encounter_ids=(EncounterId(row.encounter_id), EncounterId(row.other_encounter_id)),
        positions=tuple(each for each in positions if each is not None),
        prints=row.prints,
        opened_at=row.opened_at,
        conclusion=row.outcome and value_of(GalleryConclusion, row, reason=reason),
    )


class Disputes(TransactionPart):
    """Disputes. Those over people who are erased or hidden are not listed."""

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
        if not self._add_new(dispute_steps, step, payload_id=self._put_words(step.words)):
            raise ConflictError("Somebody else has worked on this dispute: reload it.")

    def get(self, dispute_id: str) -> Dispute | None:
        """Return a dispute with its steps; None where its person is erased or hidden."""
        return next(iter(self._read(disputes.c.dispute_id == dispute_id)), None)

    def undecided(self) -> tuple[Dispute, ...]:
        """Return the disputes that are undecided, oldest first."""
        return self._read(_IS_UNDECIDED)

    def page(self, *, after: str | None, limit: int) -> ListPage[Dispute, str]:
        """Return a page of the disputes that are undecided, oldest first."""
        query, by = _ALL.where(_IS_UNDECIDED), oldest(disputes.c.dispute_row)
        key = disputes.c.dispute_id
        page = self._list_page(query, by, key, behind=after, limit=limit, among=_ALL)
        return page.of(self._of(page.items))

    def undecided_of(self, people: Collection[PersonId]) -> tuple[Dispute, ...]:
        """Return the undecided disputes over entries that are, or may be, these people's."""
        rows = select(persons.c.person_row).where(persons.c.person_id.in_(people))
        is_theirs = or_(disputes.c.person_row.in_(rows), disputes.c.other_row.in_(rows))
        return self._read(_IS_UNDECIDED, is_theirs, disputes.c.item_id != "")

    def of_request(self, request_id: RequestId) -> tuple[Dispute, ...]:
        """Return the disputes that a person raised in a request, oldest first."""
        return self._read(disputes.c.request_id == request_id)

    def _read(self, *which: ColumnElement[bool]) -> tuple[Dispute, ...]:
        return self._of(self._rows(_ALL.where(*which).order_by(disputes.c.dispute_row)))

    def _of(self, rows: Sequence[AnyRow]) -> tuple[Dispute, ...]:
        steps = self._steps([row.dispute_id for row in rows])
        return tuple(
            value_of(Dispute, row, words=words, steps=steps.get(row.dispute_id, ()))
            for row, words in zip(rows, self._words(rows), strict=True)
        )

    def _steps(self, ids: Sequence[str]) -> dict[str, tuple[DisputeStep, ...]]:
        found = self._all_with_words(DisputeStep, self._rows(_STEPS, ids=list(ids)))
        return {key: tuple(group) for key, group in groupby(found, lambda one: one.dispute_id)}


_STEPS = (
    select(dispute_steps)
    .where(Among(dispute_steps.c.dispute_id, "ids"))
    .order_by(dispute_steps.c.dispute_id, dispute_steps.c.number)
)
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
