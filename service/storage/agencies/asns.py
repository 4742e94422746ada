"""Arrest Summons Numbers issued, and the results of courts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from domain.agencies.asns import IssuedAsn, ResultFate
from domain.errors import ConflictError
from domain.ids import RequestId, UserId
from service.storage.engine.rows import rows_where, value_of
from service.storage.tables.requests import asn_results, asns
from service.storage.transaction import TransactionPart


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
    """Sealed."""


class Asns(TransactionPart):
    """A number is issued once for a request; results come under it."""

    def next_sequence(self, year: int) -> int:
        """Return the sequence of the next number of a year, from 1."""
        return self._next(asns.c.sequence, asns.c.year == year)

    def issue(self, issued: IssuedAsn) -> None:
        """Store a number; raises ConflictError where it, or the request, has one already."""
        if not self._add_new(asns, issued):
            raise ConflictError(
                "The request already has an ASN, or the number has been used: read the request "
                "again."
            )

    def of_request(self, request_id: RequestId) -> IssuedAsn | None:
        """Return the number issued for a request, or None."""
        return self._found(_ISSUED.where(asns.c.request_id == request_id))

    def issued(self, asn: str) -> IssuedAsn | None:
        """Return a number that was issued here, or None."""
        return self._found(_ISSUED.where(asns.c.asn == asn))

    def every(self, *, limit: int) -> tuple[IssuedAsn, ...]:
        """Return numbers, oldest first."""
        query = _ISSUED.order_by(asns.c.issued_at, asns.c.asn).limit(limit)
        return self._all(IssuedAsn, query)

    def add_result(self, result: AsnResult) -> None:
        """Store a result."""
        payload_id = self._put_words(result.words)
        self._add(asn_results, result, payload_id=payload_id)

    def matched(self, asn: str) -> AsnResult | None:
        """Return the first result that came under a number issued here, or None."""
        row = self._row(rows_where(asn_results, asn=asn, fate=ResultFate.MATCHED.value))
        if row is None:
            return None
        (said,) = self._words([row])
        return value_of(AsnResult, row, words=said)

    def unmatched(self, *, limit: int) -> tuple[AsnResult, ...]:
        """Return results that belong to no number issued here, newest first."""
        query = (
            select(asn_results)
            .where(asn_results.c.fate != ResultFate.MATCHED.value)
            .order_by(asn_results.c.received_at.desc(), asn_results.c.result_id)
            .limit(limit)
        )
        rows = self._rows(query)
        words = self._words(rows)
        return tuple(
            value_of(AsnResult, row, words=said) for row, said in zip(rows, words, strict=True)
        )

    def _found(self, query: Select[Any]) -> IssuedAsn | None:
        return self._one(IssuedAsn, query)


_ISSUED = select(asns, asn_results.c.result_on).outerjoin(
    asn_results,
    (asn_results.c.asn == asns.c.asn) & (asn_results.c.fate == ResultFate.MATCHED.value),
)
