"""Numbers that an office issues for people on record: PNC IDs and CRO numbers.

The numbers of a year begin at 1 and rise by one, in the order of requests. A person gets one
number of each kind and keeps it. The number of an erased person is not issued again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.identifiers import make_cro_number, make_pnc_id
from domain.ids import PersonId, RecordId, UserId


class NumberKind(StrEnum):
    """The kinds of numbers for people."""

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
