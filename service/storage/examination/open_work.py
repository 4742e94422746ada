"""Open cases as a supervisor filters, sorts and pages them, read from a database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from domain.examination.cases import CLOSED_STATES, Activity, CaseState, Priority
from domain.ids import CaseId, UserId
from domain.list_pages import ListOrder, ListPage, OpenWanted
from service.storage.engine.rows import rank_among, sorted_by, value_of
from service.storage.tables.cases import cases, decisions, examinations
from service.storage.tables.workbench import accounts
from service.storage.transaction import TransactionPart

Targets = Mapping[tuple[Activity, Priority], timedelta]


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An open case as shown to a supervisor, with its state and the times that led to it."""

    case_id: CaseId
    activity: Activity
    state: CaseState
    opened_at: datetime
    priority: Priority
    claimed_by: UserId | None
    claimed_at: datetime | None
    last_sealed_at: datetime | None


class OpenWork(TransactionPart):
    """Queries over the open cases."""

    def page(
        self,
        wanted: OpenWanted,
        targets: Targets,
        now: datetime,
        *,
        limit: int,
        order: ListOrder | None = None,
        after: str | None = None,
    ) -> ListPage[OpenCase, str]:
        """Return a page of open cases, oldest first or in the given order."""
        columns, key = _orders(targets), cases.c.case_id
        named = order if order and order.column in columns else _OLDEST
        query = _QUERY.where(*_conditions(wanted, targets, now))
        by = sorted_by(named, columns, cases.c.case_row)
        page = self._list_page(query, by, key, behind=after, limit=limit, among=_QUERY)
        return page.of(value_of(OpenCase, row) for row in page.items)

    def count(self, wanted: OpenWanted, targets: Targets, now: datetime) -> int:
        """Return the number of open cases that match."""
        query = sa.select(sa.func.count()).select_from(cases)
        found = self._connection.execute(query.where(*_conditions(wanted, targets, now)))
        return int(found.scalar_one())

    def counts(self) -> Mapping[CaseState, int]:
        """Return the number of open cases in each state."""
        query = sa.select(cases.c.state, sa.func.count()).where(_is_open()).group_by(cases.c.state)
        return {CaseState(state): int(count) for state, count in self._connection.execute(query)}


def _is_open() -> sa.ColumnElement[bool]:
    return cases.c.state.in_([one for one in CaseState if one not in CLOSED_STATES])


def _conditions(
    wanted: OpenWanted, targets: Targets, now: datetime
) -> Iterator[sa.ColumnElement[bool]]:
    yield _is_open() if wanted.state is None else cases.c.state == wanted.state
    if wanted.activity is not None:
        yield cases.c.activity == wanted.activity
    if wanted.priority is not None:
        yield cases.c.priority == wanted.priority
    if wanted.is_held is not None:
        yield cases.c.claimed_by.is_(None) != wanted.is_held
    if wanted.is_overdue:
        yield sa.or_(
            *(
                sa.and_(_is_of(kind), cases.c.opened_at < now - time_given)
                for kind, time_given in targets.items()
            )
        )


def _is_of(kind: tuple[Activity, Priority]) -> sa.ColumnElement[bool]:
    activity, priority = kind
    return sa.and_(cases.c.activity == activity, cases.c.priority == priority)


_LAST_SEALED = (
    sa.select(sa.func.max(decisions.c.sealed_at))
    .where(decisions.c.case_id == cases.c.case_id)
    .scalar_subquery()
)
_CLAIMED = (
    sa.select(examinations.c.begun_at)
    .where(
        examinations.c.case_id == cases.c.case_id,
        examinations.c.examiner == cases.c.claimed_by,
    )
    .scalar_subquery()
)
_QUERY: sa.Select[Any] = sa.select(
    cases.c.case_id,
    cases.c.activity,
    cases.c.state,
    cases.c.opened_at,
    cases.c.priority,
    cases.c.claimed_by,
    _CLAIMED.label("claimed_at"),
    _LAST_SEALED.label("last_sealed_at"),
)
_OLDEST = ListOrder("case")
_OF_STATES = {
    CaseState.WAITING: "a first examiner",
    CaseState.VERIFYING: "another examiner",
    CaseState.DIFFERING: "a supervisor",
}


def _orders(targets: Targets) -> Mapping[str, sa.ColumnElement[Any]]:
    opened = sa.cast(sa.extract("epoch", cases.c.opened_at), sa.BigInteger)
    given = sa.case(
        *((_is_of(kind), int(span.total_seconds())) for kind, span in targets.items()), else_=0
    )
    return {
        "case": cases.c.case_row,
        "activity": rank_among(cases.c.activity, sorted(Activity)),
        "waits-for": _waits_for(),
        "since": _since(),
        "target": opened + given,
        "priority": rank_among(cases.c.priority, tuple(Priority)),
    }


def _waits_for() -> sa.ColumnElement[Any]:
    name = sa.select(accounts.c.sign_in_name).where(accounts.c.user_id == cases.c.claimed_by)
    holder = sa.func.coalesce(name.scalar_subquery(), cases.c.claimed_by)
    step = sa.case(_OF_STATES, value=cases.c.state, else_="")
    return sa.func.lower(sa.case((cases.c.claimed_by.is_not(None), holder), else_=step))


def _since() -> sa.ColumnElement[Any]:
    sealed = sa.func.coalesce(_LAST_SEALED, cases.c.opened_at)
    is_held_later = sa.and_(cases.c.claimed_by.is_not(None), sealed < _CLAIMED)
    return sa.case((is_held_later, _CLAIMED), else_=sealed)
