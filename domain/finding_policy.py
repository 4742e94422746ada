"""The office's policy on findings, and the service's record of the prints that it gave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.ids import CaseId, PolicyId, ShownPrintId, UserId
from domain.markups import MOST_FEATURES
from domain.prints import FingerPosition

MOST_POINT_PAIRS = 200
"""A comparison holds this many pairs of points."""


@dataclass(frozen=True, slots=True)
class FindingPolicy:
    """The requirements of a finding; raises InvalidInputError for a number out of range."""

    mark_point_pairs: int = 8
    """An identified mark has at least this many pairs of points marked; 0 for none."""
    needs_prints: bool = True
    """Whether a finding rests on the fingers of which the examiner saw an image or minutiae.

    An office that only has templates may do without; the prints must still have been opened.
    """

    tenprint_point_pairs: int = 0
    """Each identified finger of a tenprint has at least this many pairs of points marked."""
    analysed_minutiae: int = 0
    """The analysis of each identified finger, of tenprint or mark, has at least this many."""

    def __post_init__(self) -> None:
        pairs = (self.mark_point_pairs, self.tenprint_point_pairs)
        if not all(0 <= number <= MOST_POINT_PAIRS for number in pairs):
            raise InvalidInputError(
                f"The pairs of points must be a number from 0 to {MOST_POINT_PAIRS}."
            )
        if not 0 <= self.analysed_minutiae <= MOST_FEATURES:
            raise InvalidInputError(
                f"The minutiae of an analysis must be a number from 0 to {MOST_FEATURES}."
            )


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A policy on findings as it was set; findings name the version that was in force."""

    policy: FindingPolicy = FindingPolicy()
    version: int = 0
    """0 for the policy that holds until the office sets one."""
    policy_id: PolicyId | None = None
    set_by: UserId | None = None
    set_at: datetime | None = None


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
