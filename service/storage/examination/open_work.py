"""Open cases for a supervisor, and decisions of examiners in control items and others' cases."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, func, or_, select, true

from domain.examination.cases import (
    CLOSED_STATES,
    Activity,
    CaseState,
    DecisionKind,
    Outcome,
    Priority,
)
from domain.ids import CaseId, EncounterId, SearchId, UserId
from domain.list_pages import ListOrder, ListPage, OpenWanted
from service.storage.engine.rows import rank_among, sorted_by, value_of
from service.storage.tables.cases import cases, comparisons, decisions, examinations, is_control
from service.storage.tables.searches import candidates, searches
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
    cases, _CLAIMED.label("claimed_at"), _LAST_SEALED.label("last_sealed_at")
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


@dataclass(frozen=True, slots=True)
class ControlWorked:
    """A control item that an examiner decided."""

    examiner: UserId
    search_id: SearchId
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class ControlCompared:
    """How often an examiner reached one outcome for the same two captures in control items."""

    examiner: UserId
    probe: EncounterId
    exemplar: EncounterId
    outcome: Outcome
    count: int


@dataclass(frozen=True, slots=True)
class AgreementCount:
    """How often an examiner and another one decided the same case, and how often they agreed."""

    examiner: UserId
    pairs: int
    agreed: int


class Competence(TransactionPart):
    """Figures on the competence of one examiner, or of all if `examiner` is None. Read-only."""

    def controls(
        self,
        *,
        since: datetime,
        until: datetime | None = None,
        limit: int,
        examiner: UserId | None = None,
    ) -> tuple[ControlWorked, ...]:
        """Return decisions on control items from `since` until before `until`, newest first."""
        query = (
            select(
                decisions.c.decided_by.label("examiner"), cases.c.search_id, decisions.c.outcome
            )
            .join(cases, cases.c.case_id == decisions.c.case_id)
            .where(
                is_control(cases),
                decisions.c.sealed_at >= since,
                true() if until is None else decisions.c.sealed_at < until,
                _is_of_examiner(decisions.c.decided_by, examiner),
            )
            .order_by(decisions.c.decision_row.desc())
            .limit(limit)
        )
        return self._all(ControlWorked, query)

    def controls_compared(
        self, *, since: datetime, examiner: UserId | None = None
    ) -> tuple[ControlCompared, ...]:
        """Return the outcomes for captures that were compared in control items."""
        key = (comparisons.c.examiner, searches.c.encounter_id, candidates.c.encounter_id)
        query = (
            select(
                comparisons.c.examiner,
                searches.c.encounter_id.label("probe"),
                candidates.c.encounter_id.label("exemplar"),
                comparisons.c.outcome,
                func.count().label("count"),
            )
            .join(cases, cases.c.case_id == comparisons.c.case_id)
            .join(searches, searches.c.search_id == cases.c.search_id)
            .join(candidates, candidates.c.candidate_id == comparisons.c.candidate_id)
            .where(
                is_control(cases),
                comparisons.c.sealed_at >= since,
                _is_of_examiner(comparisons.c.examiner, examiner),
            )
            .group_by(*key, comparisons.c.outcome)
        )
        return self._all(ControlCompared, query)

    def agreements(
        self, *, since: datetime, examiner: UserId | None = None
    ) -> tuple[AgreementCount, ...]:
        """Return how often examiners agreed with others in closed cases, without control items.

        Open cases are not counted, because the figure would tell the first examiner what the
        second found.
        """
        other = decisions.alias()
        is_same = and_(
            decisions.c.outcome == other.c.outcome,
            or_(
                decisions.c.candidate_id == other.c.candidate_id,
                and_(decisions.c.candidate_id.is_(None), other.c.candidate_id.is_(None)),
            ),
        )
        query = (
            select(
                decisions.c.decided_by.label("examiner"),
                func.count().label("pairs"),
                func.count().filter(is_same).label("agreed"),
            )
            .join(cases, cases.c.case_id == decisions.c.case_id)
            .join(
                other,
                and_(
                    other.c.case_id == decisions.c.case_id,
                    other.c.decided_by != decisions.c.decided_by,
                ),
            )
            .where(
                cases.c.state.in_(CLOSED_STATES),
                ~is_control(cases),
                decisions.c.sealed_at >= since,
                decisions.c.kind == DecisionKind.EXAMINATION,
                other.c.kind == DecisionKind.EXAMINATION,
                _is_of_examiner(decisions.c.decided_by, examiner),
            )
            .group_by(decisions.c.decided_by)
        )
        return self._all(AgreementCount, query)


def _is_of_examiner(column: ColumnElement[str], examiner: UserId | None) -> ColumnElement[bool]:
    return true() if examiner is None else column == examiner
