"""Cases as they were opened, and webhooks."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from domain.events.examination import ControlInserted
from domain.events.messages import WebhookAdded
from domain.events.searches import Searched
from service.provenance.bundle.row_commitments import endpoint_digest
from service.provenance.bundle.state_rows import StateRow, state_row
from service.storage.engine.rows import AnyRow
from service.storage.messages.webhooks import endpoint_of
from service.storage.statement.reading import rows_of, standing_row
from service.storage.tables.cases import cases, is_control
from service.storage.tables.searches import searches, webhook_endpoints


def work_rows(connection: Connection) -> Iterator[StateRow]:
    """Yield the cases that searches opened, and the webhooks that forces added."""
    query = select(
        cases.c.case_id,
        cases.c.search_id,
        is_control(cases).label("is_control"),
        searches.c.submitted_by,
    ).join(searches, searches.c.search_id == cases.c.search_id)
    for row in rows_of(connection, query):
        opened = ControlInserted if row.is_control else Searched
        yield state_row(opened, row.case_id, row.submitted_by, search_id=row.search_id)
    yield from map(_webhook, rows_of(connection, select(webhook_endpoints)))


def _webhook(row: AnyRow) -> StateRow:
    return standing_row(
        WebhookAdded,
        row.endpoint_id,
        row.added_by,
        digest=lambda: endpoint_digest(endpoint_of(row)),
    )
