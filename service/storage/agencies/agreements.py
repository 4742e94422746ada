"""Agreements in versions, and the accounts that speak for an agency."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from domain.agencies.agreements import Agreement, AgreementStanding, Contact, LegalStatus, Reach
from domain.errors import ConflictError, VaultDamagedError
from domain.ids import UserId
from domain.restrictions import UsePurpose
from service.storage.engine.json_bodies import from_bytes, to_bytes
from service.storage.engine.rows import AnyRow, row_of
from service.storage.engine.writes import insert_unless_taken
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.requests import agency_members, agreements
from service.storage.transaction import TransactionPart

_BETWEEN = "|"


class Agreements(TransactionPart):
    """A version is written once; the highest of an agency counts."""

    def add(self, agreement: Agreement) -> None:
        """Store a version; raises ConflictError when it is there already."""
        contacts = [[one.name, one.email] for one in agreement.contacts]
        payload_id = self._transaction.payloads.put(
            PayloadKind.CONTACTS, to_bytes({"contacts": contacts})
        )
        row = row_of(
            agreements,
            agreement,
            purposes=_BETWEEN.join(sorted(agreement.purposes)),
            payload_id=payload_id,
        )
        key = ("agency", "version")
        if not insert_unless_taken(self._connection, agreements, row, key=key):
            raise ConflictError("Another version was made at the same time: reload it first.")

    def newest(self, agency: str) -> Agreement | None:
        """Return the version that counts, or None for an agency without an agreement."""
        versions = self.versions(agency)
        return versions[-1] if versions else None

    def versions(self, agency: str) -> tuple[Agreement, ...]:
        """Return all versions of an agency's agreement, oldest first."""
        query = (
            select(agreements).where(agreements.c.agency == agency).order_by(agreements.c.version)
        )
        return tuple(map(self._agreement, self._connection.execute(query).all()))

    def all_newest(self) -> tuple[Agreement, ...]:
        """Return the version that counts of every agency, by code."""
        query = select(agreements).order_by(agreements.c.agency, agreements.c.version)
        rows = {row.agency: row for row in self._connection.execute(query)}
        return tuple(map(self._agreement, rows.values()))

    def name_member(self, user_id: UserId, agency: str, by: UserId, at: datetime) -> None:
        """Let an account or a client speak for an agency.

        Raises ConflictError for one that does already.
        """
        row = {"user_id": user_id, "agency": agency, "named_by": by, "named_at": at}
        if not insert_unless_taken(self._connection, agency_members, row, key=("user_id",)):
            raise ConflictError("This account already acts for an agency: use another account.")

    def agency_of(self, user_id: UserId) -> str | None:
        """Return the agency that an account or a client speaks for, or None."""
        query = select(agency_members.c.agency).where(agency_members.c.user_id == user_id)
        found = self._connection.execute(query).scalar()
        return None if found is None else str(found)

    def _agreement(self, row: AnyRow) -> Agreement:
        body = self._transaction.payloads.get(PayloadKind.CONTACTS, row.payload_id)
        return Agreement(
            row.agency,
            row.version,
            row.name,
            LegalStatus(row.legal_status),
            frozenset(map(UsePurpose, row.purposes.split(_BETWEEN))),
            Reach(row.reach),
            AgreementStanding(row.standing),
            row.starts_on,
            row.review_on,
            UserId(row.made_by),
            row.made_at,
            () if body is None else _contacts(body),
        )


def _contacts(body: bytes) -> tuple[Contact, ...]:
    try:
        return tuple(Contact(*map(str, one)) for one in from_bytes(body)["contacts"])
    except (KeyError, TypeError) as error:
        raise VaultDamagedError("The contacts of an agreement have the wrong format.") from error
