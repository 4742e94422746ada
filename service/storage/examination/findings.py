"""Findings of examiners, and their drafts, revisions and policies."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, delete, select, union, union_all

from domain.access.accounts import Draft
from domain.errors import ConflictError, StepOutOfOrderError, VaultDamagedError
from domain.examination.cases import CLOSED_STATES, Comparison, FurtherExamination, Withdrawal
from domain.examination.finding_policy import (
    FindingPolicy,
    PolicyVersion,
    ReportStatement,
    ShownPrint,
)
from domain.ids import CandidateId, CaseId, EncounterId, PersonId, UserId
from service.storage import words
from service.storage.engine.rows import (
    from_bytes,
    row_of,
    rows_given,
    rows_where,
    to_bytes,
    value_of,
)
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.cases import (
    cases,
    comparison_revisions,
    decisions,
    finding_policies,
    further_examinations,
    prints_shown,
    report_statements,
    withdrawn_exemplars,
)
from service.storage.tables.disclosure import hidden_persons
from service.storage.tables.metadata import METADATA
from service.storage.tables.people import persons
from service.storage.tables.searches import candidates
from service.storage.tables.workbench import FORMS_ABOUT_NOBODY, FORMS_ABOUT_PEOPLE, drafts
from service.storage.transaction import ANY_KEY, Transaction, TransactionPart

# Built once, because building a statement costs as much as running it.
_POLICY = select(finding_policies).order_by(finding_policies.c.version.desc()).limit(1)
_LOCKED_CASE = (
    select(cases.c.case_row).where(cases.c.case_id == bindparam("case_id")).with_for_update()
)
_DECISION = rows_given(decisions, "case_id", "decided_by")
_PRINTS_SHOWN = rows_given(prints_shown, "case_id", "viewer").where(
    prints_shown.c.print_id.is_not(None)
)
_WITHDRAWN = union(
    select(withdrawn_exemplars.c.candidate_id).where(
        withdrawn_exemplars.c.case_id == bindparam("case_id")
    ),
    select(candidates.c.candidate_id)
    .join(cases, cases.c.search_id == candidates.c.search_id)
    .join(persons, persons.c.person_id == candidates.c.person_id)
    .join(hidden_persons, hidden_persons.c.person_row == persons.c.person_row)
    .where(cases.c.case_id == bindparam("case_id")),
)
_DRAFTS = rows_given(drafts, "user_id").order_by(drafts.c.kept_at)
_DRAFT = rows_given(drafts, "user_id", "step", "about_id")
_REVISIONS = rows_given(comparison_revisions, "case_id", "examiner").order_by(
    comparison_revisions.c.revision_row
)


class Findings(TransactionPart):
    """Findings and what belongs to them. Everything here is written once."""

    def policy(self) -> PolicyVersion:
        """Return the current policy on findings."""
        row = self._row(_POLICY)
        if row is None:
            return PolicyVersion()
        later = {"analysed_minutiae": row.analysed_minutiae or 0}
        if row.needs_prints:
            # Earlier releases could require no point pairs, which is no longer allowed: use the
            # safe number.
            safe = FindingPolicy()
            later["mark_point_pairs"] = row.mark_point_pairs or safe.mark_point_pairs
            later["tenprint_point_pairs"] = row.tenprint_point_pairs or safe.tenprint_point_pairs
        else:
            later["tenprint_point_pairs"] = row.tenprint_point_pairs or 0
        return value_of(PolicyVersion, row, policy=value_of(FindingPolicy, row, **later))

    def set_policy(self, version: PolicyVersion) -> None:
        """Store a policy that applies from now on. Raises ConflictError if its version exists."""
        row = row_of(finding_policies, version.policy) | row_of(finding_policies, version)
        if not self._add_new(finding_policies, unless_taken=("version",), **row):
            raise ConflictError(
                "The policy has been changed since you opened it: reload the policy."
            )

    def ask_further(self, asked: FurtherExamination) -> None:
        """Store that a case goes to an additional examiner."""
        self._add(further_examinations, asked, payload_id=self._put_words(asked.reason))

    def further(self, case_id: CaseId) -> tuple[FurtherExamination, ...]:
        """Return why a case went to an additional examiner, each time, in order."""
        query = rows_where(further_examinations, case_id=case_id)
        rows = self._rows(query.order_by(further_examinations.c.further_row))
        return self._all_with_words(FurtherExamination, rows, "reason")

    def state(self, statement: ReportStatement) -> None:
        """Store a statement of the office for use in its reports from now on."""
        self._add(report_statements, statement, payload_id=self._put_words(statement.words))

    def statements(self) -> tuple[ReportStatement, ...]:
        """Return every statement for reports, oldest first."""
        rows = self._rows(select(report_statements).order_by(report_statements.c.statement_row))
        return self._all_with_words(ReportStatement, rows)

    def show(self, shown: ShownPrint) -> bool:
        """Record once that a print was shown to a person, but not after the person's decision.

        Returns whether a row was stored. The decision commits to these rows, so the case is locked
        against a decision that is being sealed at the same time.
        """
        self._row(_LOCKED_CASE, case_id=shown.case_id)
        if self._has(_DECISION, case_id=shown.case_id, decided_by=shown.viewer):
            return False
        return self._add_new(
            prints_shown, shown, unless_taken=ANY_KEY, position=int(shown.position)
        )

    def shown_to(self, case_id: CaseId, viewer: UserId) -> tuple[ShownPrint, ...]:
        """Return the prints of a case that were shown to a person, as events state them."""
        return self._all(ShownPrint, _PRINTS_SHOWN, case_id=case_id, viewer=viewer)

    def withdraw(
        self, case_id: CaseId, candidate_id: CandidateId, cause: Withdrawal, at: datetime
    ) -> None:
        """Store that an exemplar left its case, and why."""
        self._add(
            withdrawn_exemplars,
            candidate_id=candidate_id,
            case_id=case_id,
            cause=cause,
            withdrawn_at=at,
        )

    def withdrawn(self, case_id: CaseId) -> frozenset[CandidateId]:
        """Return the exemplars that have left a case, and those whose person is hidden now."""
        return frozenset(self._column(_WITHDRAWN, case_id=case_id))

    def open_exemplars_of(
        self, people: Collection[PersonId]
    ) -> tuple[tuple[CaseId, CandidateId], ...]:
        """Return the candidates in open cases that belong to these people."""
        return self._open(candidates.c.person_id.in_(people))

    def open_exemplars_from(
        self, captures: Collection[EncounterId]
    ) -> tuple[tuple[CaseId, CandidateId], ...]:
        """Return the candidates in open cases whose prints are these captures."""
        return self._open(candidates.c.encounter_id.in_(captures))

    def _open(self, condition: ColumnElement[bool]) -> tuple[tuple[CaseId, CandidateId], ...]:
        gone = select(withdrawn_exemplars.c.candidate_id)
        query = (
            select(cases.c.case_id, candidates.c.candidate_id)
            .join(candidates, candidates.c.search_id == cases.c.search_id)
            .where(
                condition,
                cases.c.state.not_in(CLOSED_STATES),
                candidates.c.candidate_id.not_in(gone),
            )
            .order_by(cases.c.case_row, candidates.c.candidate_id)
        )
        return tuple((case_id, one) for case_id, one in self._connection.execute(query))


class Revisions(TransactionPart):
    """Revisions of comparisons. Each is written once and replaces one comparison."""

    def seal(self, revision_id: str, revised: Comparison) -> None:
        """Store a revision. Raises StepOutOfOrderError when another was stored first."""
        if not self._add_new(
            comparison_revisions,
            revised,
            unless_taken=("case_id", "examiner", "label", "number"),
            revision_id=revision_id,
            number=len(revised.earlier),
            payload_id=words.put_evaluation(self._transaction, revised),
            points_marked=len(revised.points),
            **words.finger_columns(revised.fingers),
        ):
            raise StepOutOfOrderError(
                "This comparison has since been revised: reload the comparison."
            )


def revisions_of(
    transaction: Transaction, case_id: CaseId, examiner: UserId
) -> Mapping[str, Sequence[Comparison]]:
    """Return an examiner's revisions under the label of each exemplar, the oldest first."""
    asked = {"case_id": case_id, "examiner": examiner}
    rows = transaction.connection.execute(_REVISIONS, asked).all()
    written = words.read_evaluations(transaction, [row.payload_id for row in rows])
    found: dict[str, list[Comparison]] = defaultdict(list)
    for row, told in zip(rows, written, strict=True):
        fingers = words.fingers_in(row)
        found[row.label].append(
            value_of(Comparison, row, **told.parts, fingers=fingers, earlier=())
        )
    return found


