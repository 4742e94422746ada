"""Tokens, clients and accounts, and the events they must have."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, null, select

from domain.events import EventType
from service.provenance.bundle.row_commitments import (
    ENDED,
    OPEN,
    ROW,
    SESSION,
    SUBJECT,
    account_digest,
    client_digest,
    client_key_digest,
    session_ref,
    subject_commitment,
    token_digest,
)
from service.provenance.bundle.state_rows import StateRow
from service.storage.access.accounts import account_of, subject_link_of
from service.storage.access.clients import client_of, key_of
from service.storage.access.sessions import session_of
from service.storage.access.tokens import token_of
from service.storage.statement.reading import rows_of, standing
from service.storage.tables.access import (
    client_key_revocations,
    client_keys,
    client_revocations,
    clients,
    token_revocations,
    tokens,
)
from service.storage.tables.log import event_subjects, events
from service.storage.tables.workbench import account_subjects, accounts, sessions

_NEVER = null().label("revoked_at")
"""Revocations are rows of their own."""


def access_rows(connection: Connection) -> Iterator[StateRow]:
    """Yield who may call and who may sign in."""
    yield from _tokens(connection)
    yield from _clients(connection)
    yield from _accounts(connection)
    yield from _subjects(connection)
    yield from _sessions(connection)


def _tokens(connection: Connection) -> Iterator[StateRow]:
    for row in rows_of(connection, select(tokens, _NEVER)):
        key = () if row.client_key_id is None else (row.client_key_id,)
        stands = standing(ROW, lambda row: token_digest(token_of(row)), row)
        says = (f"role={row.role}", f"user={row.user_id}", *key, stands)
        yield StateRow(EventType.TOKEN_ISSUED, row.token_id, says=says)
    for row in rows_of(connection, select(token_revocations.c.token_id)):
        yield StateRow(EventType.TOKEN_REVOKED, row.token_id)


def _clients(connection: Connection) -> Iterator[StateRow]:
    for row in rows_of(connection, select(clients, _NEVER)):
        stands = standing(ROW, lambda row: client_digest(client_of(row, ())), row)
        yield StateRow(EventType.CLIENT_ADDED, row.client_id, row.added_by, (stands,))
    for row in rows_of(connection, select(client_revocations.c.client_id)):
        yield StateRow(EventType.CLIENT_REVOKED, row.client_id)
    for row in rows_of(connection, select(client_keys, _NEVER)):
        stands = standing(ROW, lambda row: client_key_digest(key_of(row)), row)
        says = (row.client_id, stands)
        yield StateRow(EventType.CLIENT_KEY_ADDED, row.client_key_id, says=says)
    for row in rows_of(connection, select(client_key_revocations.c.client_key_id)):
        yield StateRow(EventType.CLIENT_KEY_REVOKED, row.client_key_id)


def _accounts(connection: Connection) -> Iterator[StateRow]:
    for row in rows_of(connection, select(accounts)):
        stands = standing(ROW, lambda row: account_digest(account_of(row)), row)
        says = (f"role={row.role}", stands)
        yield StateRow(EventType.ACCOUNT_ADDED, row.user_id, says=says)
        if row.is_disabled:
            yield StateRow(EventType.ACCOUNT_CHANGED, row.user_id, says=("change=disabled",))


def _subjects(connection: Connection) -> Iterator[StateRow]:
    """Yield who signs in by the identity provider: added by it, or linked by hand."""
    added = select(events.c.body).join(event_subjects, event_subjects.c.seq == events.c.seq)
    added = added.where(events.c.event_type == EventType.ACCOUNT_ADDED.value)
    for row in rows_of(connection, select(account_subjects)):
        stands = f"{SUBJECT}={subject_commitment(subject_link_of(row))}"
        query = added.where(event_subjects.c.subject_ref == row.user_id)
        body = bytes(connection.execute(query).scalar() or b"")
        if b'"by":"provider"' in body:
            yield StateRow(EventType.ACCOUNT_ADDED, row.user_id, says=("by=provider", stands))
        else:
            says = ("change=linked", stands)
            yield StateRow(EventType.ACCOUNT_CHANGED, row.user_id, says=says)


def _sessions(connection: Connection) -> Iterator[StateRow]:
    """Yield who is, or was, signed in; one that an event ended is not open again."""
    for row in rows_of(connection, select(sessions)):
        stands = OPEN if row.ended_at is None else ENDED
        ref = session_ref(session_of(row))
        says = (row.user_id, f"{SESSION}={stands}")
        yield StateRow(EventType.SIGNED_IN, ref, row.user_id, says)
