"""Agencies that the office serves: agreements in versions, and Arrest Summons Numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.errors import InvalidIdentifierError, InvalidInputError
from domain.identifiers import is_dummy_asn, make_asn, parse_asn
from domain.ids import ForceCode, RequestId, UserId
from domain.restrictions import UsePurpose

_IS_CODE = re.compile(r"[A-Za-z0-9._-]{1,40}").fullmatch


class LegalStatus(StrEnum):
    """The status of an agency under the Data Protection Act 2018 (s 30), for law enforcement."""

    COMPETENT = "competent authority"
    OTHER = "other body"


class AgreementStanding(StrEnum):
    """Whether an agreement serves."""

    AGREED = "agreed"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Reach(StrEnum):
    """The convictions that an agreement lets the agency be told."""

    UNSPENT = "unspent convictions"
    ALL = "all convictions"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person to write to. Sealed."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """One version of the agreement with an agency. Raises InvalidInputError."""

    agency: str
    """The code by which requests name it."""
    version: int
    """From 1; the highest counts."""
    name: str
    """Name of the agency; no personal data."""
    legal_status: LegalStatus
    purposes: frozenset[UsePurpose]
    reach: Reach
    standing: AgreementStanding
    starts_on: date
    review_on: date
    """The last day on which it serves without having been reviewed."""
    made_by: UserId
    made_at: datetime
    contacts: tuple[Contact, ...] = ()

    def __post_init__(self) -> None:
        if not _IS_CODE(self.agency):
            raise InvalidInputError(
                "The code of the agency is malformed: write 1 to 40 letters, digits, dots,"
                " dashes or underscores.",
                pointer="/agency",
            )
        if not self.name.strip():
            raise InvalidInputError("State the name of the agency.", pointer="/name")
        if not self.purposes:
            raise InvalidInputError(
                "State the purposes that the agreement covers.", pointer="/purposes"
            )
        if self.review_on < self.starts_on:
            raise InvalidInputError(
                "The day of the review is before the first day: correct it.", pointer="/review_on"
            )

    def is_in_force(self, on: date) -> bool:
        """Whether it serves on a day: agreed, begun, and its day of review not past."""
        is_agreed = self.standing is AgreementStanding.AGREED
        return is_agreed and self.starts_on <= on <= self.review_on

    def covers(self, purpose: UsePurpose, on: date) -> bool:
        """Whether it lets the agency be told something for a purpose on a day."""
        return self.is_in_force(on) and purpose in self.purposes


# A prosecution without an ASN makes the court send a dummy one, and its result is stuck. So a
# number is issued with the record, and silence about it is an alarm.


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
