"""Access, opened cases and webhooks, with digests that give their current state."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, null, select

from domain.events import access
from domain.events.declaring import Event
from domain.events.examination import ControlInserted
from domain.events.messages import WebhookAdded
from domain.events.searches import Searched
from domain.jobs import JobKind, JobState, line_name
from service.provenance.bundle import row_commitments
from service.provenance.bundle.state_rows import StateRow, state_row
from service.storage.access.accounts import account_of, subject_link_of
from service.storage.access.clients import client_of, key_of, token_of
from service.storage.access.sessions import session_of
from service.storage.engine.rows import AnyRow
from service.storage.messages.webhooks import endpoint_of
from service.storage.statement.reading import rows_of, standing_row
from service.storage.tables import workbench
from service.storage.tables.cases import cases, is_control
from service.storage.tables.log import event_subjects, events
from service.storage.tables.searches import jobs, searches, webhook_endpoints

_NEVER = null().label("revoked_at")
"""Revocations are stored in their own rows."""


def access_rows(connection: Connection) -> Iterator[StateRow]:
    """Yield the rows of tokens, clients, accounts and sessions."""
    for query, stated in (
        (select(workbench.tokens, _NEVER), _token),
        (select(workbench.clients, _NEVER), _client),
        (select(workbench.client_keys, _NEVER), _client_key),
        (select(workbench.accounts), _account),
        (select(workbench.sessions), _session),
    ):
        yield from map(stated, rows_of(connection, query))
    for row in rows_of(
        connection, select(workbench.accounts.c.user_id).where(workbench.accounts.c.is_disabled)
    ):
        yield state_row(access.AccountChanged, row.user_id, change=access.AccountChange.DISABLED)
    yield from _subjects(connection)


def _token(row: AnyRow) -> StateRow:
    return standing_row(
        access.TokenIssued,
        row.token_id,
        digest=lambda: row_commitments.token_digest(token_of(row)),
        role=row.role,
        user=row.user_id,
        key_id=row.client_key_id,
    )


def _client(row: AnyRow) -> StateRow:
    return standing_row(
        access.ClientAdded,
        row.client_id,
        row.added_by,
        digest=lambda: row_commitments.client_digest(client_of(row, ())),
    )


def _client_key(row: AnyRow) -> StateRow:
    return standing_row(
        access.ClientKeyAdded,
        row.client_key_id,
        digest=lambda: row_commitments.client_key_digest(key_of(row)),
        client_id=row.client_id,
    )


def _account(row: AnyRow) -> StateRow:
    return standing_row(
        access.AccountAdded,
        row.user_id,
        digest=lambda: row_commitments.account_digest(account_of(row)),
        role=row.role,
    )


def _session(row: AnyRow) -> StateRow:
    """Return the state of a session; a session that an event ended must not be open."""
    stands = access.SessionState.OPEN if row.ended_at is None else access.SessionState.ENDED
    ref = row_commitments.session_ref(session_of(row))
    return state_row(access.SignedIn, ref, row.user_id, user_id=row.user_id, session=stands)


def _subjects(connection: Connection) -> Iterator[StateRow]:
    """Yield accounts linked to the identity provider, by the provider or by hand."""
    added = select(events.c.body).join(event_subjects, event_subjects.c.seq == events.c.seq)
    added = added.where(events.c.event_type == access.AccountAdded.event_type)
    for row in rows_of(connection, select(workbench.account_subjects)):
        commitment = row_commitments.subject_commitment(subject_link_of(row))
        query = added.where(event_subjects.c.subject_ref == row.user_id)
        body = bytes(connection.execute(query).scalar() or b"")
        kind: type[Event] = access.AccountChanged
        said: dict[str, Any] = {"change": access.AccountChange.LINKED}
        if b'"by":"provider"' in body:
            kind, said = access.AccountAdded, {"by": "provider"}
        yield state_row(kind, row.user_id, **said, subject_commitment=commitment)


def work_rows(connection: Connection) -> Iterator[StateRow]:
    """Yield cases, lines of batches with their searches, and the webhooks of forces."""
    query = select(
        cases.c.case_id,
        cases.c.search_id,
        is_control(cases).label("is_control"),
        searches.c.submitted_by,
    ).join(searches, searches.c.search_id == cases.c.search_id)
    for row in rows_of(connection, query):
        opened = ControlInserted if row.is_control else Searched
        yield state_row(opened, row.case_id, row.submitted_by, search_id=row.search_id)
    yield from map(_line, rows_of(connection, _LINES))
    yield from map(_webhook, rows_of(connection, select(webhook_endpoints)))


_LINES = select(jobs.c.group_id, jobs.c.number, jobs.c.result_ref).where(
    jobs.c.kind == JobKind.SEARCH, jobs.c.state == JobState.DONE
)


def _line(row: AnyRow) -> StateRow:
    """Return the search that answers a line of a batch, through which the force reads it."""
    return state_row(Searched, row.result_ref, batch_line=line_name(row.group_id, row.number))


def _webhook(row: AnyRow) -> StateRow:
    return standing_row(
        WebhookAdded,
        row.endpoint_id,
        row.added_by,
        digest=lambda: row_commitments.endpoint_digest(endpoint_of(row)),
    )
