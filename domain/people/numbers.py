"""Numbers that an office issues for people on record: PNC IDs and CRO numbers.

The numbers of a year begin at 1 and rise by one, in the order of requests. A person gets one
number of each kind and keeps it. The number of an erased person is not issued again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import PersonId, RecordId, UserId
from domain.people.identifiers import make_cro_number, make_pnc_id


class NumberKind(StrEnum):
    """A kind of number for people."""

    PNC = "PNC ID"
    CRO = "CRO number"

    def text(self, year: int, serial: int) -> str:
        """Return the number with its check letter.

        Raises InvalidIdentifierError if the year has used up its serial numbers.
        """
        return (make_pnc_id if self is NumberKind.PNC else make_cro_number)(year, serial)


@dataclass(frozen=True, slots=True)
class IssuedNumber:
    """A number, its person, and the record for which it was issued."""

    number_id: str
    kind: NumberKind
    year: int
    serial: int
    person_id: PersonId
    record_id: RecordId
    issued_by: UserId
    issued_at: datetime


ASN = "ASN"
"""The kind of the numbers that are issued for events, beside those of `NumberKind`."""


@dataclass(frozen=True, slots=True)
class NumberSeries:
    """The numbers of one kind that were issued in one year, and what explains each."""

    kind: str
    """A `NumberKind`, or `ASN`."""
    year: int
    issued: int
    last: int
    """The highest serial."""
    missing: tuple[int, ...]
    """Serials below `last` that are not stored. No work of the service leaves any: each is
    unexplained."""
    of_erased: int = 0
    """Numbers of people who are erased: they stay taken and name nobody."""
    of_hidden: int = 0
    """Numbers of people who are restricted, or whose erasure waits."""
    of_merged: int = 0
    """Numbers of people merged into another person, who keeps the number that they had."""


def missing_below(serials: Iterable[int]) -> tuple[int, ...]:
    """Return the numbers from 1 to the highest that are not among `serials`."""
    found = set(serials)
    return tuple(sorted(set(range(1, max(found, default=0) + 1)) - found))
