"""Arrest Summons Numbers issued for an agency, and the results that came back.

A prosecution without an ASN makes the court send a dummy one, and its result is stuck. So a
number is issued with the record, and silence about it is an alarm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.errors import InvalidIdentifierError
from domain.identifiers import is_dummy_asn, make_asn, parse_asn
from domain.ids import ForceCode, RequestId, UserId

UNIT = "BU"
"""The bureau of the office, within its force code."""
SYSTEM = "00"
SILENCE = timedelta(days=180)
"""An ASN without a result for this long raises an alarm. A choice of this software, not a rule."""


class ResultFate(StrEnum):
    """Where a result that came under an ASN belongs."""

    MATCHED = "matched"
    """The first result under a number issued here."""
    AGAIN = "again"
    """A further result under a number issued here."""
    UNKNOWN = "unknown"
    """The number is valid and was not issued here."""
    DUMMY = "dummy"
    """The number stands for "none given": it never names a request."""
    MALFORMED = "malformed"
    """The text is no ASN, or its check letter is wrong."""


@dataclass(frozen=True, slots=True)
class IssuedAsn:
    """A number issued for the record that an agency has asked for."""

    asn: str
    year: int
    sequence: int
    """Number within the year, from 1."""
    request_id: RequestId
    agency: str
    issued_by: UserId
    issued_at: datetime
    result_on: date | None = None
    """The day of the court's result; None while none came."""

    def is_silent(self, on: date) -> bool:
        """Whether no result has come for too long."""
        return self.result_on is None and on - self.issued_at.date() > SILENCE


def number_of(year: int, sequence: int, force: ForceCode) -> str:
    """Return the ASN of a year and a sequence, of the office's bureau.

    Raises InvalidIdentifierError.
    """
    return make_asn(year, force, unit=UNIT, system=SYSTEM, sequence=sequence)


def fate_of(text: str, issued: IssuedAsn | None) -> ResultFate:
    """Return where a result belongs; `issued`: the number issued here under this text."""
    if is_dummy_asn(text):
        return ResultFate.DUMMY
    try:
        parse_asn(text)
    except InvalidIdentifierError:
        return ResultFate.MALFORMED
    if issued is None:
        return ResultFate.UNKNOWN
    return ResultFate.MATCHED if issued.result_on is None else ResultFate.AGAIN
