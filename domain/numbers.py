"""Numbers that an office issues for people on record: PNC IDs and CRO numbers.

A year's numbers begin at 1 and rise by one, in the order of requests. A person gets one of each
kind and keeps it; the number of an erased person stays taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.identifiers import make_cro_number, make_pnc_id
from domain.ids import PersonId, RecordId, UserId


class NumberKind(StrEnum):
    """The kinds of numbers of people."""

    PNC = "PNC ID"
    CRO = "CRO number"

    def text(self, year: int, serial: int) -> str:
        """Return the number with its check letter.

        Raises InvalidIdentifierError when the year has used up its serials.
        """
        return (make_pnc_id if self is NumberKind.PNC else make_cro_number)(year, serial)


@dataclass(frozen=True, slots=True)
class IssuedNumber:
    """A number, its person, and the record that it was issued for."""

    number_id: str
    kind: NumberKind
    year: int
    serial: int
    person_id: PersonId
    record_id: RecordId
    issued_by: UserId
    issued_at: datetime
