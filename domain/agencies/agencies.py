"""Agencies that the office serves: their agreements, in versions, and Arrest Summons Numbers."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.errors import InvalidIdentifierError, InvalidInputError
from domain.ids import ForceCode, RequestId, UserId
from domain.office_days import office_day
from domain.people.identifiers import is_dummy_asn, make_asn, parse_asn
from domain.plain_text import require_words
from domain.restrictions import UsePurpose

_IS_CODE = re.compile(r"[A-Za-z0-9._-]{1,40}").fullmatch


class LegalStatus(StrEnum):
    """The status of an agency for law enforcement under the Data Protection Act 2018 (s 30)."""

    COMPETENT = "competent authority"
    OTHER = "other body"


class AgreementStanding(StrEnum):
    """Whether the agreement is in force, suspended or ended."""

    AGREED = "agreed"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Reach(StrEnum):
    """The convictions that may be disclosed to the agency under an agreement."""

    UNSPENT = "unspent convictions"
    ALL = "all convictions"


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact person at the agency. Sealed."""

    name: str
    """Name of a person at the agency."""
    email: str
    """Email address."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One version of the agreement with an agency. Raises InvalidInputError."""

    agency: str
    """The code by which requests name the agency."""
    version: int
    """Numbered from 1; the highest version is the one in force."""
    name: str
    """Name of the agency, without personal data."""
    legal_status: LegalStatus
    purposes: frozenset[UsePurpose]
    """The purposes that the agreement covers."""
    reach: Reach
    standing: AgreementStanding
    starts_on: date
    """The first day of the agreement."""
    review_on: date
    """The last day on which the agreement is valid without a review."""
    made_by: UserId
    made_at: datetime
    """When it was made."""
    contacts: tuple[Contact, ...] = ()
    """The people to write to."""

    def __post_init__(self) -> None:
        if not _IS_CODE(self.agency):
            raise InvalidInputError(
                "The agency's code is malformed: write 1 to 40 letters, digits, full stops, "
                "hyphens or underscores.",
                pointer="/agency",
            )
        require_words(self.name, "/name", "State the name of the agency.")
        if not self.purposes:
            raise InvalidInputError(
                "State the purposes that the agreement covers.", pointer="/purposes"
            )
        if self.review_on < self.starts_on:
            raise InvalidInputError(
                "The day of the review is before the first day of the agreement: correct it.",
                pointer="/review_on",
            )

    def is_in_force(self, on: date) -> bool:
        """Whether the agreement is agreed, has begun, and its review is not overdue on a day."""
        is_agreed = self.standing is AgreementStanding.AGREED
        return is_agreed and self.starts_on <= on <= self.review_on

    def covers(self, purpose: UsePurpose, on: date) -> bool:
        """Whether the agreement allows disclosure to the agency for a purpose on a day."""
        return self.is_in_force(on) and purpose in self.purposes


# If a prosecution has no ASN, the court sends a dummy number, and its result cannot be matched.
# A number is therefore issued with the record, and a missing result raises an alarm.


UNIT = "BU"
"""The unit code of the office's bureau, within its force code."""
SYSTEM = "00"
SILENCE = timedelta(days=180)
"""An ASN without a result for this long raises an alarm. Chosen here, not a rule of law."""


class ResultFate(StrEnum):
    """What happens to a court result, decided by its Arrest Summons Number (ASN)."""

    MATCHED = "matched"
    """The first result for a number issued here."""
    AGAIN = "again"
    """A further result for a number issued here."""
    UNKNOWN = "unknown"
    """The number is valid but was not issued here."""
    DUMMY = "dummy"
    """The number stands for "none given" and never identifies a request."""
    MALFORMED = "malformed"
    """The text is not an ASN, or its check letter is wrong."""


@dataclass(frozen=True, slots=True)
class IssuedAsn:
    """A number issued for the record that an agency asked for."""

    asn: str
    year: int
    sequence: int
    """Sequence number within the year, from 1."""
    request_id: RequestId
    agency: str
    issued_by: UserId
    issued_at: datetime
    result_on: date | None = None
    """The day of the court's result; None until a result is received."""

    def is_silent(self, on: date) -> bool:
        """Whether no result has been received for longer than `SILENCE`."""
        return self.result_on is None and on - office_day(self.issued_at) > SILENCE


def number_of(year: int, sequence: int, force: ForceCode) -> str:
    """Return the ASN of the office's bureau. Raises InvalidIdentifierError."""
    return make_asn(year, force, unit=UNIT, system=SYSTEM, sequence=sequence)


def fate_of(text: str, issued: IssuedAsn | None) -> ResultFate:
    """Return how a result is assigned. `issued`: the number issued with this text, if any."""
    if is_dummy_asn(text):
        return ResultFate.DUMMY
    try:
        parse_asn(text)
    except InvalidIdentifierError:
        return ResultFate.MALFORMED
    if issued is None:
        return ResultFate.UNKNOWN
    return ResultFate.MATCHED if issued.result_on is None else ResultFate.AGAIN
