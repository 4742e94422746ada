"""Tokens, clients and accounts, and the events they must have."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from domain.events import EventType
from service.provenance.state_rows import StateRow
from service.storage.statement.reading import rows_of
from service.storage.tables.access import (
    client_key_revocations,
    client_keys,
    client_revocations,
    clients,
    token_revocations,
    tokens,
)
from service.storage.tables.log import event_subjects, events
from service.storage.tables.workbench import account_subjects, accounts


def access_rows(connection: Connection) -> Iterator[StateRow]:
    """Yield who may call and who may sign in."""
    yield from _tokens(connection)
    yield from _clients(connection)
    yield from _accounts(connection)
    yield from _subjects(connection)


def _tokens(connection: Connection) -> Iterator[StateRow]:
    query = select(tokens.c.token_id, tokens.c.role, tokens.c.user_id, tokens.c.client_key_id)
    for row in rows_of(connection, query):
        key = () if row.client_key_id is None else (row.client_key_id,)
        says = (f"role={row.role}", f"user={row.user_id}", *key)
        yield StateRow(EventType.TOKEN_ISSUED, row.token_id, says=says)
    for row in rows_of(connection, select(token_revocations.c.token_id)):
        yield StateRow(EventType.TOKEN_REVOKED, row.token_id)


def _clients(connection: Connection) -> Iterator[StateRow]:
    for row in rows_of(connection, select(clients.c.client_id, clients.c.added_by)):
        yield StateRow(EventType.CLIENT_ADDED, row.client_id, row.added_by)
    for row in rows_of(connection, select(client_revocations.c.client_id)):
        yield StateRow(EventType.CLIENT_REVOKED, row.client_id)
    for row in rows_of(connection, select(client_keys.c.client_key_id, client_keys.c.client_id)):
        yield StateRow(EventType.CLIENT_KEY_ADDED, row.client_key_id, says=(row.client_id,))
    for row in rows_of(connection, select(client_key_revocations.c.client_key_id)):
        yield StateRow(EventType.CLIENT_KEY_REVOKED, row.client_key_id)


def _accounts(connection: Connection) -> Iterator[StateRow]:
    query = select(accounts.c.user_id, accounts.c.role, accounts.c.is_disabled)
    for row in rows_of(connection, query):
        yield StateRow(EventType.ACCOUNT_ADDED, row.user_id, says=(f"role={row.role}",))
        if row.is_disabled:
            says = ("change=disabled",)
            yield StateRow(EventType.ACCOUNT_CHANGED, row.user_id, says=says)


def _subjects(connection: Connection) -> Iterator[StateRow]:
    """Yield who signs in by the identity provider: added by it, or linked by hand."""
    added = select(events.c.body).join(event_subjects, event_subjects.c.seq == events.c.seq)
    added = added.where(events.c.event_type == EventType.ACCOUNT_ADDED.value)
    for row in rows_of(connection, select(account_subjects.c.user_id)):
        query = added.where(event_subjects.c.subject_ref == row.user_id)
        body = bytes(connection.execute(query).scalar() or b"")
        if b'"by":"provider"' in body:
            yield StateRow(EventType.ACCOUNT_ADDED, row.user_id, says=("by=provider",))
        else:
            yield StateRow(EventType.ACCOUNT_CHANGED, row.user_id, says=("change=linked",))
