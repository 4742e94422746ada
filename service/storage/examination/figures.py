"""The raw figures for statistics and for choosing control items."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, select, true, union_all

from domain.examination.cases import CLOSED_STATES, Activity, CaseState, DecisionKind, Outcome
from domain.ids import EncounterId, ForceCode, UserId
from domain.searches.searches import SearchType
from indexing.codes.batches import Gallery
from service.storage.people.people import is_erased
from service.storage.tables.cases import (
    cases,
    comparison_revisions,
    comparisons,
    decisions,
    is_control,
)
from service.storage.tables.links import link_revocations, links
from service.storage.tables.people import encounters
from service.storage.tables.searches import searches
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class ClosedCase:
    """A concluded case, with the facts that statistics need."""

    force: ForceCode
    activity: Activity
    search_type: SearchType
    state: CaseState
    opened_at: datetime
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class OpinionPair:
    """How often a first and a second examination had these two outcomes."""

    activity: Activity
    first: Outcome
    second: Outcome
    is_same_person: bool
    """Whether both examinations named the same exemplar, or neither named any."""
    count: int


@dataclass(frozen=True, slots=True)
class OpenAges:
    """How many cases of one activity are open, and since when."""

    activity: Activity
    cases: int
    median_opened_at: datetime | None
    """The median: as many cases are older as are younger. None when no case is open."""
    oldest_opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChangesOfMind:
    """An examiner's changes after seeing the exemplar."""

    examiner: UserId
    comparisons: int
    revisions: int
    points_marked: int
    points_added: int
    """How many of the marked points were not in the analysis; recorded for newer comparisons."""


_OPEN = (CaseState.WAITING, CaseState.VERIFYING, CaseState.DIFFERING)
_TWICE = (*CLOSED_STATES, CaseState.VERIFYING, CaseState.DIFFERING)
"""States of cases that two people may have examined."""


