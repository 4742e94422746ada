"""Queries over cases for the work queue, and lists of links, on a database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    and_,
    bindparam,
    case,
    exists,
    select,
    tuple_,
)

from domain.examination.cases import CLOSED_STATES, Activity, CaseState, Priority
from domain.forces import codes_by_name
from domain.ids import CaseId, ForceCode, LinkId, UserId
from domain.list_pages import ListOrder, ListPage
from service.storage.engine.rows import AnyRow, rank_among, sorted_by, value_of
from service.storage.tables.cases import cases, decisions
from service.storage.tables.links import link_revocations, links
from service.storage.tables.searches import searches
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class QueuedCase:
    """A case as shown in an examiner's queue; it does not reveal earlier examiners."""

    case_id: CaseId
    revision: str
    activity: Activity
    ready_at: datetime
    priority: Priority
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A position in the queue, which is ordered by priority and then by time of readiness."""

    priority: Priority
    ready_at: datetime
    case_row: int

    @property
    def _order(self) -> tuple[int, datetime, int]:
        return (tuple(Priority).index(self.priority), self.ready_at, self.case_row)

    def is_before(self, other: Place) -> bool:
        """Whether this position comes before another position."""
        return self._order < other._order


@dataclass(frozen=True, slots=True)
class QueueWanted:
    """The part of a queue to return; the default values select the whole queue."""

    activities: Collection[Activity] = tuple(Activity)
    priorities: Collection[Priority] = tuple(Priority)
    ready_before: Mapping[tuple[Activity, Priority], datetime] | None = None
    """Only cases that became ready before these times; None for all."""
    after: Place | None = None
    """Only cases after this position; None for all."""


_EXAMINABLE = (CaseState.WAITING, CaseState.VERIFYING)


class Queue(TransactionPart):
    """Queries over cases; the only thing written here is the priority."""

    def queue(
        self, examiner: UserId, wanted: QueueWanted, *, limit: int
    ) -> tuple[QueuedCase, ...]:
        """Return the cases that the examiner may take, by priority and then in order of arrival.

        A case that returns to the queue, for verification or because it was given back, counts as
        arriving again. Each priority, state and activity is read separately in the order of one
        index, so that the work does not grow with the number of cases.
        """
        found: list[AnyRow] = []
        for priority in Priority:
            if priority not in wanted.priorities or _is_passed(priority, wanted.after):
                continue
            rows = [
                row
                for state in _EXAMINABLE
                for activity in wanted.activities
                for row in self._queued_as(
                    wanted.after,
                    examiner=examiner,
                    state=state,
                    priority=priority,
                    activity=activity,
                    limit=limit,
                )
                # The index returns the oldest first, so filtering after the limit loses no case.
                if _is_old_enough(row, wanted)
            ]
            found += sorted(rows, key=lambda row: (row.ready_at, row.case_row))
            if len(found) >= limit:
                break
        return tuple(_queued(row, examiner) for row in found[:limit])

    def _queued_as(self, after: Place | None, **wanted: Any) -> Sequence[AnyRow]:
        if after is None or after.priority is not wanted["priority"]:
            return self._rows(_QUEUE, **wanted)
        return self._rows(
            _QUEUE_BEHIND, ready_at=after.ready_at, case_row=after.case_row, **wanted
        )

    def held_by(self, examiner: UserId) -> tuple[QueuedCase, ...]:
        """Return the cases that this examiner holds."""
        return tuple(_queued(row, examiner) for row in self._rows(_HELD, examiner=examiner))

    def task(self, examiner: UserId, task_id: str) -> CaseId | None:
        """Return the waiting case with this task id, or None if the examiner may not take it."""
        row = self._row(_WAITING_AS, examiner=examiner, task_id=task_id)
        return None if row is None else CaseId(row.case_id)

    def place(self, examiner: UserId, task_id: str) -> Place | None:
        """Return the queue position of a waiting case, or None if the examiner may not take it."""
        return self._one(Place, _WAITING_AS, examiner=examiner, task_id=task_id)

    def decided_by(self, examiner: UserId, *, limit: int) -> tuple[CaseId, ...]:
        """Return closed cases that this examiner decided, newest decision first."""
        return tuple(map(CaseId, self._column(_DECIDED, examiner=examiner, limit=limit)))

    def set_priority(self, case_id: CaseId, priority: Priority) -> None:
        """Set the priority of a case, replacing the earlier priority."""
        self._change(cases, {"case_id": case_id}, priority=priority)

    def link_of_case(self, case_id: CaseId) -> LinkId | None:
        """Return the link that resulted from a case."""
        found = self._cell(select(links.c.link_id).where(links.c.case_id == case_id))
        return None if found is None else LinkId(found)

    def recent_links(
        self,
        force: ForceCode | None,
        *,
        limit: int,
        before: str | None = None,
        order: ListOrder | None = None,
    ) -> ListPage[LinkId, str]:
        """Return a page of links of one force or of all, newest first or in the given order."""
        query = select(links.c.link_id)
        if force is not None:
            query = query.where(links.c.force == force)
        named = order if order and order.column in _LINK_ORDERS else _NEWEST
        by = sorted_by(named, _LINK_ORDERS, links.c.link_id)
        page = self._list_page(query, by, links.c.link_id, behind=before, limit=limit)
        return page.of(LinkId(row.link_id) for row in page.items)


_NEWEST = ListOrder("linked", is_descending=True)
_LINK_ORDERS: Mapping[str, ColumnElement[Any]] = {
    "force": rank_among(links.c.force, codes_by_name()),
    "linked": links.c.linked_at,
    "stands": case((exists().where(link_revocations.c.link_id == links.c.link_id), 1), else_=0),
}

# Built once, because building a statement costs as much as running it.
_QUEUED = select(cases)
_EXAMINER: BindParameter[Any] = bindparam("examiner")
_LIMIT = bindparam("limit", type_=Integer())
_IN_ORDER = (cases.c.ready_at, cases.c.case_row)
_MAY_BE_TAKEN = and_(
    cases.c.claimed_by.is_(None),
    ~exists().where(decisions.c.case_id == cases.c.case_id, decisions.c.decided_by == _EXAMINER),
    ~exists().where(
        searches.c.search_id == cases.c.search_id, searches.c.submitted_by == _EXAMINER
    ),
)
_QUEUE = (
    _QUEUED.where(
        cases.c.state == bindparam("state"),
        cases.c.priority == bindparam("priority"),
        cases.c.activity == bindparam("activity"),
        _MAY_BE_TAKEN,
    )
    .order_by(*_IN_ORDER)
    .limit(_LIMIT)
)
_QUEUE_BEHIND = _QUEUE.where(
    tuple_(*_IN_ORDER)
    > tuple_(*(bindparam(column.name, type_=column.type) for column in _IN_ORDER))
)
_HELD = _QUEUED.where(cases.c.claimed_by == _EXAMINER, cases.c.state.in_(_EXAMINABLE)).order_by(
    *_IN_ORDER
)
_WAITING_AS = _QUEUED.where(
    cases.c.revision == bindparam("task_id"), cases.c.state.in_(_EXAMINABLE), _MAY_BE_TAKEN
)
_DECIDED = (
    select(decisions.c.case_id)
    .join(cases, cases.c.case_id == decisions.c.case_id)
    .where(decisions.c.decided_by == _EXAMINER, cases.c.state.in_(CLOSED_STATES))
    .order_by(decisions.c.decision_row.desc())
    .limit(_LIMIT)
)


def _is_old_enough(row: AnyRow, wanted: QueueWanted) -> bool:
    if wanted.ready_before is None:
        return True
    before = wanted.ready_before[Activity(row.activity), Priority(row.priority)]
    return bool(row.ready_at < before)


def _is_passed(priority: Priority, after: Place | None) -> bool:
    order = tuple(Priority)
    return after is not None and order.index(priority) < order.index(after.priority)


def _queued(row: AnyRow, examiner: UserId) -> QueuedCase:
    return value_of(QueuedCase, row, is_mine=row.claimed_by == examiner)