def standing(sealed: Comparison, revisions: Sequence[Comparison]) -> Comparison:
    """Return the current version of a comparison: its last revision, with the earlier ones."""
    *earlier, last = (sealed, *revisions)
    return replace(last, earlier=tuple(earlier))


class Drafts(TransactionPart):
    """Drafts: one for each person, form and subject; a payload, because it may name a person."""

    def keep(self, draft: Draft) -> None:
        """Store a draft, replacing any earlier one."""
        self.drop(draft.user_id, draft.step, draft.about_id)
        payload_id = self._put(PayloadKind.DRAFT, to_bytes(dict(draft.fields)))
        self._add(drafts, draft, payload_id=payload_id)

    def of(self, user_id: UserId) -> tuple[Draft, ...]:
        """Return a person's drafts, oldest first, without those that were erased."""
        rows = self._rows(_DRAFTS, user_id=user_id)
        found = ((row, self._body(PayloadKind.DRAFT, row)) for row in rows)
        return tuple(
            value_of(Draft, row, fields=_fields(body)) for row, body in found if body is not None
        )

    def has(self, user_id: UserId, step: str, about_id: str) -> bool:
        """Whether a person has a draft of this form about one subject."""
        return self._has(_DRAFT, user_id=user_id, step=step, about_id=about_id)

    def can_be_about(self, about_id: str) -> bool:
        """Whether anything that a form can be about has this id."""
        named = union_all(*(select(column).where(column == about_id) for column in _SUBJECTS))
        return self._has(named)

    def drop(self, user_id: UserId, step: str, about_id: str) -> None:
        """Erase a draft; does nothing when there is none."""
        self._drop(
            and_(drafts.c.user_id == user_id, drafts.c.step == step, drafts.c.about_id == about_id)
        )

    def drop_older(self, than: datetime) -> None:
        """Erase the drafts of all users that were stored before the given time."""
        self._drop(drafts.c.kept_at < than)

    def _drop(self, these: ColumnElement[bool]) -> None:
        found = self._column(select(drafts.c.payload_id).where(these))
        if found:
            self._transaction.payloads.delete(found)
            self._connection.execute(delete(drafts).where(these))


_SUBJECTS = tuple(
    METADATA.tables[name].c[key] for name, key in FORMS_ABOUT_PEOPLE + FORMS_ABOUT_NOBODY
)
"""Ids of what forms are about. A test compares them with the addresses of all pages."""


def _fields(body: bytes) -> Mapping[str, str]:
    fields = from_bytes(body)
    if not isinstance(fields, dict):
        raise VaultDamagedError("A stored draft is damaged: begin again.")
    return fields
