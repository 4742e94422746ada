"""Forces search, and read the outcome."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from domain.errors import (
    DuplicatePositionError,
    EmptyProbeError,
    IdempotencyConflictError,
    InvalidDateError,
    InvalidMinutiaeError,
    InvalidQualityError,
    InvalidTemplateError,
    NotFoundError,
    PrintsBusyError,
    TooManyAttemptsError,
    UnknownTemplateFormatError,
    UnreadablePrintError,
    UnsupportedSearchError,
)
from domain.ids import SearchId
from service.api.access.direct_route import DirectRoute
from service.api.authentication import Searcher, SearchReader
from service.api.base import created
from service.api.bodies import IdempotencyOf
from service.api.documentation import (
    INDEX_ERRORS,
    body_problems,
    call_problems,
    found_at,
    takes_capture,
)
from service.api.parameters import Before, IdInPath, Limit, ReferenceFilter
from service.api.people.capture_bodies import Sent, capture_body
from service.api.people.captures import read_capture, read_files
from service.api.searches.searches_schemas import (
    SearchAnswer,
    SearchBody,
    SearchListAnswer,
    SubmittedAnswer,
)
from service.api.state import ServicesOf, StateOf
from service.usecases.links.outcomes import search_standing, search_standings, submitted_state
from service.usecases.searches.searching import submit

router = APIRouter(prefix="/v1/searches", tags=["force"], route_class=DirectRoute)


@router.post(
    "",
    status_code=201,
    response_model=SubmittedAnswer,
    openapi_extra=takes_capture(SearchBody),
    responses=body_problems(
        EmptyProbeError,
        UnsupportedSearchError,
        InvalidTemplateError,
        UnknownTemplateFormatError,
        DuplicatePositionError,
        InvalidMinutiaeError,
        UnreadablePrintError,
        PrintsBusyError,
        InvalidQualityError,
        InvalidDateError,
        IdempotencyConflictError,
        TooManyAttemptsError,
        *INDEX_ERRORS,
    )
    | found_at(201),
)
def post_search(
    caller: Searcher,
    sent: Annotated[Sent[SearchBody], Depends(capture_body(SearchBody))],
    key: IdempotencyOf,
    api: StateOf,
) -> Response:
    """Search with prints; examiners decide, and the outcome is read at the Location."""
    services = api.services
    body = sent.body
    if sent.files:
        capture = read_files(sent.files, services.prints, body.usual_type)
    else:
        capture = read_capture(body.impressions, services.prints)
    submitted = submit(services, body.to_command(caller, key, capture))
    search_id, state = submitted.search_id, submitted.state
    if state is None:
        state = submitted_state(services, caller, search_id)
    answer = SubmittedAnswer.model_validate(
        {"search_id": search_id, "state": state, "notes": capture.notes}
    )
    return created(answer, f"/v1/searches/{search_id}")


@router.get("", responses=call_problems())
def list_searches(
    caller: SearchReader,
    services: ServicesOf,
    limit: Limit = 50,
    before: Before = None,
    reference: ReferenceFilter = None,
) -> SearchListAnswer:
    """Return the searches of the caller's force, newest first."""
    return SearchListAnswer.of(
        search_standings(services, caller, before=before, limit=limit, reference=reference)
    )


@router.get("/{search_id}", responses=call_problems(NotFoundError))
def get_search(caller: SearchReader, search_id: IdInPath, services: ServicesOf) -> SearchAnswer:
    """Return how a search of the caller's force stands."""
    return SearchAnswer.of(search_standing(services, caller, SearchId(search_id)))
