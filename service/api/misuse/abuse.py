"""Auditors read findings of misuse; administrators enrol the prints of staff."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from domain.errors import (
    DuplicatePositionError,
    EmptyProbeError,
    InvalidDateError,
    InvalidQualityError,
    InvalidTemplateError,
    UnknownTemplateFormatError,
)
from service.api.authentication import LogReader, Operator
from service.api.bodies import BodyOf
from service.api.documentation import INDEX_ERRORS, body_problems, call_problems
from service.api.misuse.abuse_schemas import (
    AccessReportAnswer,
    FindingListAnswer,
    StaffAnswer,
    StaffBody,
)
from service.api.parameters import Before, Limit
from service.api.state import ServicesOf
from service.usecases.misuse.findings import access_report, found_abuse
from service.usecases.misuse.staff import enrol_staff

router = APIRouter(prefix="/v1")

Since = Annotated[AwareDatetime, Query(description="From this moment on (RFC 3339).")]
Until = Annotated[AwareDatetime, Query(description="Before this moment (RFC 3339).")]


@router.get("/findings", tags=["auditor"], responses=call_problems())
def list_findings(
    caller: LogReader, services: ServicesOf, limit: Limit = 50, before: Before = None
) -> FindingListAnswer:
    """Return patterns that may be misuse, newest first."""
    return FindingListAnswer.of(found_abuse(services, caller, before=before, limit=limit))


@router.get("/access-report", tags=["auditor"], responses=call_problems())
def get_access_report(
    caller: LogReader, services: ServicesOf, since: Since, until: Until
) -> AccessReportAnswer:
    """Return how everybody looked things up, the unusual ones first; the report is logged."""
    patterns = access_report(services, caller, since=since, until=until)
    return AccessReportAnswer(patterns=patterns)


@router.post(
    "/staff-prints",
    tags=["operations"],
    status_code=201,
    responses=body_problems(
        EmptyProbeError,
        InvalidTemplateError,
        UnknownTemplateFormatError,
        DuplicatePositionError,
        InvalidQualityError,
        InvalidDateError,
        *INDEX_ERRORS,
    ),
)
def post_staff_prints(
    caller: Operator, body: BodyOf[StaffBody], services: ServicesOf
) -> StaffAnswer:
    """Enrol prints of staff: no search proposes them, and searches with them are flagged."""
    return StaffAnswer(
        person_id=enrol_staff(services, body.to_command(caller, services.print_format))
    )
