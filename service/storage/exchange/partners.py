"""Other States with their keys, and decided requests from them that still need a reply."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from domain.errors import ConflictError
from domain.exchange.codes import MessageId, MessageKind, Partner, PartnerId
from domain.ids import DisclosureId, UserId
from domain.requests.disclosures import Form
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.exchange import (
    exchange_messages,
    exchange_partner_ends,
    exchange_partners,
)
from service.storage.tables.requests import disclosures, requests
from service.storage.transaction import TransactionPart


class Partners(TransactionPart):
    """Registrations of States.

    They are written once; the end of a registration is a separate row.
    """

    def register(self, partner: Partner) -> None:
        """Store a registration."""
        self._add(exchange_partners, partner)

    def end(self, partner_id: PartnerId, by: UserId, at: datetime) -> None:
        """End a registration. Raises ConflictError when it has already ended."""
        if not self._add_new(
            exchange_partner_ends,
            unless_taken=("partner_id",),
            partner_id=partner_id,
            ended_by=by,
            ended_at=at,
        ):
            raise ConflictError("This registration has already ended.")

    def get(self, partner_id: PartnerId) -> Partner | None:
        """Return a registration, or None when unknown."""
        query = _PARTNERS.where(exchange_partners.c.partner_id == partner_id)
        return self._one(Partner, query)

    def every(self) -> tuple[Partner, ...]:
        """Return all registrations, newest first."""
        query = _PARTNERS.order_by(exchange_partners.c.partner_row.desc())
        return self._all(Partner, query)


_PARTNERS = select(exchange_partners, exchange_partner_ends.c.ended_at).outerjoin(
    exchange_partner_ends,
    exchange_partner_ends.c.partner_id == exchange_partners.c.partner_id,
)


@dataclass(frozen=True, slots=True)
class DecidedRequest:
    """What a State must be told in reply to its request."""

    disclosure_id: DisclosureId
    request_id: MessageId
    """The id of the request message."""
    content: bytes | None
    """The content released to the State, as stored with the disclosure; None once erased."""


class Replies(TransactionPart):
    """Replies still to be sent.

    Read-only: a queued reply is a message that answers a request.
    """

    def waiting(self, limit: int) -> tuple[DecidedRequest, ...]:
        """Return decided requests without a reply, the oldest decision first."""
        rows = self._rows(_WAITING.limit(limit))
        bodies = self._bodies(PayloadKind.DISCLOSURE, rows)
        return tuple(
            DecidedRequest(
                DisclosureId(row.disclosure_id),
                MessageId(row.message_id),
                bodies.get(row.payload_id),
            )
            for row in rows
        )

    def disclosure_of(self, reply_id: MessageId) -> DisclosureId | None:
        """Return the disclosure that one of our replies carries, or None."""
        found = self._cell(_OF_REPLY.where(exchange_messages.c.message_id == reply_id))
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
