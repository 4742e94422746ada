"""Quarters are released once by an administrator, for readers of figures."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi import Path as InPath

from domain.errors import ConflictError, NotFoundError
from domain.publication.facts import Quarter
from service.api.authentication import FigureReader, Operator
from service.api.bodies import BodyOf
from service.api.documentation import body_problems, call_problems
from service.api.publication.releases_schemas import (
    QuarterBody,
    ReleaseAnswer,
    ReleaseListAnswer,
    ReleaseWithdrawalBody,
)
from service.api.state import ServicesOf
from service.usecases.publication.releases import (
    list_releases,
    release_quarter,
    show_release,
    withdraw_tables,
)

router = APIRouter(prefix="/v1/publication/releases", tags=["figures"])

QuarterInPath = Annotated[str, InPath(pattern=r"^[0-9]{4}Q[1-4]$", description="Such as 2026Q4.")]


@router.post("", status_code=201, responses=body_problems(ConflictError))
def post_statistics_release(
    caller: Operator, body: BodyOf[QuarterBody], services: ServicesOf
) -> ReleaseAnswer:
    """Release the figures of a quarter that is over; they are frozen for good."""
    return ReleaseAnswer.of(release_quarter(services, caller, body.to_quarter()))


@router.get("", responses=call_problems())
def get_statistics_releases(caller: FigureReader, services: ServicesOf) -> ReleaseListAnswer:
    """Return every release, the newest first."""
    found = list_releases(services, caller)
    return ReleaseListAnswer(releases=tuple(ReleaseAnswer.of(one) for one in found))


@router.get("/{quarter}", responses=call_problems(NotFoundError))
def get_statistics_release(
    caller: FigureReader, quarter: QuarterInPath, services: ServicesOf
) -> ReleaseAnswer:
    """Return the newest version of the release of a quarter."""
    return ReleaseAnswer.of(show_release(services, caller, Quarter.parse(quarter)))


@router.post(
    "/{quarter}/withdrawal", status_code=201, responses=body_problems(NotFoundError, ConflictError)
)
def post_statistics_withdrawal(
    caller: Operator,
    quarter: QuarterInPath,
    body: BodyOf[ReleaseWithdrawalBody],
    services: ServicesOf,
) -> ReleaseAnswer:
    """Make a version of a release without some of its tables; no figure is changed."""
    tables = [(one.service, one.cut) for one in body.tables]
    found = withdraw_tables(services, caller, Quarter.parse(quarter), tables, body.note)
    return ReleaseAnswer.of(found)
