"""Forces search by names, dates and identifiers, without prints."""

from typing import Annotated

from fastapi import APIRouter, Response

from domain.errors import EmptyProbeError, IdempotencyConflictError, InvalidDateError
from domain.searches.evidence import Band
from service.api.access.direct_calls import DirectRoute
from service.api.authentication import NamesEnquirer
from service.api.base import Answer, Body, created
from service.api.bodies import BodyOf, IdempotencyOf
from service.api.documentation import INDEX_ERRORS, body_problems, found_at
from service.api.links.links import OwnerAnswer
from service.api.people.records_schemas import DetailsBody
from service.api.shapes import From
from service.usecases.searches.enquiries import enquire


class EnquiryBody(Body):
    """A search by details only."""

    details: Annotated[DetailsBody, From("said")]


class NamedCandidateAnswer(Answer):
    """A possible person: a band of likelihood, and the force to contact."""

    candidate_id: str
    band: Band
    owner: OwnerAnswer
    record_id: str | None
    """The record's id, if the caller's own force holds the record."""


class EnquiryResultAnswer(Answer):
    """Possible people, grouped by band and in no order within a band."""

    search_id: str
    candidates: tuple[NamedCandidateAnswer, ...]
    waiting: int
    """The number of items that may be about the person and still wait to be attached to a record;
    none of them is on record yet. Ask the office about them."""


router = APIRouter(prefix="/v1/names-enquiries", tags=["force"], route_class=DirectRoute)


@router.post(
    "",
    status_code=201,
    response_model=EnquiryResultAnswer,
    responses=body_problems(
        EmptyProbeError, InvalidDateError, IdempotencyConflictError, *INDEX_ERRORS
    )
    | found_at(201),
)
def post_names_enquiry(
    call: NamesEnquirer, body: BodyOf[EnquiryBody], key: IdempotencyOf
) -> Response:
    """Search the records by details only; the answer names forces, and no people or scores."""
    answer = call.carry_out(enquire, body, idempotency=key)
    return created(EnquiryResultAnswer.of(answer), f"/v1/searches/{answer.search_id}")
