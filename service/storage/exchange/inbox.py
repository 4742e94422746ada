"""Messages in: taken once each, and the transmissions seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, select

from domain.exchange.codes import MessageKind
from domain.exchange.identifiers import MessageId, StateCode
from service.storage.engine.membership import Among
from service.storage.engine.writes import NewRows, insert_together, insert_unless_taken
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.exchange import exchange_nonces, exchange_received
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class Received:
    """A message in, numbered already."""

    received_row: int
    message_id: MessageId
    sender: StateCode
    kind: MessageKind
    received_at: datetime
    body: bytes | None
    """Canonical JSON; None once it was erased."""
    response_to: MessageId | None = None
    conviction_ref: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ConvictionHeld:
    """What another State told us of one conviction, as it stands."""

    sender: StateCode
    conviction_ref: str
    version: int
    kind: MessageKind
    """Kind of the message with the highest version; a deletion says that nothing is held."""
    message_id: MessageId
    body: bytes | None


class Inbox(TransactionPart):
    """Received messages are written once; their content is erased when their sender says so."""

    def is_new(self, sender: StateCode, nonce: str, signed_at: datetime) -> bool:
        """Remember a transmission; False when it was seen before."""
        row = {"sender": sender, "nonce": nonce, "signed_at": signed_at}
        return insert_unless_taken(self._connection, exchange_nonces, row, key=("sender", "nonce"))

    def forget_transmissions(self, before: datetime) -> int:
        """Forget transmissions whose time of signing would be refused anyway; return how many."""
        gone = delete(exchange_nonces).where(exchange_nonces.c.signed_at < before)
        return self._connection.execute(gone).rowcount

    def numbers(self, count: int) -> list[int]:
        """Return fresh numbers of messages in."""
        return self._transaction.numbers.take(exchange_received.c.received_row, count)

    def known(self, message_ids: Collection[MessageId]) -> Mapping[MessageId, Received]:
        """Return the messages, of these, that were taken before."""
        found = self._read(_KNOWN, ids=sorted(set(message_ids)))
        return {one.message_id: one for one in found}

    def answers_to(self, message_id: MessageId) -> tuple[Received, ...]:
        """Return the messages that answer one of ours, oldest first."""
        query = select(exchange_received).where(exchange_received.c.response_to == message_id)
        return self._read(query.order_by(exchange_received.c.received_row))

    def _read(self, query: Select[Any], **values: Any) -> tuple[Received, ...]:
        rows = self._connection.execute(query, values).all()
        bodies = self._transaction.payloads.get_many(
            PayloadKind.MESSAGE, [row.payload_id for row in rows]
        )
        return tuple(
            Received(
                row.received_row,
                MessageId(row.message_id),
                StateCode(row.sender),
                MessageKind(row.kind),
                row.received_at,
                bodies.get(row.payload_id),
                row.response_to,
                row.conviction_ref,
                row.version,
            )
            for row in rows
        )

    def take(self, messages: Sequence[Received]) -> None:
        """Store messages, each new."""
        ids = self._transaction.payloads.put_many(
            PayloadKind.MESSAGE, [one.body or b"" for one in messages]
        )
        rows = [
            (
                one.received_row,
                one.message_id,
                one.sender,
                one.kind.value,
                one.response_to,
                one.conviction_ref,
                one.version,
                one.received_at,
                payload_id,
            )
            for one, payload_id in zip(messages, ids, strict=True)
        ]
        insert_together(self._connection, [NewRows(exchange_received, _COLUMNS, rows)])

    def answered(self, response_to: MessageId, kind: MessageKind) -> bool:
        """Whether a message of this kind answered a message of ours."""
        query = select(func.count()).where(
            exchange_received.c.response_to == response_to,
            exchange_received.c.kind == kind.value,
        )
        return bool(self._connection.execute(query).scalar_one())

    def newest(self, sender: StateCode, refs: Collection[str]) -> Mapping[str, int]:
        """Return the highest version that was told of each conviction; unknown ones left out."""
        found = self._connection.execute(_NEWEST, {"told_by": sender, "refs": sorted(set(refs))})
        return {row[0]: row[1] for row in found}

    def held(self, sender: StateCode, conviction_ref: str) -> ConvictionHeld | None:
        """Return a conviction as its State told it last, or None when it told nothing of it."""
        query = (
            select(exchange_received)
            .where(
                exchange_received.c.sender == sender,
                exchange_received.c.conviction_ref == conviction_ref,
            )
            .order_by(exchange_received.c.version.desc(), exchange_received.c.received_row.desc())
            .limit(1)
        )
        row = self._connection.execute(query).first()
        if row is None:
            return None
        body = self._transaction.payloads.get(PayloadKind.MESSAGE, row.payload_id)
        return ConvictionHeld(
            StateCode(row.sender),
            row.conviction_ref,
            row.version,
            MessageKind(row.kind),
            MessageId(row.message_id),
            body,
        )

    def of_version(
        self, sender: StateCode, conviction_ref: str, version: int
    ) -> tuple[Received, ...]:
        """Return what a State told of one version of a conviction, oldest first."""
        query = select(exchange_received).where(
            exchange_received.c.sender == sender,
            exchange_received.c.conviction_ref == conviction_ref,
            exchange_received.c.version == version,
        )
        return self._read(query.order_by(exchange_received.c.received_row))

    def counts(self) -> Mapping[MessageKind, int]:
        """Return how many messages of each kind there are."""
        query = select(exchange_received.c.kind, func.count()).group_by(exchange_received.c.kind)
        return {MessageKind(kind): count for kind, count in self._connection.execute(query)}

    def erase_told(self, sender: StateCode, conviction_ref: str, before: int) -> int:
        """Erase what messages before a version said of a conviction; return how many."""
        query = select(exchange_received.c.payload_id).where(
            exchange_received.c.sender == sender,
            exchange_received.c.conviction_ref == conviction_ref,
            exchange_received.c.version < before,
        )
        ids = self._connection.execute(query).scalars().all()
        return self._transaction.payloads.delete(ids)


_COLUMNS = (
    *("received_row", "message_id", "sender", "kind", "response_to"),
    *("conviction_ref", "version", "received_at", "payload_id"),
)
_KNOWN = select(exchange_received).where(Among(exchange_received.c.message_id, "ids"))
_NEWEST = (
    select(exchange_received.c.conviction_ref, func.max(exchange_received.c.version))
    .where(
        exchange_received.c.sender == bindparam("told_by"),
        Among(exchange_received.c.conviction_ref, "refs"),
    )
    .group_by(exchange_received.c.conviction_ref)
)
