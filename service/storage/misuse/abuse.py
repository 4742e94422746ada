"""Findings of misuse, and staff, on a database."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from sqlalchemy import func, select

from domain.abuse import Access, Finding, StaffPerson
from domain.errors import ConflictError
from domain.examination.cases import CLOSED_STATES
from domain.ids import EventType, PersonId, SearchId, UserId
from domain.list_pages import ListPage
from service.storage.engine.rows import AnyRow, newest, value_of
from service.storage.tables.cases import cases
from service.storage.tables.log import events
from service.storage.tables.searches import findings, staff_persons
from service.storage.transaction import TransactionPart

_PAGE = 5_000
"""The number of events read at a time."""


class Abuse(TransactionPart):
    """Findings of misuse, and which people are staff."""

    def under_examination(self, search_ids: Collection[SearchId]) -> int:
        """Return the number of these searches that have a case which is still open."""
        query = select(func.count()).where(
            cases.c.search_id.in_(search_ids), cases.c.state.not_in(CLOSED_STATES)
        )
        return int(self._cell(query))

    def add_finding(self, finding: Finding) -> bool:
        """Store a finding. Returns False if there is already a finding of this kind and series."""
        return self._add_new(findings, finding, unless_taken=("kind", "series"))

    def findings(self, *, before: str | None, limit: int) -> ListPage[Finding, str]:
        """Return a page of findings, newest first."""
        by = newest(findings.c.finding_row)
        page = self._list_page(
            select(findings), by, findings.c.finding_id, behind=before, limit=limit
        )
        return page.of(value_of(Finding, row) for row in page.items)

    def add_staff(self, staff: StaffPerson) -> None:
        """Store the owner of staff prints. Raises ConflictError if the person is already staff."""
        if not self._add_new(staff_persons, staff):
            raise ConflictError("The person is already enrolled as staff.")

    def has_staff(self) -> bool:
        """Whether the staff gallery holds any prints."""
        return self._cell(select(staff_persons.c.person_id).limit(1)) is not None

    def staff_among(self, person_ids: Collection[PersonId]) -> Mapping[PersonId, UserId]:
        """Return the accounts of those of these people who are staff."""
        query = select(staff_persons.c.person_id, staff_persons.c.user_id).where(
            staff_persons.c.person_id.in_(person_ids)
        )
        return {PersonId(row[0]): UserId(row[1]) for row in self._connection.execute(query)}

    def accesses(
        self, kinds: Collection[EventType], *, since: datetime, until: datetime
    ) -> Iterator[Access]:
        """Yield events of these types within a period, using limited memory."""
        query = (
            select(
                events.c.seq, events.c.actor, events.c.event_type, events.c.case_id, events.c.at
            )
            .where(events.c.at >= since, events.c.at < until)
            .where(events.c.event_type.in_(kinds))
            .order_by(events.c.seq)
            .limit(_PAGE)
        )
        page = self._rows(query)
        while page:
            yield from (_access(row) for row in page)
            page = self._rows(query.where(events.c.seq > page[-1].seq))


def _access(row: AnyRow) -> Access:
    return value_of(Access, row, has_case=row.case_id is not None)
