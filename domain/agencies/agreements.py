"""Agreements with agencies, in versions: none in force, no service."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.ids import UserId
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
