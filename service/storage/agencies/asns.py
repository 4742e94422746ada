"""Arrest Summons Numbers issued, and the results of courts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from domain.agencies.asns import IssuedAsn, ResultFate
from domain.errors import ConflictError
from domain.ids import RequestId, UserId
from service.storage.engine.rows import AnyRow, row_of, value_of
from service.storage.engine.writes import insert_unless_taken
from service.storage.tables.requests import asn_results, asns
from service.storage.transaction import TransactionPart
from service.storage.words import put_words, read_words


@dataclass(frozen=True, slots=True)
class AsnResult:
    """A result of a court, under the number as it was given."""

    result_id: str
    asn: str
    fate: ResultFate
    request_id: RequestId | None
    result_on: date
    received_by: UserId
    received_at: datetime
    words: str = ""
    """Sealed words of the court."""


class Asns(TransactionPart):
    """A number is issued once for a request; results come under it."""

    def next_sequence(self, year: int) -> int:
        """Return the sequence of the next number of a year, from 1."""
        query = select(func.max(asns.c.sequence)).where(asns.c.year == year)
        return int(self._connection.execute(query).scalar() or 0) + 1

    def issue(self, issued: IssuedAsn) -> None:
        """Store a number; raises ConflictError where it, or the request, has one already."""
        if not insert_unless_taken(self._connection, asns, row_of(asns, issued)):
            raise ConflictError(
                "The request already has an ASN, or the number is used elsewhere: reload "
                "the request."
            )

    def of_request(self, request_id: RequestId) -> IssuedAsn | None:
        """Return the number issued for a request, or None."""
        return self._one(_ISSUED.where(asns.c.request_id == request_id))

    def issued(self, asn: str) -> IssuedAsn | None:
        """Return a number that was issued here, or None."""
        return self._one(_ISSUED.where(asns.c.asn == asn))

    def every(self, *, limit: int) -> tuple[IssuedAsn, ...]:
        """Return numbers, oldest first."""
        query = _ISSUED.order_by(asns.c.issued_at, asns.c.asn).limit(limit)
        return tuple(map(_issued, self._connection.execute(query)))

    def add_result(self, result: AsnResult) -> None:
        """Store a result."""
        payload_id = put_words(self._transaction, result.words)
        row = row_of(asn_results, result, payload_id=payload_id)
        self._connection.execute(asn_results.insert().values(row).inline())

    def matched(self, asn: str) -> AsnResult | None:
        """Return the first result that came under a number issued here, or None."""
        query = select(asn_results).where(
            asn_results.c.asn == asn, asn_results.c.fate == ResultFate.MATCHED.value
        )
        row = self._connection.execute(query).first()
        if row is None:
            return None
        (said,) = read_words(self._transaction, [row.payload_id])
        return value_of(AsnResult, row, words=said)

    def unmatched(self, *, limit: int) -> tuple[AsnResult, ...]:
        """Return results that belong to no number issued here, newest first."""
        query = (
            select(asn_results)
            .where(asn_results.c.fate != ResultFate.MATCHED.value)
            .order_by(asn_results.c.received_at.desc(), asn_results.c.result_id)
            .limit(limit)
        )
        rows = self._connection.execute(query).all()
        words = read_words(self._transaction, [row.payload_id for row in rows])
        return tuple(
            value_of(AsnResult, row, words=said) for row, said in zip(rows, words, strict=True)
        )

    def _one(self, query: Select[Any]) -> IssuedAsn | None:
        row = self._connection.execute(query).first()
        return None if row is None else _issued(row)


_ISSUED = select(asns, asn_results.c.result_on).outerjoin(
    asn_results,
    (asn_results.c.asn == asns.c.asn) & (asn_results.c.fate == ResultFate.MATCHED.value),
)


def _issued(row: AnyRow) -> IssuedAsn:
    return value_of(IssuedAsn, row)
