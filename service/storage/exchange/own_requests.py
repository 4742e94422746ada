"""Requests of our own officers to other States, as they were asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from sqlalchemy import exists, select

from domain.exchange.codes import MessageId, MessageKind, StateCode
from domain.list_pages import ListPage, page_of
from service.storage.engine.rows import AnyRow
from service.storage.engine.sorted_pages import rows_behind
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.exchange import exchange_messages, exchange_received, exchange_sent
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class AskedState:
    """One request to one State."""

    message_id: MessageId
    receiver: StateCode
    asked_at: datetime
    sent_at: datetime | None
    is_answered: bool
    body: bytes | None
    """Canonical JSON; None once it was erased."""


class OwnRequests(TransactionPart):
    """Reads the messages out that ask."""

    def latest(self, *, before: str | None, limit: int) -> ListPage[AskedState, str]:
        """Return requests, newest first."""
        last = None if before is None else exchange_messages.c.message_id == before
        rows = rows_behind(
            self._connection, _ASKED, exchange_messages.c.message_row, last=last, limit=limit
        )
        return page_of(self._told(rows), limit, attrgetter("message_id"))

    def get(self, message_id: MessageId) -> AskedState | None:
        """Return one request, or None."""
        query = _ASKED.where(exchange_messages.c.message_id == message_id)
        return next(iter(self._told(self._connection.execute(query).all())), None)

    def _told(self, rows: Sequence[AnyRow]) -> tuple[AskedState, ...]:
        bodies = self._transaction.payloads.get_many(
            PayloadKind.MESSAGE, [row.payload_id for row in rows]
        )
        return tuple(
            AskedState(
                MessageId(row.message_id),
                StateCode(row.receiver),
                row.queued_at,
                row.sent_at,
                row.is_answered,
                bodies.get(row.payload_id),
            )
            for row in rows
        )


_messages = exchange_messages.c
_ENDS = (MessageKind.REPLY.value, MessageKind.REFUSAL.value)
_ASKED = (
    select(
        _messages.message_id,
        _messages.receiver,
        _messages.queued_at,
        _messages.payload_id,
        exchange_sent.c.sent_at,
        exists()
        .where(
            exchange_received.c.response_to == _messages.message_id,
            exchange_received.c.kind.in_(_ENDS),
        )
        .label("is_answered"),
    )
    .outerjoin(exchange_sent, exchange_sent.c.message_id == _messages.message_id)
    .where(_messages.kind == MessageKind.REQUEST.value)
)
