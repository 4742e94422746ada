"""Forces ask by names, dates and identifiers alone."""

from __future__ import annotations

from fastapi import APIRouter, Response

from domain.errors import EmptyProbeError, IdempotencyConflictError, InvalidDateError
from service.api.access.direct_route import DirectRoute
from service.api.authentication import NamesEnquirer
from service.api.base import created
from service.api.bodies import BodyOf, IdempotencyOf
from service.api.documentation import INDEX_ERRORS, body_problems, found_at
from service.api.searches.enquiries_schemas import EnquiryBody, EnquiryResultAnswer
from service.api.state import ServicesOf
from service.usecases.searches.enquiries import enquire

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
    caller: NamesEnquirer, body: BodyOf[EnquiryBody], key: IdempotencyOf, services: ServicesOf
) -> Response:
    """Search the records by details alone; the answer names owners, never persons or scores."""
    answer = enquire(services, body.to_command(caller, key))
    return created(EnquiryResultAnswer.of(answer), f"/v1/searches/{answer.search_id}")
