"""Convictions by the million, all but a few notified and acknowledged, for measuring the
reconciliation.

Messages are written in bulk. There are no events and no message texts, because a reconciliation
does not read them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from benchmarks.exchanging.offices import OURS, Office, details_of, store, theft
from domain.exchange.codes import StateCode
from service.storage.engine.writes import NewRows, insert_together
from service.storage.sealed.payloads import NO_PAYLOAD
from service.storage.tables.exchange import exchange_answers, exchange_messages, exchange_sent
from service.storage.transaction import Transaction

EACH = 2
"""Convictions of each person."""

DUAL_OF, UNTOLD_OF = 33, 1_000
"""One person in this many has two nationalities; for one in this many nothing was notified."""

_CHUNK = 5_000
_DECIDED = date(2025, 1, 6)
_TOLD = datetime(2025, 1, 20, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Planted:
    """The duties that the reconciliation must find."""

    due: int
    untold: int


def fill(office: Office, convictions: int, *, is_told: bool = True) -> Planted:
    """Store people with this many convictions, and the messages about them.

    Without `is_told`, nothing was notified for anybody. A store that already has people is assumed
    to have been filled in this way.
    """
    people = convictions // EACH
    untold = len(range(0, people, UNTOLD_OF)) if is_told else people
    planted = Planted(people * EACH, untold * EACH)
    with office.services.units.read() as unit:
        if unit.people.count():
            return planted
    for first in range(0, people, _CHUNK):
        numbers = range(first, min(first + _CHUNK, people))
        with office.services.units.begin() as unit:
            for number in numbers:
                details = details_of(office, number, is_dual=number % DUAL_OF == 0)
                store(unit, number, details, _CONVICTIONS)
            if is_told:
                _add_messages(unit.transaction, numbers, office.nationality)
    return planted


_DAYS = tuple(_DECIDED + timedelta(days=number) for number in range(EACH))
_CONVICTIONS = tuple(theft(day, day, OURS) for day in _DAYS)


def _add_messages(transaction: Transaction, numbers: Sequence[int], to: StateCode) -> None:
    told = [(number, at) for number in numbers if number % UNTOLD_OF for at in range(1, EACH + 1)]
    rows = transaction.numbers.take(exchange_messages.c.message_row, len(told))
    made = [
        (
            *(row, f"message-{row}", "NOT", to, f"record-{number}", f"conviction-{at}", 1),
            *(_TOLD, NO_PAYLOAD),
        )
        for row, (number, at) in zip(rows, told, strict=True)
    ]
    sent = [(f"message-{row}", _TOLD) for row in rows]
    answers = [(f"answer-{row}", f"message-{row}", "ACK", _TOLD) for row in rows]
    insert_together(
        transaction.connection,
        [
            NewRows(exchange_messages, _MESSAGE, made),
            NewRows(exchange_sent, ("message_id", "sent_at"), sent),
            NewRows(exchange_answers, ("answer_id", "message_id", "kind", "answered_at"), answers),
        ],
    )


_MESSAGE = (
    *("message_row", "message_id", "kind", "receiver", "record_id", "item_id", "version"),
    *("queued_at", "payload_id"),
)
