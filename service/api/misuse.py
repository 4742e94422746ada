"""Auditors read findings of misuse; administrators enrol the prints of staff."""

from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime, Field

from domain import errors
from domain.abuse import Finding
from domain.ids import PersonId
from service.api.access.clients import Account
from service.api.authentication import LogReader, Operator
from service.api.base import Answer, Body, Next, PageAnswer
from service.api.bodies import Before, BodyOf, Limit
from service.api.call_routes import INDEX_ERRORS, CallRouter
from service.api.people.captures import Impressions, read_impressions
from service.api.people.encounters import MomentText
from service.api.shapes import From, shows
from service.usecases.misuse.watching import AccessPattern, access_report, enrol_staff, found_abuse


class StaffBody(Body):
    """Prints of a staff member, or of another person whose prints must be eliminated."""

    user: Annotated[Account, From("user_id")] = Field(description="Their account.")
    captured_at: MomentText
    impressions: Impressions
    """Prints, one for each finger of the capture."""


class StaffAnswer(Answer):
    """Prints that were enrolled."""

    person_id: PersonId


@shows(Finding, without=("series", "subject_ref"))
class FindingAnswer(Answer):
    """A pattern that may be misuse: a question for a person to examine, never a verdict."""

    search_id: Annotated[str, From("subject_ref")]


class FindingListAnswer(PageAnswer):
    """A page of findings, newest first."""

    findings: tuple[FindingAnswer, ...]
    next_before: Next


@shows(AccessPattern)
class AccessPatternAnswer(Answer):
    """How one account looked up data."""


class AccessReportAnswer(Answer):
    """Each person who looked up data, the unusual patterns first."""

    patterns: tuple[AccessPatternAnswer, ...]


router = CallRouter(prefix="/v1")

Since = Annotated[AwareDatetime, Query(description="From this date and time (RFC 3339).")]
Until = Annotated[AwareDatetime, Query(description="Before this date and time (RFC 3339).")]


@router.get("/findings", tags=["auditor"])
def list_findings(call: LogReader, limit: Limit = 50, before: Before = None) -> FindingListAnswer:
    """Return patterns that may be misuse, newest first."""
    return FindingListAnswer.of(call.use(found_abuse, before=before, limit=limit))


@router.get("/access-report", tags=["auditor"])
def get_access_report(call: LogReader, since: Since, until: Until) -> AccessReportAnswer:
    """Return how all accounts looked up data, unusual patterns first; the report is logged."""
    patterns = call.use(access_report, since=since, until=until)
    return AccessReportAnswer(patterns=patterns)


@router.post(
    "/staff-prints",
    errors.InvalidTemplateError,
    errors.UnknownTemplateFormatError,
    errors.InvalidQualityError,
    errors.InvalidDateError,
    *INDEX_ERRORS,
    tags=["operations"],
    status_code=201,
)
def post_staff_prints(call: Operator, body: BodyOf[StaffBody]) -> StaffAnswer:
    """Enrol prints of staff: staff are never candidates, and searches with them are flagged."""
    impressions = read_impressions(body.impressions, call.services.print_format)
    return StaffAnswer(person_id=call.carry_out(enrol_staff, body, impressions=impressions))


ROUTERS = (router,)
