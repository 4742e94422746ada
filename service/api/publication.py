"""Figures released each quarter; and answers to requests for information, without requesters."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Path as InPath
from pydantic import Field, StringConstraints

from domain import errors
from domain.publication import InformationAnswer, InformationOutcome, Quarter, ReleasedCell
from service.api.authentication import FigureReader, Operator, RequestWorker
from service.api.base import Answer, Body, Next, PageAnswer, Reason, ShownText, Text
from service.api.bodies import Before, BodyOf, IdInPath, Limit
from service.api.call_routes import CallRouter
from service.api.requests.request_steps_schemas import StateAnswer
from service.api.shapes import From, shows
from service.usecases.publication import releases

QuarterText = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}Q[1-4]$")]


class QuarterBody(Body):
    """A quarter to release."""

    quarter: QuarterText = Field(description="A quarter that is over, such as 2026Q4.")

    def to_quarter(self) -> Quarter:
        """Return the quarter; raises InvalidInputError."""
        return Quarter.parse(self.quarter)


class TableBody(Body):
    """A table of a release."""

    service: Text = Field(description="The service that the table counts.")
    cut: Text = Field(description="Name of the cut (the kind of table).")


class ReleaseWithdrawalBody(Body):
    """Tables to withdraw from a release."""

    tables: tuple[TableBody, ...] = Field(strict=False, min_length=1, max_length=500)
    """The tables to withdraw."""
    note: str = Field(min_length=1, max_length=1_000)
    """The reason, as it is published."""


@shows(ReleasedCell)
class CellAnswer(Answer):
    """One class of a table."""


class TableAnswer(Answer):
    """One table that may be published about one service."""

    service: str = Field(description="The service that the table counts.")
    cut: str = Field(description="Name of the cut (the kind of table).")
    title: str = Field(description="Title of the table.")
    total: int | str
    """The total, rounded independently: the classes need not add up to it."""
    base: int = Field(description="The number to whose multiples the figures are rounded.")
    cells: tuple[CellAnswer, ...] = Field(description="The classes.")


class ReleaseAnswer(Answer):
    """A frozen release."""

    quarter: ShownText = Field(description="The quarter.")
    version: int
    """Version of the release, from 1; a later version withdraws tables."""
    rules: Annotated[str, From("content.rules")]
    """The set of tables and the disclosure-control policy that applied."""
    query_sha256: Annotated[str, From("content.query_sha256")]
    """SHA-256 of the query that was counted."""
    content_sha256: str = Field(description="SHA-256 of the published figures.")
    log_size: int = Field(description="Size of the log when the figures were counted.")
    log_root: str = Field(description="Root of the log when the figures were counted.")
    released_at: datetime = Field(description="When the quarter was released.")
    note: str = Field(description="Why a later version was made; empty for the first.")
    tables: Annotated[tuple[TableAnswer, ...], From("content.tables")]
    """The released tables."""


class ReleaseListAnswer(Answer):
    """All releases, newest first."""

    releases: tuple[ReleaseAnswer, ...]


router = CallRouter(prefix="/v1/publication/releases", tags=["figures"])

QuarterInPath = Annotated[
    str, InPath(pattern=r"^[0-9]{4}Q[1-4]$", description="Quarter, such as 2026Q4.")
]


@router.post("", status_code=201)
def post_statistics_release(call: Operator, body: BodyOf[QuarterBody]) -> ReleaseAnswer:
    """Release the figures of a quarter that is over; they can then no longer change."""
    return ReleaseAnswer.of(call.use(releases.release_quarter, body.to_quarter()))


@router.get("")
def get_statistics_releases(call: FigureReader) -> ReleaseListAnswer:
    """Return all releases, newest first."""
    found = call.use(releases.list_releases)
    return ReleaseListAnswer(releases=tuple(ReleaseAnswer.of(one) for one in found))


@router.get("/{quarter}")
def get_statistics_release(call: FigureReader, quarter: QuarterInPath) -> ReleaseAnswer:
    """Return the newest version of the release of a quarter."""
    return ReleaseAnswer.of(call.use(releases.show_release, Quarter.parse(quarter)))


@router.post("/{quarter}/withdrawal", errors.ConflictError, status_code=201)
def post_statistics_withdrawal(
    call: Operator, quarter: QuarterInPath, body: BodyOf[ReleaseWithdrawalBody]
) -> ReleaseAnswer:
    """Make a new version of a release without some of its tables; no figure changes."""
    tables = [(one.service, one.cut) for one in body.tables]
    found = call.use(releases.withdraw_tables, Quarter.parse(quarter), tables, body.note)
    return ReleaseAnswer.of(found)


Section = Annotated[str, StringConstraints(pattern=r"^s[0-9]{1,3}[A-Z]?$")]
Matter = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{0,40}$")]


class InformationAnswerBody(Body):
    """An answer to a request for information."""

    expected_version: int = Field(ge=1, description="The version that the caller has read.")
    outcome: InformationOutcome
    question: Reason
    """The question as it is published; it must not name the requester."""
    answer: Reason = Field(description="The answer as it is published.")
    exemptions: tuple[Section, ...] = Field(default=(), strict=False)
    """For a refusal, the sections of the Act, such as s40."""
    matter: Matter = ""
    """A code that requests on the same matter share, so that their hours are added up."""
    hours: int = Field(default=0, ge=0, le=10_000)
    """Hours spent finding, locating, retrieving and extracting the information."""
    is_counted_here: bool = False
    """Whether the statistics contain the information; cost is then no ground for refusal."""


class PublishedAnswerAnswer(Answer):
    """An entry of the disclosure log, without the requester."""

    answered_on: date = Field(description="The day of the answer.")
    outcome: InformationOutcome
    exemptions: tuple[str, ...] = Field(description="Sections of the Act that were used.")
    question: str = Field(description="The question as it is published.")
    answer: str = Field(description="The answer as it is published.")


class DisclosureLogAnswer(PageAnswer):
    """The disclosure log, newest first."""

    answers: tuple[PublishedAnswerAnswer, ...]
    next_before: Next


information = CallRouter(prefix="/v1/publication", tags=["figures"])


@information.post("/information/{request_id}/answer")
def post_information_answer(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[InformationAnswerBody]
) -> StateAnswer:
    """Answer a request for information, and publish the answer without the requester."""
    answer = body.to(InformationAnswer)
    return StateAnswer(
        state=call.carry_out(
            releases.answer_information, body, request_id=request_id, answer=answer
        )
    )


@information.get("/disclosure-log")
def get_disclosure_log(
    call: FigureReader, *, before: Before = None, limit: Limit = 50
) -> DisclosureLogAnswer:
    """Return the published answers, newest first."""
    return DisclosureLogAnswer.of(call.use(releases.disclosure_log, before=before, limit=limit))


ROUTERS = (router, information)
