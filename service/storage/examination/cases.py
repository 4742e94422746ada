"""Cases, and the sealed work of examiners."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select

from domain.errors import AlreadyDecidedError, StaleCaseError, StepOutOfOrderError
from domain.examination.cases import Activity, Analysis, Case, CaseState, Comparison, Decision
from domain.ids import CandidateId, CaseId, SearchId, UserId
from domain.list_pages import ListOrder, ListPage
from service.storage import words
from service.storage.engine.rows import (
    Among,
    AnyRow,
    rank_among,
    rows_given,
    rows_where,
    sorted_by,
    value_of,
)
from service.storage.examination.findings import revisions_of, standing
from service.storage.tables.cases import (
    analyses,
    cases,
    comparisons,
    decisions,
    examination_exemplars,
    examinations,
)
from service.storage.transaction import ANY_KEY, TransactionPart


@dataclass(frozen=True, slots=True)
class Examination:
    """One examiner's own view of a case: its exemplars, their labels and their order."""

    case_id: CaseId
    examiner: UserId
    shuffle_seed: int
    order: tuple[tuple[str, CandidateId], ...]
    """Pairs of neutral label and candidate as shown, derived from the seed at the start."""
    begun_at: datetime


# Built once, because building a statement costs as much as running it.
_CASE = rows_given(cases, "case_id")
_CASE_OF_SEARCH = rows_given(cases, "search_id")
_DECISIONS = (
    select(decisions)
    .where(Among(decisions.c.case_id, "case_ids"))
    .order_by(decisions.c.decision_row)
)
_EXAMINATION = rows_given(examinations, "case_id", "examiner")
_ORDER = (
    rows_given(examination_exemplars, "case_id", "examiner")
    .with_only_columns(examination_exemplars.c.label, examination_exemplars.c.candidate_id)
    .order_by(examination_exemplars.c.position)
)
_ANALYSIS = rows_given(analyses, "case_id", "examiner")
_COMPARISONS = rows_given(comparisons, "case_id", "examiner").order_by(
    comparisons.c.comparison_row
)


