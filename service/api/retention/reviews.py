"""Case officers review cases without a rule: opened, proposed by one, agreed with by another."""

from __future__ import annotations

from fastapi import APIRouter

from domain.errors import (
    InvalidDateError,
    NotFoundError,
    NotReleasableError,
    RequestStepError,
    SelfVerificationError,
    StaleRequestError,
)
from domain.ids import PersonId, RequestId
from service.api.authentication import RequestReader, RequestWorker
from service.api.bodies import BodyOf
from service.api.documentation import body_problems, call_problems
from service.api.parameters import IdInPath
from service.api.requests.request_steps_schemas import StateAnswer
from service.api.retention.reviews_schemas import (
    BasesAnswer,
    OpenedReviewsAnswer,
    RulingBody,
    RulingReadingBody,
)
from service.api.state import ServicesOf
from service.usecases.retention.bases import show_bases
from service.usecases.retention.reviewing import open_reviews, propose_ruling, read_ruling

router = APIRouter(prefix="/v1/retention", tags=["case officer"])

_STEP = (NotFoundError, StaleRequestError, RequestStepError)


@router.get("/people/{person_id}", responses=call_problems(NotFoundError))
def get_bases(caller: RequestReader, person_id: IdInPath, services: ServicesOf) -> BasesAnswer:
    """Return the basis of each event of a person, and the longest, as of today."""
    return BasesAnswer.of(show_bases(services, caller, PersonId(person_id)))


@router.post("/reviews", status_code=201, responses=call_problems())
def post_reviews(caller: RequestWorker, services: ServicesOf) -> OpenedReviewsAnswer:
    """Open a review of everybody without a deciding rule or an open review, 200 at a time."""
    return OpenedReviewsAnswer(request_ids=open_reviews(services, caller))


@router.post("/reviews/{request_id}/proposal", responses=body_problems(*_STEP, InvalidDateError))
def post_ruling(
    caller: RequestWorker, request_id: IdInPath, body: BodyOf[RulingBody], services: ServicesOf
) -> StateAnswer:
    """Propose whether data of a person is kept, restricted or erased, with a reason."""
    command = body.to_command(caller, RequestId(request_id))
    return StateAnswer(state=propose_ruling(services, command))


@router.post(
    "/reviews/{request_id}/second-reading",
    responses=body_problems(*_STEP, SelfVerificationError, NotReleasableError),
)
def post_ruling_reading(
    caller: RequestWorker,
    request_id: IdInPath,
    body: BodyOf[RulingReadingBody],
    services: ServicesOf,
) -> StateAnswer:
    """Agree with another person's proposal, so that it is in force, or send it back."""
    command = body.to_command(caller, RequestId(request_id))
    return StateAnswer(state=read_ruling(services, command))
