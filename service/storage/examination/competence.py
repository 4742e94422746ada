"""What examiners decided in control items and in each other's cases, as rows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from domain.examination.cases import CLOSED_STATES, DecisionKind, Outcome
from domain.ids import EncounterId, SearchId, UserId
from service.storage.tables.cases import cases, comparisons, decisions, is_control
from service.storage.tables.searches import candidates, searches
from service.storage.transaction import TransactionPart


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
    """Figures on the competence of examiners. Read-only. `examiner` selects one examiner; None
    selects all.
    """

    def controls(
        self, *, since: datetime, limit: int, examiner: UserId | None = None
    ) -> tuple[ControlWorked, ...]:
        """Return decisions on control items, newest first."""
        query = (
            select(
                decisions.c.decided_by.label("examiner"), cases.c.search_id, decisions.c.outcome
            )
            .join(cases, cases.c.case_id == decisions.c.case_id)
            .where(
                is_control(cases),
                decisions.c.sealed_at >= since,
                _is_of(decisions.c.decided_by, examiner),
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
                _is_of(comparisons.c.examiner, examiner),
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
                _is_of(decisions.c.decided_by, examiner),
            )
            .group_by(decisions.c.decided_by)
        )
        return self._all(AgreementCount, query)


def _is_of(column: ColumnElement[str], examiner: UserId | None) -> ColumnElement[bool]:
    return true() if examiner is None else column == examiner
