"""Decided requests of other States whose reply is still to be put into a message."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select

from domain.disclosures import Form
from domain.exchange.codes import MessageId, MessageKind
from domain.ids import DisclosureId
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.exchange import exchange_messages
from service.storage.tables.requests import disclosures, requests
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class DecidedRequest:
    """What a State is to be told because of its request."""

    disclosure_id: DisclosureId
    request_id: MessageId
    """The message that asked."""
    content: bytes | None
    """What was released to it, as the disclosure keeps it; None once it was erased."""


class Replies(TransactionPart):
    """Reads only: a reply that was queued is a message in answer to the request."""

    def waiting(self, limit: int) -> tuple[DecidedRequest, ...]:
        """Return decided requests without a reply, the oldest decision first."""
        rows = self._connection.execute(_WAITING.limit(limit)).all()
        bodies = self._transaction.payloads.get_many(
            PayloadKind.DISCLOSURE, [row.payload_id for row in rows]
        )
        return tuple(
            DecidedRequest(
                DisclosureId(row.disclosure_id),
                MessageId(row.message_id),
                bodies.get(row.payload_id),
            )
            for row in rows
        )

    def disclosure_of(self, reply_id: MessageId) -> DisclosureId | None:
        """Return the disclosure that a reply of ours carries, or None."""
        found = self._connection.execute(
            _OF_REPLY.where(exchange_messages.c.message_id == reply_id)
        ).scalar()
        return None if found is None else DisclosureId(found)


_WAITING = (
    select(disclosures.c.disclosure_id, disclosures.c.payload_id, requests.c.message_id)
    .join(requests, requests.c.request_id == disclosures.c.request_id)
    .where(
        disclosures.c.form.in_((Form.MESSAGE.value, Form.FILE.value)),
        requests.c.message_id.is_not(None),
        ~exists().where(
            exchange_messages.c.response_to == requests.c.message_id,
            exchange_messages.c.kind == MessageKind.REPLY.value,
        ),
    )
    .order_by(disclosures.c.disclosure_row)
)
_OF_REPLY = (
    select(disclosures.c.disclosure_id)
    .join(requests, requests.c.request_id == disclosures.c.request_id)
    .join(exchange_messages, exchange_messages.c.response_to == requests.c.message_id)
    .where(exchange_messages.c.kind == MessageKind.REPLY.value)
)
