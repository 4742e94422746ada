"""Agreements in versions, the accounts that act for agencies, and Arrest Summons Numbers."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from domain.agencies.agencies import Agreement, Contact, IssuedAsn, ResultFate
from domain.errors import ConflictError, VaultDamagedError
from domain.ids import RequestId, UserId
from domain.list_pages import ListPage
from domain.restrictions import UsePurpose
from service.storage.engine.rows import AnyRow, from_bytes, newest, rows_where, to_bytes, value_of
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.requests import agency_members, agreements, asn_results, asns
from service.storage.transaction import ANY_KEY, TransactionPart

_BETWEEN = "|"


class Agreements(TransactionPart):
    """Agreements. A version is written once; an agency's highest version is the current one."""

    def add(self, agreement: Agreement) -> None:
        """Store a version. Raises ConflictError when that version already exists."""
        contacts = [[one.name, one.email] for one in agreement.contacts]
        payload_id = self._put(PayloadKind.CONTACTS, to_bytes({"contacts": contacts}))
        if not self._add_new(
            agreements,
            agreement,
            purposes=_BETWEEN.join(sorted(agreement.purposes)),
            payload_id=payload_id,
        ):
            raise ConflictError(
                "Somebody else saved a version at the same time: reload the agreement first."
            )

    def newest(self, agency: str) -> Agreement | None:
        """Return the current version of an agency's agreement, or None if it has no agreement."""
        versions = self.versions(agency)
        return versions[-1] if versions else None

    def versions(self, agency: str) -> tuple[Agreement, ...]:
        """Return all versions of an agency's agreement, oldest first."""
        query = rows_where(agreements, agency=agency).order_by(agreements.c.version)
        return tuple(map(self._agreement, self._rows(query)))

    def all_newest(self) -> tuple[Agreement, ...]:
        """Return the current version of every agency's agreement, ordered by agency code."""
        query = select(agreements).order_by(agreements.c.agency, agreements.c.version)
        rows = {row.agency: row for row in self._connection.execute(query)}
        return tuple(map(self._agreement, rows.values()))

    def name_member(self, user_id: UserId, agency: str, by: UserId, at: datetime) -> None:
        """Let an account or client act for an agency. Raises ConflictError if it already does."""
        if not self._add_new(
            agency_members, user_id=user_id, agency=agency, named_by=by, named_at=at
        ):
            raise ConflictError("This account already acts for an agency: use another account.")

    def agency_of(self, user_id: UserId) -> str | None:
        """Return the agency for which an account or a client acts, or None."""
        query = select(agency_members.c.agency).where(agency_members.c.user_id == user_id)
        found = self._cell(query)
        return None if found is None else str(found)

    def _agreement(self, row: AnyRow) -> Agreement:
        body = self._body(PayloadKind.CONTACTS, row)
        return value_of(
            Agreement,
            row,
            purposes=frozenset(map(UsePurpose, row.purposes.split(_BETWEEN))),
            contacts=() if body is None else _contacts(body),
        )


def _contacts(body: bytes) -> tuple[Contact, ...]:
    try:
        return tuple(Contact(*map(str, one)) for one in from_bytes(body)["contacts"])
    except (KeyError, TypeError) as error:
        raise VaultDamagedError(
            "The contacts of an agreement have the wrong format: restore them from a backup."
        ) from error


@dataclass(frozen=True, slots=True)
class AsnResult:
    """A court result, with the Arrest Summons Number as it was given."""

    result_id: str
    asn: str
    fate: ResultFate
    request_id: RequestId | None
    result_on: date
    received_by: UserId
    received_at: datetime
    words: str = ""
    """The text of the result, stored encrypted."""


class Asns(TransactionPart):
    """Arrest Summons Numbers (ASNs), each issued once for one request, with court results."""

    def next_sequence(self, year: int) -> int:
        """Return the next sequence number in a year, starting from 1."""
        return self._next(asns.c.sequence, asns.c.year == year)

    def issue(self, issued: IssuedAsn) -> None:
        """Store a number. Raises ConflictError if the number or the request is already in use."""
        if not self._add_new(asns, issued, unless_taken=ANY_KEY):
            raise ConflictError(
                "The request already has an arrest/summons number (ASN), or another request "
                "uses this number: reload the request."
            )

    def of_request(self, request_id: RequestId) -> IssuedAsn | None:
        """Return the Arrest Summons Number issued for a request, or None."""
        return self._one(IssuedAsn, _ISSUED.where(asns.c.request_id == request_id))

    def issued(self, asn: str) -> IssuedAsn | None:
        """Return the details of an Arrest Summons Number that was issued here, or None."""
        return self._one(IssuedAsn, _ISSUED.where(asns.c.asn == asn))

    def page(self, *, before: str | None, limit: int) -> ListPage[IssuedAsn, str]:
        """Return a page of the Arrest Summons Numbers issued, newest first."""
        by = newest(asns.c.issued_at, asns.c.asn)
        page = self._list_page(_ISSUED, by, asns.c.asn, behind=before, limit=limit)
        return page.of(value_of(IssuedAsn, row) for row in page.items)

    def without_result(self) -> tuple[IssuedAsn, ...]:
        """Return the Arrest Summons Numbers for which no result has come, oldest first."""
        query = _ISSUED.where(asn_results.c.result_on.is_(None))
        return self._all(IssuedAsn, query.order_by(asns.c.issued_at, asns.c.asn))

    def add_result(self, result: AsnResult) -> None:
        """Store a court result."""
        self._add(asn_results, result, payload_id=self._put_words(result.words))

    def matched(self, asn: str) -> AsnResult | None:
        """Return the first court result received for an ASN that was issued here, or None."""
        rows = self._rows(rows_where(asn_results, asn=asn, fate=ResultFate.MATCHED.value))
        return next(iter(self._all_with_words(AsnResult, rows[:1])), None)

    def unmatched(self, *, before: str | None = None, limit: int) -> ListPage[AsnResult, str]:
        """Return a page of the court results not matched to an ASN, newest first."""
        query = select(asn_results).where(asn_results.c.fate != ResultFate.MATCHED.value)
        by = newest(asn_results.c.received_at, asn_results.c.result_id)
        page = self._list_page(query, by, asn_results.c.result_id, behind=before, limit=limit)
        return page.of(self._all_with_words(AsnResult, page.items))


_ISSUED = select(asns, asn_results.c.result_on).outerjoin(
    asn_results,
    (asn_results.c.asn == asns.c.asn) & (asn_results.c.fate == ResultFate.MATCHED.value),
)