class Figures(TransactionPart):
    """The raw figures for statistics and for choosing control items."""

    def closed_cases(self, *, since: datetime, limit: int) -> tuple[ClosedCase, ...]:
        """Return concluded cases without control items, newest first."""
        # A case closes with its last sealed decision.
        closed_at = func.max(decisions.c.sealed_at)
        newest = union_all(*(_newest(state, since, limit) for state in CLOSED_STATES)).subquery()
        query = (
            select(
                cases.c.force,
                cases.c.activity,
                searches.c.search_type,
                cases.c.state,
                cases.c.opened_at,
                closed_at.label("closed_at"),
            )
            .join(searches, searches.c.search_id == cases.c.search_id)
            .join(decisions, decisions.c.case_id == cases.c.case_id)
            .where(cases.c.case_row.in_(select(newest.c.case_row)))
            .group_by(cases.c.case_row, searches.c.search_type)
            .order_by(cases.c.case_row.desc())
            .limit(limit)
        )
        return self._all(ClosedCase, query)

    def open_ages(self) -> tuple[OpenAges, ...]:
        """Return the ages of open cases, by activity.

        Cases are numbered in the order of opening, and an index holds the numbers. The numbers
        therefore stand for age, and only two cases are looked up.
        """
        query = (
            select(cases.c.activity, func.count(), func.min(cases.c.case_row))
            .where(cases.c.state.in_(_OPEN))
            .group_by(cases.c.activity)
        )
        found = {row[0]: (int(row[1]), row[2]) for row in self._connection.execute(query)}
        return tuple(
            self._open_ages(activity, *found.get(activity, (0, 0))) for activity in Activity
        )

    def _open_ages(self, activity: Activity, count: int, oldest: int) -> OpenAges:
        query = (
            select(cases.c.case_row)
            .where(cases.c.state.in_(_OPEN), cases.c.activity == activity)
            .order_by(cases.c.case_row)
            .offset(count // 2)
            .limit(1)
        )
        median = self._cell(query) if count else 0
        return OpenAges(activity, count, self._opened_at(median or 0), self._opened_at(oldest))

    def _opened_at(self, case_row: int) -> datetime | None:
        query = select(cases.c.opened_at).where(cases.c.case_row == case_row)
        return self._cell(query) if case_row else None

    def opinions(
        self, *, since: datetime, until: datetime | None = None, limit: int
    ) -> tuple[OpinionPair, ...]:
        """Return how the first and second examinations of a case compare, without control items.

        Covers the newest `limit` cases in each state in which there may be two examinations,
        opened from `since` until before `until`.
        """
        newest = union_all(*(_newest(state, since, limit, until) for state in _TWICE)).subquery()
        first, second, other = decisions.alias(), decisions.alias(), decisions.alias()
        is_same = func.coalesce(first.c.candidate_id, "") == func.coalesce(
            second.c.candidate_id, ""
        )
        same = case((is_same, 1), else_=0)
        query = (
            select(cases.c.activity, first.c.outcome, second.c.outcome, same, func.count())
            .join(first, first.c.case_id == cases.c.case_id)
            .join(
                second,
                and_(
                    second.c.case_id == first.c.case_id,
                    second.c.decision_row > first.c.decision_row,
                ),
            )
            .where(
                # Only the first and second examinations count, even if others followed.
                ~exists().where(
                    other.c.case_id == first.c.case_id,
                    other.c.decision_row < second.c.decision_row,
                    other.c.decision_row != first.c.decision_row,
                ),
                cases.c.case_row.in_(select(newest.c.case_row)),
                first.c.kind == DecisionKind.EXAMINATION,
                second.c.kind == DecisionKind.EXAMINATION,
            )
            .group_by(cases.c.activity, first.c.outcome, second.c.outcome, same)
        )
        return tuple(
            OpinionPair(Activity(activity), Outcome(a), Outcome(b), bool(is_same), int(count))
            for activity, a, b, is_same, count in self._connection.execute(query)
        )

    def changes_of_mind(self, *, since: datetime, limit: int) -> tuple[ChangesOfMind, ...]:
        """Return what each examiner revised and added in the newest `limit` comparisons."""
        newest = select(func.max(comparisons.c.comparison_row)).scalar_subquery()
        query = (
            select(
                comparisons.c.examiner,
                func.count(),
                func.coalesce(func.sum(comparisons.c.points_marked), 0),
                func.coalesce(func.sum(comparisons.c.points_added), 0),
            )
            .where(comparisons.c.comparison_row > newest - limit)
            .where(comparisons.c.sealed_at >= since)
            .group_by(comparisons.c.examiner)
            .order_by(comparisons.c.examiner)
        )
        revised = self._revisions(since)
        return tuple(
            ChangesOfMind(UserId(who), int(n), revised.get(who, 0), int(marked), int(added))
            for who, n, marked, added in self._connection.execute(query)
        )

    def _revisions(self, since: datetime) -> Mapping[str, int]:
        query = (
            select(comparison_revisions.c.examiner, func.count())
            .where(comparison_revisions.c.sealed_at >= since)
            .group_by(comparison_revisions.c.examiner)
        )
        return {str(who): int(count) for who, count in self._connection.execute(query)}

    def control_count(self) -> tuple[int, int]:
        """Return the number of cases that are control items, and the number that are not."""
        controls = select(func.count()).select_from(cases).where(is_control(cases))
        every = select(func.count()).select_from(cases)
        control_count = int(self._cell(controls))
        return control_count, int(self._cell(every)) - control_count

    def linked_captures(self, *, after: EncounterId, limit: int) -> tuple[EncounterId, ...]:
        """Return captures that were the probe of a tenprint search and have been linked.

        They are in the order of their random ids, starting after `after`. Captures with a revoked
        link are left out, because their donor is not known.
        """
        query = (
            select(encounters.c.encounter_id)
            .join(links, links.c.encounter_id == encounters.c.encounter_id)
            .join(searches, searches.c.search_id == links.c.search_id)
            .where(
                encounters.c.encounter_id > after,
                encounters.c.gallery == int(Gallery.TENPRINTS),
                searches.c.search_type == SearchType.TP_TP,
                ~exists().where(link_revocations.c.link_id == links.c.link_id),
                ~is_erased(encounters.c.person_row),
            )
            .order_by(encounters.c.encounter_id)
            .limit(limit)
        )
        return tuple(map(EncounterId, self._column(query)))


def _newest(
    state: CaseState, since: datetime, limit: int, until: datetime | None = None
) -> Select[Any]:
    """Return the query for the newest cases in one state; it reads an index backwards."""
    found = (
        select(cases.c.case_row)
        .where(cases.c.state == state, cases.c.opened_at >= since, ~is_control(cases))
        .where(true() if until is None else cases.c.opened_at < until)
        .order_by(cases.c.case_row.desc())
        .limit(limit)
        .subquery()
    )
    return select(found.c.case_row)