class Cases(TransactionPart):
    """Cases. The state of a case changes; its analyses, comparisons and decisions never change."""

    def add(self, case: Case) -> None:
        """Store a new case."""
        self._add(cases, case)

    def get(self, case_id: CaseId) -> Case | None:
        """Return a case with its sealed decisions, oldest first."""
        return next(iter(self._told(self._rows(_CASE, case_id=case_id))), None)

    def of_search(self, search_id: SearchId) -> Case | None:
        """Return the case of a search."""
        return next(iter(self._told(self._rows(_CASE_OF_SEARCH, search_id=search_id))), None)

    def in_state(
        self,
        state: CaseState,
        *,
        limit: int,
        order: ListOrder | None = None,
        after: str | None = None,
    ) -> ListPage[Case, str]:
        """Return a page of cases in this state, oldest first or in the given order."""
        query, key = rows_where(cases, state=state), cases.c.case_id
        by = sorted_by(order if order and order.column in _ORDERS else _OLDEST, _ORDERS, _NUMBER)
        page = self._list_page(query, by, key, behind=after, limit=limit, among=select(cases))
        return page.of(self._told(page.items))

    def save(self, case: Case, *, expected_revision: str) -> None:
        """Store what changes in a case. Raises StaleCaseError if another change came first."""
        moved = self._change(
            cases,
            {"case_id": case.case_id, "revision": expected_revision},
            state=case.state,
            claimed_by=case.claimed_by,
            revision=case.revision,
            ready_at=case.ready_at,
        )
        if moved != 1:
            raise StaleCaseError

    def begin(self, examination: Examination) -> None:
        """Store an examiner's view. Raises StaleCaseError when the examiner already has one."""
        if not self._add_new(examinations, examination):
            raise StaleCaseError
        key = {"case_id": examination.case_id, "examiner": examination.examiner}
        self._add_all(
            examination_exemplars,
            [
                {**key, "position": position, "label": label, "candidate_id": candidate_id}
                for position, (label, candidate_id) in enumerate(examination.order)
            ],
        )

    def examination(self, case_id: CaseId, examiner: UserId) -> Examination | None:
        """Return an examiner's view of a case, or None if not begun."""
        row = self._row(_EXAMINATION, case_id=case_id, examiner=examiner)
        if row is None:
            return None
        shown = self._rows(_ORDER, case_id=case_id, examiner=examiner)
        order = tuple((label, CandidateId(candidate_id)) for label, candidate_id in shown)
        return Examination(case_id, examiner, row.shuffle_seed, order, row.begun_at)

    def labels(self, case_id: CaseId) -> frozenset[str]:
        """Return the labels under which examiners of a case were shown exemplars."""
        query = rows_where(examination_exemplars.c.label, case_id=case_id)
        return frozenset(self._column(query))

    def seal_analysis(self, analysis: Analysis) -> None:
        """Store an analysis. Raises StepOutOfOrderError when this examiner has sealed one."""
        if not self._add_new(
            analyses,
            analysis,
            payload_id=self._put_words(analysis.notes),
            markup_id=words.put_markup(self._transaction, analysis.fingers),
        ):
            raise StepOutOfOrderError("The analysis is already sealed.")

    def analysis(self, case_id: CaseId, examiner: UserId) -> Analysis | None:
        """Return this examiner's analysis."""
        row = self._row(_ANALYSIS, case_id=case_id, examiner=examiner)
        if row is None:
            return None
        notes = self._words([row])[0]
        fingers = words.read_markup(self._transaction, row.markup_id)
        return value_of(Analysis, row, notes=notes, fingers=fingers)

    def seal_comparison(self, comparison: Comparison) -> None:
        """Store an evaluation. Raises StepOutOfOrderError when its label or candidate has one."""
        payload_id = words.put_evaluation(self._transaction, comparison)
        # Neither a label nor its candidate may be evaluated twice.
        if not self._add_new(
            comparisons,
            comparison,
            unless_taken=ANY_KEY,
            payload_id=payload_id,
            points_marked=len(comparison.points),
            **words.finger_columns(comparison.fingers),
        ):
            raise StepOutOfOrderError("The comparison with this exemplar is already sealed.")

    def comparisons(self, case_id: CaseId, examiner: UserId) -> tuple[Comparison, ...]:
        """Return this examiner's current evaluations, in the order of first sealing."""
        rows = self._rows(_COMPARISONS, case_id=case_id, examiner=examiner)
        written = words.read_evaluations(self._transaction, [row.payload_id for row in rows])
        sealed = (
            value_of(
                Comparison,
                row,
                **told.parts,
                fingers=words.fingers_in(row),
                earlier=(),
            )
            for row, told in zip(rows, written, strict=True)
        )
        revised = revisions_of(self._transaction, case_id, examiner)
        return tuple(standing(one, revised.get(one.label, ())) for one in sealed)

    def seal_decision(self, decision: Decision) -> None:
        """Store a decision. Raises AlreadyDecidedError for a second one by the same person."""
        if not self._add_new(
            decisions,
            decision,
            unless_taken=("case_id", "decided_by"),
            payload_id=self._put_words(decision.reason),
            **words.finger_columns(decision.fingers),
        ):
            raise AlreadyDecidedError

    def _told(self, rows: Sequence[AnyRow]) -> tuple[Case, ...]:
        sealed = self._decisions([row.case_id for row in rows])
        return tuple(value_of(Case, row, decisions=tuple(sealed[row.case_id])) for row in rows)

    def _decisions(self, case_ids: list[str]) -> dict[str, list[Decision]]:
        found: dict[str, list[Decision]] = defaultdict(list)
        if not case_ids:
            return found
        rows = self._rows(_DECISIONS, case_ids=case_ids)
        reasons = self._words(rows)
        for row, reason in zip(rows, reasons, strict=True):
            found[row.case_id].append(
                value_of(Decision, row, reason=reason, fingers=words.fingers_in(row))
            )
        return found


def _finding(place: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the outcome of the first decision of a case, in the given order of rows."""
    found = select(decisions.c.outcome).where(decisions.c.case_id == cases.c.case_id)
    return func.coalesce(found.order_by(place).limit(1).scalar_subquery(), "")


_LAST_SEALED = (
    select(func.max(decisions.c.sealed_at))
    .where(decisions.c.case_id == cases.c.case_id)
    .scalar_subquery()
)
_FIRST, _LAST = decisions.c.decision_row.asc(), decisions.c.decision_row.desc()
_NUMBER = cases.c.case_row
_OLDEST = ListOrder("case")
_ORDERS: Mapping[str, ColumnElement[Any]] = {
    "case": _NUMBER,
    "activity": rank_among(cases.c.activity, sorted(Activity)),
    "findings": _finding(_FIRST).concat(literal(" / ")).concat(_finding(_LAST)),
    "since": func.coalesce(_LAST_SEALED, cases.c.opened_at),
}
