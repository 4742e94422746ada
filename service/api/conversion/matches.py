"""The record that a frame belongs to: searched for, proposed, checked, written."""

from typing import Annotated

from pydantic import Field

from domain import errors
from domain.conversion.frames import MatchOutcome
from domain.ids import CandidateId, FrameId, RecordId, SearchId
from domain.searches.evidence import Band
from service.api.authentication import FrameReconciler
from service.api.base import Answer, Body, LongText, OpaqueId, ShownText
from service.api.bodies import BodyOf, IdInPath
from service.api.call_routes import CAPTURE_ERRORS, CallRouter
from service.api.conversion.frames import FrameStateAnswer
from service.api.people.captures import CapturedImpressions, read_capture
from service.api.shapes import From
from service.api.state import StateOf
from service.usecases.conversion import matching, proposing


class FrameSearchBody(Body):
    """A search for the person on a frame: by prints if there are any, otherwise by details."""

    impressions: CapturedImpressions = ()


class FrameSearchAnswer(Answer):
    """The search that was started."""

    search_id: SearchId


class FrameCandidateAnswer(Answer):
    """A candidate to compare with the frame."""

    candidate_id: CandidateId
    band: Band
    owner: str = Field(description="The force that holds the record.")
    record_id: RecordId
    names: Annotated[tuple[str, ...], From("details.names.display")]
    """Names on record, the main name first."""
    dates_of_birth: Annotated[tuple[ShownText, ...], From("details.dates_of_birth")]
    """Dates of birth, as stated or on record."""
    place_of_birth: Annotated[str, From("details.place_of_birth")]
    """Place of birth."""
    cro_numbers: Annotated[tuple[str, ...], From("details.cro_numbers")]
    """Criminal Records Office numbers."""
    convictions: int = Field(description="The number of convictions on the record.")


class FrameCandidatesAnswer(Answer):
    """Candidates of a search by details, grouped by band and in no order within a band."""

    candidates: tuple[FrameCandidateAnswer, ...]


class MatchBody(Body):
    """The record that a frame belongs to."""

    outcome: MatchOutcome
    candidate_id: OpaqueId | None = None
    """Id of the candidate within its search."""
    other_candidate_id: OpaqueId | None = None
    """The second of two records of the same person."""
    words: LongText = Field(default="", description="Reasons, for the second person.")


class MatchReadingBody(Body):
    """A second person's answer to a proposal."""

    agrees: bool
    """Whether the second person agrees, so that the proposal takes effect."""


router = CallRouter(prefix="/v1/conversion/frames/{frame_id}", tags=["conversion"])


@router.post(
    "/search",
    *CAPTURE_ERRORS,
    errors.TooManyAttemptsError,
    errors.UnsupportedSearchError,
    status_code=201,
)
def post_frame_search(
    call: FrameReconciler, frame_id: IdInPath, body: BodyOf[FrameSearchBody], state: StateOf
) -> FrameSearchAnswer:
    """Search for the person on a frame: prints go to the examiners, details give candidates."""
    prints = read_capture(body.impressions, state.services.prints).kept()
    command = matching.SearchFrame(call.caller, FrameId(frame_id), prints)
    return FrameSearchAnswer(search_id=matching.search_frame(state.services, command))


@router.get("/candidates")
def get_frame_candidates(call: FrameReconciler, frame_id: IdInPath) -> FrameCandidatesAnswer:
    """Return the candidates found by personal details, with the text of their records."""
    found = call.use(matching.frame_candidates, FrameId(frame_id))
    return FrameCandidatesAnswer(candidates=tuple(map(FrameCandidateAnswer.of, found)))


@router.post("/match", errors.PayloadErasedError, errors.StaleRecordError)
def post_match(
    call: FrameReconciler, frame_id: IdInPath, body: BodyOf[MatchBody]
) -> FrameStateAnswer:
    """Propose a frame's record; it is written only after a link by two sealed decisions."""
    state = call.carry_out(proposing.propose_match, body, frame_id=frame_id)
    return FrameStateAnswer(state=state)


@router.post("/match/reading")
def post_match_reading(
    call: FrameReconciler, frame_id: IdInPath, body: BodyOf[MatchReadingBody]
) -> FrameStateAnswer:
    """Agree with a proposal or reject it; if you agree, the frame is written to the record."""
    state = proposing.read_match(
        call.services, proposing.ReadMatch(call.caller, FrameId(frame_id), body.agrees)
    )
    return FrameStateAnswer(state=state)


@router.post("/writing", errors.PayloadErasedError, errors.StaleRecordError)
def post_writing(call: FrameReconciler, frame_id: IdInPath) -> FrameStateAnswer:
    """Write a frame of a merge case, once its two records have been merged."""
    return FrameStateAnswer(state=call.use(proposing.write_merged, FrameId(frame_id)))
