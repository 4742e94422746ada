"""Searches, cases, what was sealed in them, links, and what forces asked for and were told."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from domain.cases import CaseState, DecisionKind
from domain.events import EventType
from service.provenance.bundle.row_commitments import ROW, endpoint_digest
from service.provenance.bundle.state_rows import StateRow
from service.storage.messages.webhooks import endpoint_of
from service.storage.statement.reading import rows_of, standing
from service.storage.tables.abuse import findings
from service.storage.tables.cases import (
    analyses,
    cases,
    comparisons,
    decisions,
    examinations,
    is_control,
)
from service.storage.tables.jobs import batches
from service.storage.tables.links import link_decisions, link_revocations, links
from service.storage.tables.provenance import link_recipients, notices
from service.storage.tables.searches import candidates, searches
from service.storage.tables.webhooks import webhook_endpoints

_ROUTINE = "routine"


def work_rows(connection: Connection) -> Iterator[StateRow]:
    """Yield what was searched, examined, linked and told."""
    yield from _searches(connection)
    yield from _cases(connection)
    yield from _sealed(connection)
    yield from _links(connection)
    yield from _told(connection)
    yield from _asked(connection)


def _searches(connection: Connection) -> Iterator[StateRow]:
    found = select(func.count()).where(candidates.c.search_id == searches.c.search_id)
    query = select(
        searches.c.search_id,
        is_control(searches).label("is_control"),
        searches.c.submitted_by,
        searches.c.model_digest,
        searches.c.search_type,
        found.scalar_subquery().label("candidates"),
    )
    for row in rows_of(connection, query):
        count = f"candidates={row.candidates}"
        if row.is_control:
            says: tuple[str, ...] = (count,)
            yield StateRow(EventType.CONTROL_INSERTED, row.search_id, row.submitted_by, says)
            continue
        says = (
            count,
            f"search_type={row.search_type}",
            f"model_digest={row.model_digest}",
        )
        yield StateRow(EventType.SEARCHED, row.search_id, row.submitted_by, says)


def _cases(connection: Connection) -> Iterator[StateRow]:
    query = select(
        cases.c.case_id,
        cases.c.search_id,
        is_control(cases).label("is_control"),
        cases.c.state,
        cases.c.priority,
        searches.c.submitted_by,
    ).join(searches, searches.c.search_id == cases.c.search_id)
    for row in rows_of(connection, query):
        opened = EventType.CONTROL_INSERTED if row.is_control else EventType.SEARCHED
        yield StateRow(opened, row.case_id, row.submitted_by, (row.search_id,))
        if row.state == CaseState.NOT_LINKED:
            yield StateRow(EventType.NOT_LINKED, row.case_id, says=(row.search_id,))
        if row.state == CaseState.LINKED:
            yield StateRow(EventType.LINKED, row.search_id)
        if row.priority != _ROUTINE:
            says = (f"priority={row.priority}",)
            yield StateRow(EventType.PRIORITY_CHANGED, row.case_id, says=says)


def _sealed(connection: Connection) -> Iterator[StateRow]:
    claims = select(examinations.c.case_id, examinations.c.examiner)
    for row in rows_of(connection, claims):
        yield StateRow(EventType.CASE_CLAIMED, row.case_id, row.examiner)
    analysed = select(analyses.c.case_id, analyses.c.examiner, analyses.c.is_of_value)
    for row in rows_of(connection, analysed):
        value = "yes" if row.is_of_value else "no"
        yield StateRow(
            EventType.ANALYSIS_SEALED, row.case_id, row.examiner, (f"of_value={value}",)
        )
    compared = select(
        comparisons.c.case_id,
        comparisons.c.examiner,
        comparisons.c.candidate_id,
        comparisons.c.outcome,
    )
    for row in rows_of(connection, compared):
        says = (f"candidate_id={row.candidate_id}", f"outcome={row.outcome}")
        yield StateRow(EventType.COMPARISON_SEALED, row.case_id, row.examiner, says)
    yield from _decisions(connection)


def _decisions(connection: Connection) -> Iterator[StateRow]:
    for row in rows_of(connection, select(decisions)):
        identified = () if row.candidate_id is None else (row.candidate_id,)
        says = (row.case_id, f"kind={row.kind}", f"outcome={row.outcome}", *identified)
        yield StateRow(EventType.DECISION_SEALED, row.decision_id, row.decided_by, says)
        if row.kind == DecisionKind.RESOLUTION:
            yield StateRow(
                EventType.DIFFERENCE_RESOLVED,
                row.case_id,
                row.decided_by,
                (f"outcome={row.outcome}",),
            )


def _links(connection: Connection) -> Iterator[StateRow]:
    for row in rows_of(connection, select(links)):
        says = (
            row.candidate_id,
            row.first_decision_id,
            row.second_decision_id,
            f"search_id={row.search_id}",
            f"person_id={row.person_id}",
            f"record_id={row.record_id or ''}",
            f"encounter_id={row.encounter_id or ''}",
        )
        yield StateRow(EventType.LINKED, row.link_id, says=says)
    named = select(link_decisions.c.link_id, link_decisions.c.decision_id)
    for row in rows_of(connection, named):
        yield StateRow(EventType.LINKED, row.decision_id, says=(row.link_id,))


def _told(connection: Connection) -> Iterator[StateRow]:
    """Yield revocations with the number of their notices, and who was told of a link."""
    given = select(func.count()).where(notices.c.link_id == link_revocations.c.link_id)
    query = select(
        link_revocations.c.link_id,
        link_revocations.c.revoked_by,
        given.scalar_subquery().label("notices"),
    )
    for row in rows_of(connection, query):
        says = (f"notices={row.notices}",)
        yield StateRow(EventType.LINK_REVOKED, row.link_id, row.revoked_by, says)
    told = select(link_recipients.c.link_id, link_recipients.c.force)
    for row in rows_of(connection, told):
        yield StateRow(EventType.DISCLOSED, row.link_id, says=(f"recipient={row.force}",))


def _asked(connection: Connection) -> Iterator[StateRow]:
    """Yield batches, webhooks, and patterns for auditors."""
    for row in rows_of(connection, select(batches)):
        says = (f"lines={row.lines}", f"priority={row.priority}")
        yield StateRow(EventType.BATCH_SUBMITTED, row.batch_id, row.submitted_by, says)
        if row.cancelled_at is not None:
            yield StateRow(EventType.BATCH_CANCELLED, row.batch_id)
        if row.finished_at is not None:
            yield StateRow(EventType.BATCH_FINISHED, row.batch_id)
    for row in rows_of(connection, select(webhook_endpoints)):
        stands = standing(ROW, lambda row: endpoint_digest(endpoint_of(row)), row)
        yield StateRow(EventType.WEBHOOK_ADDED, row.endpoint_id, row.added_by, (stands,))
        if row.removed_at is not None:
            yield StateRow(EventType.WEBHOOK_REMOVED, row.endpoint_id)
    patterns = select(findings.c.finding_id, findings.c.kind, findings.c.count)
    for row in rows_of(connection, patterns):
        says = (f"kind={row.kind}", f"count={row.count}")
        yield StateRow(EventType.ABUSE_SUSPECTED, row.finding_id, says=says)
