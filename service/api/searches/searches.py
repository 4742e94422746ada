"""Forces submit searches by prints, or by names without prints, and read the outcome.

The outcome of a search, and its prints, as ANSI/NIST-ITL transactions.
"""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Response

from domain import errors
from domain.access.access import Caller, Purpose
from domain.ids import CandidateId, SearchId
from domain.office_days import office_day
from domain.prints.prints import ImpressionType
from domain.searches.evidence import Band
from domain.searches.searches import Probe, SearchOutcome, SearchState, SearchType
from service.adapters.prints.nist_writer import Heading, SentImage, transaction
from service.api import documentation
from service.api.access.direct_calls import DirectRoute
from service.api.authentication import NamesEnquirer, Searcher, SearchReader
from service.api.base import Answer, Body, Next, PageAnswer, Reference, created
from service.api.bodies import Before, BodyOf, IdempotencyOf, IdInPath, Limit, ReferenceFilter
from service.api.call_routes import BODY_ERRORS, CAPTURE_ERRORS, INDEX_ERRORS, CallRouter, found_at
from service.api.links import LinkAnswer, OwnerAnswer
from service.api.people.capture_bodies import Notes, Sent, capture_body
from service.api.people.captures import CapturedImpressions, ReadCapture, read_capture, read_files
from service.api.people.encounters import AGENCY, BINARY, NIST_TYPE
from service.api.people.records_schemas import DetailsBody
from service.api.shapes import From, shows
from service.api.state import StateOf
from service.usecases.idempotency import IdempotencyKey
from service.usecases.links import outcomes
from service.usecases.searches.enquiries import EnquiryAnswer, enquire
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

    search_id: SearchId
    state: SearchState
    notes: Notes = ()


class SearchAnswer(Answer):
    """The state of a search; `not linked` never means that there is no record."""

    of_part = "search"

    search_id: SearchId
    search_type: SearchType
    submitted_at: datetime
    """When the search was submitted."""
    purpose: Purpose
    on_behalf_of: str
    """The person behind the call, from the header of the call."""
    state: SearchState
    outcome: SearchOutcome | None
    """Linked or not linked; null until the case is concluded."""
    link: Annotated[LinkAnswer | None, From("linked")]
    """The confirmed link; null if there is none."""
    reference: Annotated[str, From("reference")]
    """The client's own reference; empty if none was given, or once it has been erased."""


class SearchListAnswer(PageAnswer):
    """A page of searches, newest first."""

    searches: tuple[SearchAnswer, ...]
    next_before: Next


router = CallRouter(prefix="/v1/searches", tags=["force"], route_class=DirectRoute)


@router.post(
    "",
    *BODY_ERRORS,
    *CAPTURE_ERRORS,
    errors.InvalidDateError,
    status_code=201,
    response_model=SubmittedAnswer,
    openapi_extra=documentation.takes_capture(SearchBody),
    responses=found_at(201),
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
        state = outcomes.submitted_state(services, call.caller, search_id)
    answer = SubmittedAnswer.model_validate(
        {"search_id": search_id, "state": state, "notes": capture.notes}
    )
    return created(answer, f"/v1/searches/{search_id}")


@router.get("")
def list_searches(
    call: SearchReader, limit: Limit = 50, before: Before = None, reference: ReferenceFilter = None
) -> SearchListAnswer:
    """Return the searches of the caller's force, newest first."""
    return SearchListAnswer.of(
        call.use(outcomes.search_standings, before=before, limit=limit, reference=reference)
    )


@router.get("/{search_id}")
def get_search(call: SearchReader, search_id: IdInPath) -> SearchAnswer:
    """Return the state of a search of the caller's force."""
    return SearchAnswer.of(call.use(outcomes.search_standing, SearchId(search_id)))


class EnquiryBody(Body):
    """A search by details only."""

    details: Annotated[DetailsBody, From("said")]
    """Names, dates and numbers to search with."""


class NamedCandidateAnswer(Answer):
    """A possible person: a band of likelihood, and the force to contact."""

    candidate_id: CandidateId
    band: Band
    owner: OwnerAnswer
    record_id: str | None
    """The record's id, if the caller's own force holds the record."""


@shows(EnquiryAnswer)
class EnquiryResultAnswer(Answer):
    """Possible people, grouped by band and in no order within a band."""

    candidates: tuple[NamedCandidateAnswer, ...]
    """People that the search found, for those who may see them."""


enquiries = CallRouter(prefix="/v1/names-enquiries", tags=["force"], route_class=DirectRoute)


@enquiries.post(
    "",
    errors.InvalidDateError,
    *INDEX_ERRORS,
    status_code=201,
    response_model=EnquiryResultAnswer,
    responses=found_at(201),
)
def post_names_enquiry(
    call: NamesEnquirer, body: BodyOf[EnquiryBody], key: IdempotencyOf
) -> Response:
    """Search the records by details only; the answer names forces, and no people or scores."""
    answer = call.carry_out(enquire, body, idempotency=key)
    return created(EnquiryResultAnswer.of(answer), f"/v1/searches/{answer.search_id}")


answers = CallRouter(prefix="/v1/searches", tags=["force"])

_FINDING, _MESSAGE = 59, 60
"""Type 2 fields in the FBI's EBTS: search results findings (SRF) and status message (MSG)."""

_FINDINGS = {SearchOutcome.LINKED: "I", SearchOutcome.NOT_LINKED: "N"}


@answers.get(
    "/{search_id}/answer", errors.ConflictError, response_class=Response, responses=BINARY
)
def get_answer(call: SearchReader, search_id: IdInPath) -> Response:
    """Return the outcome of a concluded search of the caller's force as a transaction (SRE).

    Its type 1 record gives the search's reference as the transaction that it answers (TCR); its
    type 2 record gives the outcome. 409 while examiners are still working on the search.
    """
    standing = call.use(outcomes.search_standing, SearchId(search_id))
    outcome = standing.search.outcome
    if outcome is None:
        raise errors.ConflictError("The search is not concluded yet: try again later.")
    fields = [(_FINDING, _FINDINGS[outcome]), (_MESSAGE, _words(standing))]
    return Response(transaction(_heading(call, standing, "SRE"), fields), media_type=NIST_TYPE)


@answers.get("/{search_id}/prints", response_class=Response, responses=BINARY)
def get_search_prints(call: SearchReader, search_id: IdInPath) -> Response:
    """Return the pictures that a search of the caller's force was made with, as a transaction.

    It has types 1, 2 and 14, or 13 for a mark, without details of the person, and type 9 if people
    marked features in a picture before it was sent here. 404 if no picture is stored.
    """
    standing, images = call.use(outcomes.search_prints, SearchId(search_id))
    day = office_day(standing.search.submitted_at)
    sent = [SentImage(image, one.impression_type, day) for one, image in images]
    return Response(transaction(_heading(call, standing, "CAR"), [], sent), media_type=NIST_TYPE)


def _heading(call: SearchReader, standing: outcomes.SearchStanding, kind: str) -> Heading:
    return Heading(
        kind,
        call.services.today(),
        str(call.caller.actor.force or ""),
        AGENCY,
        standing.search.search_id,
        answers=standing.reference,
    )


def _words(standing: outcomes.SearchStanding) -> str:
    """Return the outcome in words: linked, or not linked, which says nothing about records."""
    if standing.search.outcome is SearchOutcome.NOT_LINKED:
        return "NOT LINKED. THIS DOES NOT MEAN THAT THERE IS NO RECORD."
    link = standing.linked
    return "LINKED" if link is None else f"LINKED, LINK {link.link.link_id}"
