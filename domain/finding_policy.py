"""The office's policy on findings: what an examiner must have seen, named and marked for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.errors import InvalidInputError
from domain.ids import PolicyId, UserId

MOST_POINT_PAIRS = 200
"""A comparison holds so many pairs of points."""


@dataclass(frozen=True, slots=True)
class FindingPolicy:
    """The requirements of a finding; raises InvalidInputError for a number out of range."""

    mark_point_pairs: int = 8
    """An identified mark has at least so many pairs of points marked; 0 for none."""
    needs_prints: bool = True
    """Whether a finding rests on the fingers of which the examiner saw an image or minutiae.

    An office with templates alone may do without; the prints must have been opened even so.
    """

    def __post_init__(self) -> None:
        if not 0 <= self.mark_point_pairs <= MOST_POINT_PAIRS:
            raise InvalidInputError(
                f"The pairs of points must be a number from 0 to {MOST_POINT_PAIRS}."
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
