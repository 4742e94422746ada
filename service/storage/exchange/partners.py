"""Other States with their keys: registered once, ended once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select

from domain.errors import ConflictError
from domain.exchange.codes import Transport
from domain.exchange.identifiers import StateCode
from domain.exchange.partners import Partner, PartnerId
from domain.ids import UserId
from service.storage.engine.rows import AnyRow, row_of
from service.storage.engine.writes import insert_unless_taken
from service.storage.tables.exchange import exchange_partner_ends, exchange_partners
from service.storage.transaction import TransactionPart


class Partners(TransactionPart):
    """Registrations are written once; an end is a separate row."""

    def register(self, partner: Partner) -> None:
        """Store a registration."""
        row = self._transaction.numbers.one(exchange_partners.c.partner_row)
        values = row_of(exchange_partners, partner, partner_row=row)
        self._connection.execute(insert(exchange_partners).values(values).inline())

    def end(self, partner_id: PartnerId, by: UserId, at: datetime) -> None:
        """End a registration; raises ConflictError when it has ended already."""
        row = {"partner_id": partner_id, "ended_by": by, "ended_at": at}
        if not insert_unless_taken(
            self._connection, exchange_partner_ends, row, key=("partner_id",)
        ):
            raise ConflictError("This registration has already ended.")

    def get(self, partner_id: PartnerId) -> Partner | None:
        """Return a registration, or None when unknown."""
        query = _PARTNERS.where(exchange_partners.c.partner_id == partner_id)
        row = self._connection.execute(query).first()
        return None if row is None else _partner(row)

    def every(self) -> tuple[Partner, ...]:
        """Return all registrations, newest first."""
        query = _PARTNERS.order_by(exchange_partners.c.partner_row.desc())
        return tuple(map(_partner, self._connection.execute(query)))


_PARTNERS = select(exchange_partners, exchange_partner_ends.c.ended_at).outerjoin(
    exchange_partner_ends,
    exchange_partner_ends.c.partner_id == exchange_partners.c.partner_id,
)


def _partner(row: AnyRow) -> Partner:
    return Partner(
        PartnerId(row.partner_id),
        StateCode(row.state),
        Transport(row.transport),
        row.address,
        row.key_id,
        row.public_key,
        UserId(row.registered_by),
        row.registered_at,
        row.ended_at,
    )
