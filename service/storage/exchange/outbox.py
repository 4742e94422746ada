"""Outgoing messages: queued with the work that makes them due, then claimed, sent and answered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from domain.exchange.codes import FaultCode, MessageId, MessageKind, StateCode
from domain.exchange.duties import DutyKey
from domain.ids import PersonRow
from service.storage.engine.rows import Among, row_of, rows_where, value_of
from service.storage.engine.writes import NewRows, insert_together, new_rows
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.disclosure import hidden_persons, restricted_items, withheld_payloads
from service.storage.tables.exchange import (
    exchange_answers,
    exchange_messages,
    exchange_queue,
    exchange_sent,
)
from service.storage.tables.links import link_revocations
from service.storage.tables.people import records
from service.storage.tables.requests import (
    disclosure_items,
    disclosures,
    request_identities,
    requests,
)
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be queued, with its row number already assigned."""

    message_row: int
    message_id: MessageId
    kind: MessageKind
    receiver: StateCode
    body: bytes
    """Canonical JSON."""
    queued_at: datetime
    response_to: MessageId | None = None
    duty: DutyKey | None = None
    person_row: PersonRow | None = None
    due_on: str | None = None
    """The last lawful day to send it, ISO 8601."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that the caller has claimed for delivery for a limited time."""

    message_row: int
    message_id: MessageId
    attempts: int
    """The number of attempts, including this one."""
    body: bytes | None
    """None once the content has been erased, or the link that a reply relied on was revoked."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to one of our messages."""

    answer_id: MessageId
    message_id: MessageId
    kind: MessageKind
    """An acknowledgement or a fault."""
    answered_at: datetime
    fault: FaultCode | None = None


@dataclass(frozen=True, slots=True)
class SentMessage:
    """The progress of one of our messages, without its content."""

    message_id: MessageId
    kind: MessageKind
    receiver: StateCode
    is_sent: bool
    fault: FaultCode | None


