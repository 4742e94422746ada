"""Forces submit searches by prints, and read the outcome."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from domain import errors
from domain.access.access import Caller, Purpose
from domain.ids import SearchId
from domain.prints.prints import ImpressionType
from domain.searches.searches import Probe, SearchOutcome, SearchState, SearchType
from service.api import documentation
from service.api.access.direct_calls import DirectRoute
from service.api.authentication import Searcher, SearchReader
from service.api.base import Answer, Body, Next, PageAnswer, Reference, created
from service.api.bodies import IdempotencyOf
from service.api.links.links import LinkAnswer
from service.api.parameters import Before, IdInPath, Limit, ReferenceFilter
from service.api.people.capture_bodies import Notes, Sent, capture_body
from service.api.people.captures import CapturedImpressions, ReadCapture, read_capture, read_files
from service.api.people.records_schemas import DetailsBody
from service.api.shapes import From
from service.api.state import StateOf
from service.usecases.idempotency import IdempotencyKey
from service.usecases.links.outcomes import search_standing, search_standings, submitted_state
from service.usecases.searches.searching import SubmitSearch, submit


class SearchBody(Body):
    """A request to search by prints; names enquiries have a separate call."""

    search_type: SearchType
    impressions: CapturedImpressions = ()
    details: DetailsBody = DetailsBody()
    """The details that the person stated."""
    reference: Reference | None = None

    @property
    def usual_type(self) -> ImpressionType:
        """The impression type of a print whose file does not state it."""
        return ImpressionType.LATENT if self.search_type.has_mark_probe else ImpressionType.PLAIN

    def to_command(
        self, caller: Caller, key: IdempotencyKey | None, capture: ReadCapture
    ) -> SubmitSearch:
        """Return the command; raises InvalidInputError with a pointer."""
        probe = self.to(Probe, impressions=capture.impressions)
        kept = {"images": capture.images, "minutiae": capture.minutiae}
        return self.to(SubmitSearch, caller=caller, probe=probe, idempotency=key, **kept)


class SubmittedAnswer(Answer):
    """The immediate answer to a force."""

    search_id: str
    state: SearchState
    notes: Notes = ()


class SearchAnswer(Answer):
    """The state of a search; `not linked` never means that there is no record."""

    of_part = "search"

    search_id: str
    search_type: SearchType
    submitted_at: datetime
    purpose: Purpose
    on_behalf_of: str
    state: SearchState
    outcome: SearchOutcome | None
    link: Annotated[LinkAnswer | None, From("linked")]
    reference: Annotated[str, From("reference")]
    """The client's own reference; empty if none was given, or once it has been erased."""


class SearchListAnswer(PageAnswer):
    """A page of searches, newest first."""

    searches: tuple[SearchAnswer, ...]
    next_before: Next


router = APIRouter(prefix="/v1/searches", tags=["force"], route_class=DirectRoute)


@router.post(
    "",
    status_code=201,
    response_model=SubmittedAnswer,
    openapi_extra=documentation.takes_capture(SearchBody),
    responses=documentation.body_problems(
        *documentation.CAPTURE_ERRORS,
        errors.UnsupportedSearchError,
        errors.InvalidDateError,
        errors.IdempotencyConflictError,
        errors.TooManyAttemptsError,
    )
    | documentation.found_at(201),
)
def post_search(
    call: Searcher,
    sent: Annotated[Sent[SearchBody], Depends(capture_body(SearchBody))],
    key: IdempotencyOf,
    api: StateOf,
) -> Response:
    """Search with prints; examiners decide, and the outcome can be read at the Location."""
    services = api.services
    body = sent.body
    if sent.files:
        capture = read_files(sent.files, services.prints, body.usual_type)
    else:
        capture = read_capture(body.impressions, services.prints)
    submitted = submit(services, body.to_command(call.caller, key, capture))
    search_id, state = submitted.search_id, submitted.state
    if state is None:
        state = submitted_state(services, call.caller, search_id)
    answer = SubmittedAnswer.model_validate(
        {"search_id": search_id, "state": state, "notes": capture.notes}
    )
    return created(answer, f"/v1/searches/{search_id}")


@router.get("", responses=documentation.call_problems())
def list_searches(
    call: SearchReader, limit: Limit = 50, before: Before = None, reference: ReferenceFilter = None
) -> SearchListAnswer:
    """Return the searches of the caller's force, newest first."""
    return SearchListAnswer.of(
        call.use(search_standings, before=before, limit=limit, reference=reference)
    )


@router.get("/{search_id}", responses=documentation.call_problems(errors.NotFoundError))
def get_search(call: SearchReader, search_id: IdInPath) -> SearchAnswer:
    """Return the state of a search of the caller's force."""
    return SearchAnswer.of(call.use(search_standing, SearchId(search_id)))
