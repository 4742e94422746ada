"""Received messages, each stored once, and our own requests as sent; other States and replies."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, exists, func, select

from domain.errors import ConflictError
from domain.exchange.codes import MessageId, MessageKind, Partner, PartnerId, StateCode
from domain.ids import DisclosureId, UserId
from domain.list_pages import ListPage
from domain.requests.disclosures import Form
from domain.requests.requests import ReplyOutcome
from service.storage.engine.rows import Among, AnyRow, newest, row_of, rows_where, value_of
from service.storage.engine.writes import insert_together, new_rows
from service.storage.exchange.outbox import HOLDS_RESTRICTED, IS_GIVEN, relied_on_revoked
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.disclosure import stored_payloads, withheld_payloads
from service.storage.tables.exchange import (
    exchange_messages,
    exchange_nonces,
    exchange_partner_ends,
    exchange_partners,
    exchange_received,
    exchange_sent,
)
from service.storage.tables.requests import disclosures, requests
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class Received:
    """A received message that already has a row number."""

    received_row: int
    message_id: MessageId
    sender: StateCode
    kind: MessageKind
    received_at: datetime
    body: bytes | None
    """Canonical JSON; None once the content has been erased."""
    response_to: MessageId | None = None
    conviction_ref: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ConvictionHeld:
    """The current state of what another State told us of one conviction."""

    sender: StateCode
    conviction_ref: str
    version: int
    kind: MessageKind
    """Kind of the message with the highest version; after a deletion nothing is held."""
    message_id: MessageId
    body: bytes | None


class Inbox(TransactionPart):
    """Received messages, written once; their content is erased when their sender deletes it."""

    def is_new(self, sender: StateCode, nonce: str, signed_at: datetime) -> bool:
        """Remember a transmission. Returns False if it had been seen before."""
        return self._add_new(exchange_nonces, sender=sender, nonce=nonce, signed_at=signed_at)

    def forget_transmissions(self, before: datetime) -> int:
        """Drop transmissions that are too old to be accepted anyway; return how many."""
        gone = delete(exchange_nonces).where(exchange_nonces.c.signed_at < before)
        return self._connection.execute(gone).rowcount

    def numbers(self, count: int) -> list[int]:
        """Return new row numbers for received messages."""
        return self._transaction.numbers.take(exchange_received.c.received_row, count)

    def known(self, message_ids: Collection[MessageId]) -> Mapping[MessageId, Received]:
        """Return those of these messages that have already been received."""
        found = self._read(_KNOWN, ids=sorted(set(message_ids)))
        return {one.message_id: one for one in found}

    def answers_to(self, message_id: MessageId) -> tuple[Received, ...]:
        """Return the received messages that answer one of ours, oldest first."""
        query = rows_where(exchange_received, response_to=message_id)
        return self._read(query.order_by(exchange_received.c.received_row))

    def _read(self, query: Select[Any], **values: Any) -> tuple[Received, ...]:
        rows = self._rows(query, **values)
        bodies = self._bodies(PayloadKind.MESSAGE, rows)
        return tuple(value_of(Received, row, body=bodies.get(row.payload_id)) for row in rows)

    def take(self, messages: Sequence[Received]) -> None:
        """Store received messages, none of which may be stored already."""
        if not messages:
            return
        ids = self._transaction.payloads.put_many(
            PayloadKind.MESSAGE, [one.body or b"" for one in messages]
        )
        rows = [
            row_of(exchange_received, one, kind=one.kind.value, payload_id=payload_id)
            for one, payload_id in zip(messages, ids, strict=True)
        ]
        taken = new_rows(exchange_received, rows)
        insert_together(self._connection, [self._transaction.payloads.bound(taken), taken])

    def is_erased(self, message_id: MessageId) -> bool:
        """Whether the content of a received message was erased; false while it is withheld."""
        return not self._has(_STORED.where(exchange_received.c.message_id == message_id))

    def answered(self, response_to: MessageId, kind: MessageKind) -> bool:
        """Whether a message of this kind has been received in answer to one of our messages."""
        received = exchange_received.c.received_row
        return self._has(rows_where(received, response_to=response_to, kind=kind.value))

    def newest(self, sender: StateCode, refs: Collection[str]) -> Mapping[str, int]:
        """Return the highest version received of each conviction, without unknown convictions."""
        found = self._connection.execute(_NEWEST, {"told_by": sender, "refs": sorted(set(refs))})
        return {row[0]: row[1] for row in found}

    def held(self, sender: StateCode, conviction_ref: str) -> ConvictionHeld | None:
        """Return the newest version of a conviction that its State sent, or None."""
        query = (
            rows_where(exchange_received, sender=sender, conviction_ref=conviction_ref)
            .order_by(exchange_received.c.version.desc(), exchange_received.c.received_row.desc())
            .limit(1)
        )
        row = self._row(query)
        if row is None:
            return None
        return value_of(ConvictionHeld, row, body=self._body(PayloadKind.MESSAGE, row))

    def of_version(
        self, sender: StateCode, conviction_ref: str, version: int
    ) -> tuple[Received, ...]:
        """Return the messages from a State about one version of a conviction, oldest first."""
        query = rows_where(
            exchange_received, sender=sender, conviction_ref=conviction_ref, version=version
        )
        return self._read(query.order_by(exchange_received.c.received_row))

    def counts(self) -> Mapping[MessageKind, int]:
        """Return the number of messages of each kind."""
        query = select(exchange_received.c.kind, func.count()).group_by(exchange_received.c.kind)
        return {MessageKind(kind): count for kind, count in self._connection.execute(query)}

    def erase_told(self, sender: StateCode, conviction_ref: str, before: int) -> int:
        """Erase the content of messages about versions of a conviction earlier than `before`;
        return how many.
        """
        its = {"sender": sender, "conviction_ref": conviction_ref}
        query = rows_where(exchange_received.c.payload_id, **its)
        query = query.where(exchange_received.c.version < before)
        return self._transaction.payloads.delete(self._column(query))


_KNOWN = select(exchange_received).where(Among(exchange_received.c.message_id, "ids"))
_STORED = select(exchange_received.c.received_row).join(
    stored_payloads, stored_payloads.c.payload_id == exchange_received.c.payload_id
)
_NEWEST = (
    select(exchange_received.c.conviction_ref, func.max(exchange_received.c.version))
    .where(
        exchange_received.c.sender == bindparam("told_by"),
        Among(exchange_received.c.conviction_ref, "refs"),
    )
    .group_by(exchange_received.c.conviction_ref)
)


@dataclass(frozen=True, slots=True)
class AskedState:
    """One request to one State, and whether it was sent and answered."""

    message_id: MessageId
    receiver: StateCode
    asked_at: datetime
    sent_at: datetime | None
    is_answered: bool
    body: bytes | None
    """Canonical JSON; None once the content has been erased."""


class OwnRequests(TransactionPart):
    """Our own requests, read from the outgoing messages."""

    def latest(self, *, before: str | None, limit: int) -> ListPage[AskedState, str]:
        """Return a page of our requests, newest first."""
        by = newest(exchange_messages.c.message_row)
        page = self._list_page(
            _ASKED, by, exchange_messages.c.message_id, behind=before, limit=limit
        )
        return page.of(self._told(page.items))

    def get(self, message_id: MessageId) -> AskedState | None:
        """Return one request, or None."""
        query = _ASKED.where(exchange_messages.c.message_id == message_id)
        return next(iter(self._told(self._rows(query))), None)

    def _told(self, rows: Sequence[AnyRow]) -> tuple[AskedState, ...]:
        bodies = self._bodies(PayloadKind.MESSAGE, rows)
        return tuple(
            value_of(AskedState, row, asked_at=row.queued_at, body=bodies.get(row.payload_id))
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


class Partners(TransactionPart):
    """Registrations of States, written once; the end of a registration is a separate row."""

    def register(self, partner: Partner) -> None:
        """Store a registration."""
        self._add(exchange_partners, partner)

    def end(self, partner_id: PartnerId, by: UserId, at: datetime) -> None:
        """End a registration. Raises ConflictError when it has already ended."""
        if not self._add_new(
            exchange_partner_ends, partner_id=partner_id, ended_by=by, ended_at=at
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
    """The content released to the State, as stored with the disclosure; None once erased, or once
    the link that it relied on was revoked."""


@dataclass(frozen=True, slots=True)
class DisclosedBy:
    """A disclosure, and the reply that was made of it."""

    disclosure_id: DisclosureId
    outcome: ReplyOutcome
    body: bytes | None
    """The reply as sent; None once erased."""


class Replies(TransactionPart):
    """Replies still to be sent. Read-only: a queued reply is a message that answers a request."""

    def waiting(self, limit: int) -> tuple[DecidedRequest, ...]:
        """Return decided requests without a reply, the oldest decision first.

        Those whose person is hidden, or of whose items one is restricted, wait for the end of it.
        """
        rows = self._rows(_WAITING.limit(limit))
        bodies = self._bodies(PayloadKind.DISCLOSURE, rows)
        return tuple(
            DecidedRequest(
                row.disclosure_id,
                row.message_id,
                None if row.is_revoked else bodies.get(row.payload_id),
            )
            for row in rows
        )

    def disclosed_by(self, reply_id: MessageId) -> DisclosedBy | None:
        """Return the disclosure that one of our replies was made of, or None."""
        row = self._row(_OF_REPLY.where(exchange_messages.c.message_id == reply_id))
        if row is None:
            return None
        return value_of(DisclosedBy, row, body=self._body(PayloadKind.MESSAGE, row))


_WAITING = (
    select(
        disclosures.c.disclosure_id,
        disclosures.c.payload_id,
        requests.c.message_id,
        relied_on_revoked(disclosures.c.sent_at).label("is_revoked"),
    )
    .join(requests, requests.c.request_id == disclosures.c.request_id)
    .where(
        disclosures.c.form.in_((Form.MESSAGE.value, Form.FILE.value)),
        requests.c.message_id.is_not(None),
        ~exists().where(
            exchange_messages.c.response_to == requests.c.message_id,
            exchange_messages.c.kind == MessageKind.REPLY.value,
            IS_GIVEN,
        ),
        ~exists().where(withheld_payloads.c.payload_id == disclosures.c.payload_id),
        ~HOLDS_RESTRICTED,
    )
    .order_by(disclosures.c.disclosure_row)
)
_OF_REPLY = (
    select(disclosures.c.disclosure_id, disclosures.c.outcome, exchange_messages.c.payload_id)
    .join(requests, requests.c.request_id == disclosures.c.request_id)
    .join(exchange_messages, exchange_messages.c.response_to == requests.c.message_id)
    .where(exchange_messages.c.kind == MessageKind.REPLY.value)
)
