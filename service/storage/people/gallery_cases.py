"""Stores gallery cases in a database.

A gallery case records a doubt about the gallery itself, not about a search.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from domain.errors import ConflictError
from domain.ids import EncounterId, GalleryCaseId, PersonId
from domain.list_pages import ListOrder, ListPage
from domain.people.disputes import (
    GalleryCase,
    GalleryConclusion,
    GalleryDoubt,
    GalleryOutcome,
)
from service.storage.engine.rows import AnyRow, rank_among, sorted_by, value_of
from service.storage.engine.writes import insert_unless_taken
from service.storage.tables.cases import gallery_cases, gallery_conclusions
from service.storage.tables.workbench import accounts
from service.storage.transaction import TransactionPart
from service.storage.words import read_words


class GalleryCases(TransactionPart):
    """Gallery cases and their conclusions. Each is written once."""

    def open(self, case: GalleryCase) -> bool:
        """Store a case.

        Returns False and stores nothing when the same doubt is already open, or was concluded when
        the prints were the same as now.
        """
        if self.known(case) is not None:
            return False
        return insert_unless_taken(
            self._connection,
            gallery_cases,
            self._case_row(case),
            key=("doubt", "subject", "prints"),
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
            gallery_conclusions,
            conclusion,
            unless_taken=("case_id",),
            payload_id=self._put_words(conclusion.reason),
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

    def _case_row(self, case: GalleryCase) -> dict[str, Any]:
        person, other_person = (*case.person_ids, None)[:2]
        position, other_position = case.positions or (None, None)
        return {
            "case_row": self._transaction.numbers.one(gallery_cases.c.case_row),
            "case_id": case.case_id,
            "doubt": case.doubt,
            "subject": case.subject,
            "prints": case.prints,
            "person_id": person,
            "other_person_id": other_person,
            "encounter_id": case.encounter_ids[0],
            "other_encounter_id": case.encounter_ids[1],
            "position": position,
            "other_position": other_position,
            "opened_at": case.opened_at,
        }

    def _read(self, query: Select[Any]) -> tuple[GalleryCase, ...]:
        return self._told(self._rows(query))

    def _told(self, rows: Sequence[AnyRow]) -> tuple[GalleryCase, ...]:
        return tuple(
            _case(row, reason) for row, reason in zip(rows, self._reasons(rows), strict=True)
        )

    def _reasons(self, rows: Sequence[AnyRow]) -> list[str]:
        return read_words(self._transaction, [row.payload_id or 0 for row in rows])


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
        conclusion=_conclusion(row, reason),
    )


def _conclusion(row: AnyRow, reason: str) -> GalleryConclusion | None:
    if row.outcome is None:
        return None
    return value_of(GalleryConclusion, row, reason=reason)
