"""Other States with their keys: registered once, ended once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from domain.errors import ConflictError
from domain.exchange.partners import Partner, PartnerId
from domain.ids import UserId
from service.storage.tables.exchange import exchange_partner_ends, exchange_partners
from service.storage.transaction import TransactionPart


class Partners(TransactionPart):
    """Registrations are written once; an end is a row of its own."""

    def register(self, partner: Partner) -> None:
        """Store a registration."""
        row = self._transaction.numbers.one(exchange_partners.c.partner_row)
        self._add(exchange_partners, partner, partner_row=row)

    def end(self, partner_id: PartnerId, by: UserId, at: datetime) -> None:
        """End a registration; raises ConflictError when it has ended already."""
        if not self._add_new(
            exchange_partner_ends,
            unless_taken=("partner_id",),
            partner_id=partner_id,
            ended_by=by,
            ended_at=at,
        ):
            raise ConflictError("This registration has ended already.")

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
