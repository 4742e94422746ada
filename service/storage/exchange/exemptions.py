"""Decisions that a duty does not hold."""

from __future__ import annotations

from sqlalchemy import select

from domain.errors import ConflictError
from domain.exchange.duties import DutyKey, Exemption, ExemptionCode
from domain.exchange.identifiers import StateCode
from domain.ids import RecordId, UserId
from service.storage.engine.writes import insert_unless_taken
from service.storage.tables.exchange import exchange_exemptions
from service.storage.transaction import TransactionPart
from service.storage.words import put_words, read_words


class Exemptions(TransactionPart):
    """An exemption is written once, for one duty."""

    def add(self, exemption: Exemption) -> None:
        """Store an exemption; raises ConflictError when the duty is exempt already."""
        row = {
            "exemption_id": exemption.exemption_id,
            "record_id": exemption.key.record_id,
            "item_id": exemption.key.item_id,
            "version": exemption.key.version,
            "state": exemption.key.state,
            "code": exemption.code.value,
            "payload_id": put_words(self._transaction, exemption.words),
            "exempted_by": exemption.exempted_by,
            "exempted_at": exemption.exempted_at,
        }
        key = ("record_id", "item_id", "version", "state")
        if not insert_unless_taken(self._connection, exchange_exemptions, row, key=key):
            raise ConflictError("An exemption from this duty is already recorded.")

    def every(self) -> tuple[Exemption, ...]:
        """Return all exemptions, oldest first."""
        query = select(exchange_exemptions).order_by(
            exchange_exemptions.c.exempted_at, exchange_exemptions.c.exemption_id
        )
        rows = self._connection.execute(query).all()
        words = read_words(self._transaction, [row.payload_id for row in rows])
        return tuple(
            Exemption(
                row.exemption_id,
                DutyKey(RecordId(row.record_id), row.item_id, row.version, StateCode(row.state)),
                ExemptionCode(row.code),
                said,
                UserId(row.exempted_by),
                row.exempted_at,
            )
            for row, said in zip(rows, words, strict=True)
        )
