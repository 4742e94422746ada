"""Sketches, findings and staff on a database."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select

from domain.abuse import Access, Finding, Sketch, StaffPerson
from domain.cases import CLOSED_STATES
from domain.errors import ConflictError
from domain.ids import EventType, ForceCode, PersonId, SearchId, UserId
from service.storage.engine.rows import AnyRow, row_of, value_of
from service.storage.engine.writes import insert_unless_taken
from service.storage.tables.abuse import findings, probe_sketches, staff_persons
from service.storage.tables.cases import cases
from service.storage.tables.log import events
from service.storage.transaction import TransactionPart

_PAGE = 5_000
"""Events read at a time."""


# Built once, and without what nobody asks for: every search reads hundreds of rows by it.
_SKETCHES = (
    select(probe_sketches.c.search_id, probe_sketches.c.body)
    .where(probe_sketches.c.force == bindparam("force"), probe_sketches.c.at >= bindparam("since"))
    .order_by(probe_sketches.c.at.desc())
    .limit(bindparam("limit"))
)
_NEW_SKETCH = insert(probe_sketches).inline()


class Abuse(TransactionPart):
    """Sketches of probes, findings, and whose prints are those of staff."""

    def add_sketch(self, sketch: Sketch) -> None:
        """Store the sketch of a search's probe."""
        self._connection.execute(_NEW_SKETCH, row_of(probe_sketches, sketch))

    def sketches(
        self, force: ForceCode, *, since: datetime, limit: int
    ) -> Mapping[SearchId, bytes]:
        """Return the newest sketches of a force by search, newest first, at most `limit`."""
        wanted = {"force": force, "since": since, "limit": limit}
        # All at once: one by one they take SQLAlchemy three times as long.
        rows: Sequence[Any] = self._connection.execute(_SKETCHES, wanted).all()
        return dict(rows)

    def sketched_at(self, search_id: SearchId) -> datetime:
        """Return when the probe of this search was sketched."""
        query = select(probe_sketches.c.at).where(probe_sketches.c.search_id == search_id)
        at: datetime = self._connection.execute(query).scalar_one()
        return at

    def under_examination(self, search_ids: Collection[SearchId]) -> int:
        """Return how many of these searches have a case that is still open."""
        query = select(func.count()).where(
            cases.c.search_id.in_(search_ids), cases.c.state.not_in(CLOSED_STATES)
        )
        return int(self._connection.execute(query).scalar_one())

    def forget_sketches(self, *, before: datetime) -> int:
        """Erase sketches that are no longer counted and return how many they were."""
        old = delete(probe_sketches).where(probe_sketches.c.at < before)
        return int(self._connection.execute(old).rowcount)

    def add_finding(self, finding: Finding) -> bool:
        """Store a finding; False when its kind and series were found before."""
        row = row_of(findings, finding)
        return insert_unless_taken(self._connection, findings, row, key=("kind", "series"))

    def findings(self, *, before: str | None, limit: int) -> tuple[Finding, ...]:
        """Return findings, newest first; an unknown `before` gives none."""
        query = select(findings).order_by(findings.c.finding_row.desc()).limit(limit)
        if before is not None:
            start = select(findings.c.finding_row).where(findings.c.finding_id == before)
            query = query.where(findings.c.finding_row < start.scalar_subquery())
        return tuple(value_of(Finding, row) for row in self._connection.execute(query))

    def add_staff(self, staff: StaffPerson) -> None:
        """Store the owner of staff prints; raises ConflictError when it is known."""
        row = row_of(staff_persons, staff)
        if not insert_unless_taken(self._connection, staff_persons, row, key=("person_id",)):
            raise ConflictError("The person is enrolled as staff already.")

    def has_staff(self) -> bool:
        """Whether anybody's prints are in the staff gallery."""
        query = select(staff_persons.c.person_id).limit(1)
        return self._connection.execute(query).scalar() is not None

    def staff_among(self, person_ids: Collection[PersonId]) -> Mapping[PersonId, UserId]:
        """Return the accounts of those that are staff."""
        query = select(staff_persons.c.person_id, staff_persons.c.user_id).where(
            staff_persons.c.person_id.in_(person_ids)
        )
        return {PersonId(row[0]): UserId(row[1]) for row in self._connection.execute(query)}

    def accesses(
        self, kinds: Collection[EventType], *, since: datetime, until: datetime
    ) -> Iterator[Access]:
        """Yield events of these types in a span of time, in bounded memory."""
        query = (
            select(
                events.c.seq, events.c.actor, events.c.event_type, events.c.case_id, events.c.at
            )
            .where(events.c.at >= since, events.c.at < until)
            .where(events.c.event_type.in_(kinds))
            .order_by(events.c.seq)
            .limit(_PAGE)
        )
        page = self._connection.execute(query).all()
        while page:
            yield from (_access(row) for row in page)
            page = self._connection.execute(query.where(events.c.seq > page[-1].seq)).all()


def _access(row: AnyRow) -> Access:
    return Access(UserId(row.actor), EventType(row.event_type), row.case_id is not None, row.at)
