"""The service's own record of the prints that it gave to a person; findings rest on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import CaseId, ShownPrintId, UserId
from domain.prints import FingerPosition


class ShownAs(StrEnum):
    """The form in which a print was given."""

    IMAGE = "image"
    MINUTIAE = "minutiae"
    NOTHING = "nothing"
    """The placeholder that says that there is no image."""


@dataclass(frozen=True, slots=True)
class ShownPrint:
    """One print of a case as one person got it."""

    print_id: ShownPrintId
    """The name under which an event speaks of it."""
    case_id: CaseId
    viewer: UserId
    label: str
    """`probe`, or the neutral label of the exemplar."""
    position: FingerPosition
    content: ShownAs
    shown_at: datetime

    def is_again(self, other: ShownPrint) -> bool:
        """Whether the same person got the same print in the same form before."""
        mine = (self.case_id, self.viewer, self.label, self.position, self.content)
        return mine == (other.case_id, other.viewer, other.label, other.position, other.content)
