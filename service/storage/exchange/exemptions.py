"""Decisions that a duty does not hold."""

from __future__ import annotations

from sqlalchemy import select

from domain.errors import ConflictError
from domain.exchange.duties import DutyKey, Exemption
from domain.exchange.identifiers import StateCode
from domain.ids import RecordId
from service.storage.engine.rows import value_of
from service.storage.tables.exchange import exchange_exemptions
from service.storage.transaction import TransactionPart


class Exemptions(TransactionPart):
    """An exemption is written once, for one duty."""

    def add(self, exemption: Exemption) -> None:
        """Store an exemption; raises ConflictError when the duty is exempt already."""
        if not self._add_new(
            exchange_exemptions,
            exemption,
            unless_taken=("record_id", "item_id", "version", "state"),
            record_id=exemption.key.record_id,
            item_id=exemption.key.item_id,
            version=exemption.key.version,
            state=exemption.key.state,
            payload_id=self._put_words(exemption.words),
        ):
            raise ConflictError("This duty is exempt already.")

    def every(self) -> tuple[Exemption, ...]:
        """Return all exemptions, oldest first."""
        query = select(exchange_exemptions).order_by(
            exchange_exemptions.c.exempted_at, exchange_exemptions.c.exemption_id
        )
        rows = self._rows(query)
        words = self._words(rows)
        return tuple(
            value_of(
                Exemption,
                row,
                key=DutyKey(
                    RecordId(row.record_id), row.item_id, row.version, StateCode(row.state)
                ),
                words=said,
            )
            for row, said in zip(rows, words, strict=True)
        )
