"""Convictions that States were told of a person erased since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, select

from domain.erasures import ErasureEnd
from domain.exchange.codes import MessageKind
from domain.exchange.duties import DutyKey
from domain.exchange.identifiers import StateCode
from domain.ids import RecordId
from service.storage.tables.erasures import erasure_ends, erasure_requests
from service.storage.tables.exchange import exchange_messages
from service.storage.tables.people import person_erasures
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class ErasedConviction:
    """A conviction that a State holds of us, and we no longer."""

    key: DutyKey
    """Key of its deletion: one version above the last that the State was told."""
    erased_at: datetime | None
    """None where the erasure is older than its own record."""


class ErasedDuties(TransactionPart):
    """Reads the messages out: after an erasure only they hold the words told to a State."""

    def waiting(self) -> tuple[ErasedConviction, ...]:
        """Return the convictions of erased people whose deletion no State was told, in order."""
        return tuple(
            ErasedConviction(
                DutyKey(
                    RecordId(row.record_id), row.item_id, row.told + 1, StateCode(row.receiver)
                ),
                row.erased_at,
            )
            for row in self._connection.execute(_WAITING)
        )


_messages = exchange_messages.c
_deletion = exchange_messages.alias("deletion")
_TELLING = (MessageKind.NOTIFICATION.value, MessageKind.UPDATE.value)
_TOLD = (
    select(
        _messages.record_id,
        _messages.item_id,
        _messages.receiver,
        func.max(_messages.version).label("told"),
        func.max(erasure_ends.c.ended_at).label("erased_at"),
    )
    .join(person_erasures, person_erasures.c.person_row == _messages.person_row)
    .outerjoin(erasure_requests, erasure_requests.c.person_row == person_erasures.c.person_row)
    .outerjoin(
        erasure_ends,
        and_(
            erasure_ends.c.erasure_id == erasure_requests.c.erasure_id,
            erasure_ends.c.outcome == ErasureEnd.CARRIED_OUT.value,
        ),
    )
    .where(_messages.kind.in_(_TELLING))
    .group_by(_messages.record_id, _messages.item_id, _messages.receiver)
    .subquery("told")
)
_WAITING = (
    select(_TOLD)
    .where(
        ~exists().where(
            _deletion.c.record_id == _TOLD.c.record_id,
            _deletion.c.item_id == _TOLD.c.item_id,
            _deletion.c.receiver == _TOLD.c.receiver,
            _deletion.c.version > _TOLD.c.told,
        )
    )
    .order_by(_TOLD.c.record_id, _TOLD.c.item_id, _TOLD.c.receiver)
)