class Outbox(TransactionPart):
    """Outgoing messages. Each is written once; the queue holds those still to be handed over."""

    def numbers(self, count: int) -> list[int]:
        """Return new row numbers for messages; message ids are derived from them."""
        return self._transaction.numbers.take(exchange_messages.c.message_row, count)

    def told(self, keys: Collection[DutyKey]) -> frozenset[DutyKey]:
        """Return those of these duties for which a message has been made."""
        records = sorted({key.record_id for key in keys})
        found = self._connection.execute(_TOLD, {"records": records})
        made = {DutyKey(*row) for row in found}
        return frozenset(made & set(keys))

    def queue(self, messages: Sequence[Outgoing]) -> None:
        """Store messages and add them to the queue."""
        if not messages:
            return
        bodies = [message.body for message in messages]
        ids = self._transaction.payloads.put_many(PayloadKind.MESSAGE, bodies)
        rows = [_row(one, payload) for one, payload in zip(messages, ids, strict=True)]
        waiting = [(one.message_row, one.receiver, 0, one.queued_at) for one in messages]
        made, queued = (
            new_rows(exchange_messages, rows),
            NewRows(exchange_queue, _IN_QUEUE, waiting),
        )
        insert_together(self._connection, [self._transaction.payloads.bound(made), made, queued])

    def receivers(self, now: datetime) -> tuple[StateCode, ...]:
        """Return the States to which a message is due to be handed over."""
        query = (
            select(exchange_queue.c.receiver)
            .where(exchange_queue.c.next_attempt_at <= now)
            .distinct()
            .order_by(exchange_queue.c.receiver)
        )
        return tuple(StateCode(one) for one in self._column(query))

    def claim(
        self, receiver: StateCode, now: datetime, until: datetime, limit: int
    ) -> tuple[Claimed, ...]:
        """Claim the first due messages to a State, which no other caller can before `until`."""
        queue = exchange_queue.c
        free = (
            select(queue.message_row, queue.attempts)
            .where(
                queue.receiver == receiver,
                queue.next_attempt_at <= now,
                # These messages stay queued until the person is visible again or has been erased.
                ~_IS_HIDDEN,
                queue.message_row.not_in(_RESTRICTED_ITEMS),
                queue.message_row.not_in(_replies(HOLDS_RESTRICTED)),
            )
            .order_by(queue.message_row)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        attempts = {row: tried + 1 for row, tried in self._connection.execute(free)}
        if not attempts:
            return ()
        these = {"rows": sorted(attempts)}
        self._connection.execute(_TAKE, {**these, "until": until})
        rows = self._rows(_BODIES, **these)
        bodies = self._bodies(PayloadKind.MESSAGE, rows)
        return tuple(
            value_of(
                Claimed,
                row,
                attempts=attempts[row.message_row],
                body=None if row.is_revoked else bodies.get(row.payload_id),
            )
            for row in rows
        )

    def mark_sent(self, message_ids: Sequence[MessageId], at: datetime) -> tuple[MessageId, ...]:
        """Store when messages were first handed over; return those handed over now."""
        known = set(self._column(_SENT, ids=sorted(message_ids)))
        fresh = [one for one in message_ids if one not in known]
        rows = [(one, at) for one in fresh]
        insert_together(
            self._connection, [NewRows(exchange_sent, ("message_id", "sent_at"), rows)]
        )
        return tuple(fresh)

    def answer(self, answers: Sequence[Answered]) -> tuple[Answered, ...]:
        """Store answers and remove the answered messages from the queue; return new answers."""
        fresh = tuple(one for one in answers if self._add_new(exchange_answers, one))
        self.leave_queue([one.message_id for one in answers])
        return fresh

    def leave_queue(self, message_ids: Sequence[MessageId]) -> None:
        """Remove messages from the queue, because they need not be handed over again."""
        self._connection.execute(_LEAVE, {"ids": sorted(message_ids)})

    def put_off(self, receiver: StateCode, until: datetime) -> None:
        """Hand nothing over to a State before `until`."""
        self._change(exchange_queue, {"receiver": receiver}, next_attempt_at=until)

    def queue_again(self, message_id: MessageId, at: datetime) -> bool:
        """Add a message to the queue again. Returns False if it is unknown or already queued."""
        query = select(exchange_messages.c.message_row, exchange_messages.c.receiver).where(
            exchange_messages.c.message_id == message_id
        )
        found = self._row(query)
        if found is None:
            return False
        return self._add_new(
            exchange_queue,
            message_row=found.message_row,
            receiver=found.receiver,
            attempts=0,
            next_attempt_at=at,
        )

    def duties(self, message_ids: Collection[MessageId]) -> Mapping[MessageId, DutyKey]:
        """Return the duty that each of these messages fulfils, without those that fulfil none."""
        found = self._connection.execute(_DUTIES, {"ids": sorted(set(message_ids))})
        return {MessageId(row[0]): DutyKey(*row[1:]) for row in found}

    def of(self, message_ids: Collection[MessageId]) -> Mapping[MessageId, SentMessage]:
        """Return the progress of our messages, leaving out unknown ids."""
        found = self._connection.execute(_STANDING, {"ids": sorted(set(message_ids))})
        return {MessageId(row.message_id): value_of(SentMessage, row, fault=None) for row in found}

    def has_answered(self, response_to: MessageId, kind: MessageKind) -> bool:
        """Whether a received message has an answer of this kind that was given or is to be."""
        made = exchange_messages.c.message_row
        query = rows_where(made, response_to=response_to, kind=kind.value)
        return self._has(query.where(IS_GIVEN))

    def dead_letters(self, limit: int) -> tuple[SentMessage, ...]:
        """Return unqueued messages that got a fault and no acknowledgement, oldest first."""
        found = self._connection.execute(_DEAD.limit(limit))
        return tuple(value_of(SentMessage, row, is_sent=True) for row in found)

    def counts(self) -> Mapping[MessageKind, int]:
        """Return the number of messages of each kind."""
        query = select(exchange_messages.c.kind, func.count()).group_by(exchange_messages.c.kind)
        return {MessageKind(kind): count for kind, count in self._connection.execute(query)}

    def waiting(self) -> int:
        """Return the number of messages still to be handed over."""
        return int(self._cell(select(func.count()).select_from(exchange_queue)))


_IS_HIDDEN = exists().where(
    exchange_messages.c.message_row == exchange_queue.c.message_row,
    exists().where(hidden_persons.c.person_row == exchange_messages.c.person_row)
    # A deletion states only its record.
    | exists().where(
        records.c.record_id == exchange_messages.c.record_id,
        records.c.person_row == hidden_persons.c.person_row,
    )
    # A reply does not name the person either; its content is withheld while the person is hidden.
    | exists().where(withheld_payloads.c.payload_id == exchange_messages.c.payload_id),
)
_earlier = exchange_messages.alias("earlier")
_queued = exchange_queue.alias("queued")
_RESTRICTED_ITEMS = (
    select(exchange_messages.c.message_row)
    .join(
        restricted_items,
        and_(
            restricted_items.c.record_id == exchange_messages.c.record_id,
            restricted_items.c.item_id == exchange_messages.c.item_id,
        ),
    )
    .where(
        (exchange_messages.c.version < restricted_items.c.version)
        # A State that was not told of the conviction must not learn of its restriction either.
        | exists().where(
            _earlier.c.message_row == _queued.c.message_row,
            _earlier.c.record_id == exchange_messages.c.record_id,
            _earlier.c.item_id == exchange_messages.c.item_id,
            _earlier.c.receiver == exchange_messages.c.receiver,
            _earlier.c.version < restricted_items.c.version,
        )
    )
)
HOLDS_RESTRICTED = exists().where(
    disclosure_items.c.disclosure_id == disclosures.c.disclosure_id,
    disclosure_items.c.record_id == restricted_items.c.record_id,
    disclosure_items.c.item_id == restricted_items.c.item_id,
    disclosure_items.c.version < restricted_items.c.version,
)
"""Whether an item of a disclosure is restricted now."""


def relied_on_revoked(since: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Return whether a disclosure relied on a link that was revoked after a moment."""
    return exists().where(
        request_identities.c.request_id == disclosures.c.request_id,
        request_identities.c.number <= disclosures.c.number,
        link_revocations.c.link_id == request_identities.c.link_id,
        link_revocations.c.revoked_at > since,
    )


def _replies(condition: ColumnElement[bool]) -> Select[tuple[int]]:
    """Return the query for our replies with a disclosure of which the condition holds."""
    return (
        select(exchange_messages.c.message_row)
        .join(requests, requests.c.message_id == exchange_messages.c.response_to)
        .join(disclosures, disclosures.c.request_id == requests.c.request_id)
        .where(exchange_messages.c.kind == MessageKind.REPLY.value, condition)
    )


IS_GIVEN = or_(
    *(
        exists().where(told.c.message_id == exchange_messages.c.message_id)
        for told in (exchange_sent, exchange_answers)
    ),
    exists().where(exchange_queue.c.message_row == exchange_messages.c.message_row),
)
"""Whether one of our messages was sent or is to be: not if its content went before."""

_IN_QUEUE = ("message_row", "receiver", "attempts", "next_attempt_at")
_messages = exchange_messages.c
_TOLD = select(
    _messages.record_id, _messages.item_id, _messages.version, _messages.receiver
).where(Among(_messages.record_id, "records"))
_DUTIES = select(
    _messages.message_id,
    _messages.record_id,
    _messages.item_id,
    _messages.version,
    _messages.receiver,
).where(Among(_messages.message_id, "ids"), _messages.record_id.is_not(None))
_TAKE = (
    update(exchange_queue)
    .where(Among(exchange_queue.c.message_row, "rows"))
    .values(attempts=exchange_queue.c.attempts + 1, next_attempt_at=bindparam("until"))
)
_BODIES = (
    select(
        _messages.message_row,
        _messages.message_id,
        _messages.payload_id,
        _messages.message_row.in_(_replies(relied_on_revoked(_messages.queued_at))).label(
            "is_revoked"
        ),
    )
    .where(Among(_messages.message_row, "rows"))
    .order_by(_messages.message_row)
)
_SENT = select(exchange_sent.c.message_id).where(Among(exchange_sent.c.message_id, "ids"))
_LEAVE = delete(exchange_queue).where(
    exchange_queue.c.message_row.in_(
        select(_messages.message_row).where(Among(_messages.message_id, "ids"))
    )
)
_STANDING = select(
    _messages.message_id,
    _messages.kind,
    _messages.receiver,
    exists().where(exchange_sent.c.message_id == _messages.message_id).label("is_sent"),
).where(Among(_messages.message_id, "ids"))
_acknowledged = exchange_answers.alias("acknowledged")
_DEAD = (
    select(
        _messages.message_id,
        _messages.kind,
        _messages.receiver,
        func.max(exchange_answers.c.fault).label("fault"),
    )
    .join(exchange_answers, exchange_answers.c.message_id == _messages.message_id)
    .where(
        exchange_answers.c.kind == MessageKind.FAULT.value,
        ~exists().where(
            _acknowledged.c.message_id == _messages.message_id,
            _acknowledged.c.kind == MessageKind.ACKNOWLEDGEMENT.value,
        ),
        ~exists().where(exchange_queue.c.message_row == _messages.message_row),
    )
    .group_by(_messages.message_row, _messages.message_id, _messages.kind, _messages.receiver)
    .order_by(_messages.message_row)
)


_NO_DUTY = {"record_id": None, "item_id": None, "version": None}


def _row(one: Outgoing, payload_id: int) -> dict[str, Any]:
    duty = row_of(exchange_messages, one.duty) if one.duty else _NO_DUTY
    return row_of(exchange_messages, one, kind=one.kind.value, payload_id=payload_id, **duty)
