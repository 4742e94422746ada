"""Staff prints, findings and access patterns."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import Field

from domain.abuse import Finding, FindingKind
from domain.access import Caller
from domain.ids import UserId
from prints.print_format import PrintFormat
from service.api.access.tokens_schemas import Account
from service.api.base import Answer, Body, Next, PageAnswer, at
from service.api.dates import read_moment
from service.api.people.captures_schemas import Impressions, read_impressions
from service.api.people.encounters_schemas import MomentText
from service.usecases.misuse.staff import EnrolStaff


class StaffBody(Body):
    """Prints of a staff member, or of another person to be eliminated."""

    user: Account = Field(description="Their account.")
    captured_at: MomentText
    impressions: Impressions

    def to_command(self, caller: Caller, fmt: PrintFormat) -> EnrolStaff:
        """Return the command; raises InvalidInputError with a pointer."""
        with at("/captured_at"):
            captured_at = read_moment(self.captured_at)
        return EnrolStaff(
            caller, UserId(self.user), captured_at, read_impressions(self.impressions, fmt)
        )


class StaffAnswer(Answer):
    """Prints that were enrolled."""

    person_id: str


class FindingAnswer(Answer):
    """A pattern to look at; a question to a person, never a verdict."""

    finding_id: str
    kind: FindingKind
    actor: str
    force: str | None
    search_id: str = Field(description="The search at which it was noticed.")
    count: int
    found_at: datetime

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """Return the answer for a finding."""
        return cls.showing(finding, search_id=finding.subject_ref)


class FindingListAnswer(PageAnswer):
    """A page of findings, newest first."""

    findings: tuple[FindingAnswer, ...]
    next_before: Next


class AccessPatternAnswer(Answer):
    """How one account looked things up."""

    actor: str
    looks: int
    without_case: int
    out_of_hours: int
    is_unusual: bool


class AccessReportAnswer(Answer):
    """Each person with any look, the unusual ones first."""

    patterns: tuple[AccessPatternAnswer, ...]
