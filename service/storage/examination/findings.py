"""The ground of findings: the policy in force, prints shown, exemplars withdrawn."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, union

from domain.cases import CLOSED_STATES, Withdrawal
from domain.errors import ConflictError
from domain.finding_policy import FindingPolicy, PolicyVersion
from domain.ids import CandidateId, CaseId, EncounterId, PersonId, UserId
from domain.shown_prints import ShownPrint
from service.storage.engine.rows import row_of, value_of
from service.storage.engine.writes import insert_unless_taken
from service.storage.tables.cases import (
    cases,
    decisions,
    finding_policies,
    prints_shown,
    withdrawn_exemplars,
)
from service.storage.tables.erasures import hidden_persons
from service.storage.tables.people import persons
from service.storage.tables.searches import candidates
from service.storage.transaction import TransactionPart


class Findings(TransactionPart):
    """Everything here is written once."""

    def policy(self) -> PolicyVersion:
        """Return the policy on findings in force."""
        query = select(finding_policies).order_by(finding_policies.c.version.desc()).limit(1)
        row = self._connection.execute(query).first()
        if row is None:
            return PolicyVersion()
        later = {
            "tenprint_point_pairs": row.tenprint_point_pairs or 0,
            "analysed_minutiae": row.analysed_minutiae or 0,
        }
        return value_of(PolicyVersion, row, policy=value_of(FindingPolicy, row, **later))

    def set_policy(self, version: PolicyVersion) -> None:
        """Store a policy that holds from now on; raises ConflictError for a taken version."""
        row = row_of(finding_policies, version.policy) | row_of(finding_policies, version)
        if not insert_unless_taken(self._connection, finding_policies, row, key=("version",)):
            raise ConflictError("The policy has changed since: reload it.")

    def show(self, shown: ShownPrint) -> bool:
        """Store that a print was given to a person, once; nothing after their decision.

        Return whether it was stored now.

        The decision commits to these rows, so the case is locked against one that is on its way.
        """
        case_id = shown.case_id
        self._connection.execute(
            select(cases.c.case_row).where(cases.c.case_id == case_id).with_for_update()
        )
        decided = select(decisions.c.decision_row).where(
            decisions.c.case_id == case_id, decisions.c.decided_by == shown.viewer
        )
        if self._connection.execute(decided).first() is not None:
            return False
        row = row_of(prints_shown, shown, position=int(shown.position))
        return insert_unless_taken(self._connection, prints_shown, row)

    def shown_to(self, case_id: CaseId, viewer: UserId) -> tuple[ShownPrint, ...]:
        """Return the prints of a case that a person got, as events state them."""
        rows = self._connection.execute(
            select(prints_shown).where(
                prints_shown.c.case_id == case_id,
                prints_shown.c.viewer == viewer,
                prints_shown.c.print_id.is_not(None),
            )
        )
        return tuple(value_of(ShownPrint, row) for row in rows)

    def withdraw(
        self, case_id: CaseId, candidate_id: CandidateId, cause: Withdrawal, at: datetime
    ) -> None:
        """Store that an exemplar left its case."""
        self._connection.execute(
            insert(withdrawn_exemplars).values(
                candidate_id=candidate_id, case_id=case_id, cause=cause, withdrawn_at=at
            )
        )

    def withdrawn(self, case_id: CaseId) -> frozenset[CandidateId]:
        """Return the exemplars that left a case, and those whose person is hidden meanwhile."""
        left = select(withdrawn_exemplars.c.candidate_id).where(
            withdrawn_exemplars.c.case_id == case_id
        )
        hidden = (
            select(candidates.c.candidate_id)
            .join(cases, cases.c.search_id == candidates.c.search_id)
            .join(persons, persons.c.person_id == candidates.c.person_id)
            .join(hidden_persons, hidden_persons.c.person_row == persons.c.person_row)
            .where(cases.c.case_id == case_id)
        )
        return frozenset(self._connection.execute(union(left, hidden)).scalars())

    def open_exemplars_of(
        self, people: Collection[PersonId]
    ) -> tuple[tuple[CaseId, CandidateId], ...]:
        """Return the candidates in open cases that are these people."""
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
