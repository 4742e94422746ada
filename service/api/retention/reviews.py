"""Case officers review cases without a rule: opened, proposed by one, agreed with by another."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from domain.errors import (
    InvalidDateError,
    NotFoundError,
    NotReleasableError,
    RequestStepError,
    SelfVerificationError,
    StaleRequestError,
)
from domain.ids import PersonId, RequestId
from domain.retention import ReviewDecision, ReviewGround, Ruling
from service.api.authentication import RequestReader, RequestWorker
from service.api.base import Answer, Body, DateText, LongText, Reason
from service.api.bodies import BodyOf
from service.api.documentation import body_problems, call_problems
from service.api.parameters import IdInPath
from service.api.requests.request_steps_schemas import StateAnswer
from service.api.shapes import From
from service.usecases.requests.deciding import ReadSecond
from service.usecases.retention.due import Fate, show_bases
from service.usecases.retention.reviewing import (
    ProposeRuling,
    open_reviews,
    propose_ruling,
    read_ruling,
)


class KeepingAnswer(Answer):
    """The longest basis of one event."""

    reference: Annotated[str, From("prints.reference")] = Field(
        description="The arrest summons number, or the conviction."
    )
    on: Annotated[date, From("prints.taken_on")]
    situation: Annotated[str, From("prints.situation.value")]
    keep: Annotated[str, From("keep.words")] = Field(
        description="destroy, until, while consented, while open, review, indefinite or other"
        " regime."
    )
    last_day: date | None = Field(description="The last lawful day, with `until`.")
    provision: str


class BasesAnswer(Answer):
    """How long data of a person may be kept, as of today."""

    on: date
    fate: Annotated[Fate, From("standing.fate")] = Field(
        description="Kept, due, or for a person to review."
    )
    provision: Annotated[str, From("standing.provision")] = Field(description="What decides.")
    last_day: Annotated[date | None, From("standing.last_day")] = Field(
        description="The last lawful day; null without one."
    )
    events: Annotated[tuple[KeepingAnswer, ...], From("standing.bases")]
    records: tuple[str, ...] = Field(description="Records, kept on the longest basis.")
    captures: tuple[str, ...] = Field(description="Captures, kept on the longest basis.")


class OpenedReviewsAnswer(Answer):
    """The reviews that were opened."""

    request_ids: tuple[str, ...]


class RulingBody(Body):
    """The proposal of one person."""

    expected_version: int = Field(ge=1, description="The version that the caller has read.")
    decision: ReviewDecision
    ground: ReviewGround
    reason: Reason = Field(description="In words, kept sealed.")
    next_on: DateText | None = Field(
        default=None, description="The day of the next review; none with an erasure."
    )


class RulingReadingBody(Body):
    """A second person's reading."""

    expected_version: int = Field(ge=1, description="The version that the caller has read.")
    agrees: bool
    words: LongText = Field(default="", description="Why not, where the reader does not agree.")


router = APIRouter(prefix="/v1/retention", tags=["case officer"])

_STEP = (NotFoundError, StaleRequestError, RequestStepError)


@router.get("/people/{person_id}", responses=call_problems(NotFoundError))
def get_bases(call: RequestReader, person_id: IdInPath) -> BasesAnswer:
    """Return the basis of each event of a person, and the longest, as of today."""
    return BasesAnswer.of(show_bases(call.services, call.caller, PersonId(person_id)))


@router.post("/reviews", status_code=201, responses=call_problems())
def post_reviews(call: RequestWorker) -> OpenedReviewsAnswer:
    """Open a review of everybody without a deciding rule or an open review, 200 at a time."""
    return OpenedReviewsAnswer(request_ids=open_reviews(call.services, call.caller))


@router.post("/reviews/{request_id}/proposal", responses=body_problems(*_STEP, InvalidDateError))
def post_ruling(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[RulingBody]
) -> StateAnswer:
    """Propose whether data of a person is kept, restricted or erased, with a reason."""
    command = body.to(
        ProposeRuling, caller=call.caller, request_id=RequestId(request_id), ruling=body.to(Ruling)
    )
    return StateAnswer(state=propose_ruling(call.services, command))


@router.post(
    "/reviews/{request_id}/second-reading",
    responses=body_problems(*_STEP, SelfVerificationError, NotReleasableError),
)
def post_ruling_reading(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[RulingReadingBody]
) -> StateAnswer:
    """Agree with another person's proposal, so that it is in force, or send it back."""
    command = body.to(ReadSecond, caller=call.caller, request_id=RequestId(request_id))
    return StateAnswer(state=read_ruling(call.services, command))
