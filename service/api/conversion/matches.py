"""The record to which a frame belongs: searched, proposed, read again, written."""

from __future__ import annotations

from fastapi import APIRouter

from domain.conversion.refusals import FoundSinceError, NotSearchableError
from domain.errors import (
    AwaitsWitnessError,
    ConflictError,
    DuplicatePositionError,
    EmptyProbeError,
    InvalidMinutiaeError,
    InvalidQualityError,
    InvalidTemplateError,
    NotFoundError,
    PayloadErasedError,
    SelfVerificationError,
    StaleRecordError,
    TooManyAttemptsError,
    UnknownTemplateFormatError,
    UnsupportedSearchError,
)
from domain.ids import FrameId
from service.api.authentication import FrameReconciler
from service.api.bodies import BodyOf
from service.api.conversion.frames_schemas import FrameStateAnswer
from service.api.conversion.matches_schemas import (
    FrameCandidateAnswer,
    FrameCandidatesAnswer,
    FrameSearchAnswer,
    FrameSearchBody,
    MatchBody,
    MatchReadingBody,
)
from service.api.documentation import INDEX_ERRORS, body_problems, call_problems
from service.api.parameters import IdInPath
from service.api.state import ServicesOf, StateOf
from service.usecases.conversion.matching import frame_candidates, search_frame
from service.usecases.conversion.proposing import propose_match, read_match, write_merged

router = APIRouter(prefix="/v1/conversion/frames/{frame_id}", tags=["conversion"])

_FRAME = (NotFoundError, ConflictError, PayloadErasedError)


@router.post(
    "/search",
    status_code=201,
    responses=body_problems(
        *_FRAME,
        *INDEX_ERRORS,
        NotSearchableError,
        DuplicatePositionError,
        EmptyProbeError,
        InvalidMinutiaeError,
        InvalidQualityError,
        InvalidTemplateError,
        TooManyAttemptsError,
        UnknownTemplateFormatError,
        UnsupportedSearchError,
    ),
)
def post_frame_search(
    caller: FrameReconciler, frame_id: IdInPath, body: BodyOf[FrameSearchBody], state: StateOf
) -> FrameSearchAnswer:
    """Search for the person of a frame: prints go to the examiners, details name candidates."""
    command = body.to_command(caller, FrameId(frame_id), state.services.prints)
    return FrameSearchAnswer(search_id=search_frame(state.services, command))


@router.get("/candidates", responses=call_problems(NotFoundError))
def get_frame_candidates(
    caller: FrameReconciler, frame_id: IdInPath, services: ServicesOf
) -> FrameCandidatesAnswer:
    """Return the candidates that details name, with the text of their records."""
    found = frame_candidates(services, caller, FrameId(frame_id))
    return FrameCandidatesAnswer(candidates=tuple(map(FrameCandidateAnswer.of, found)))


@router.post("/match", responses=body_problems(*_FRAME, AwaitsWitnessError, StaleRecordError))
def post_match(
    caller: FrameReconciler, frame_id: IdInPath, body: BodyOf[MatchBody], services: ServicesOf
) -> FrameStateAnswer:
    """Propose to which record a frame belongs; a link of two sealed decisions writes it."""
    state = propose_match(services, body.to_command(caller, FrameId(frame_id)))
    return FrameStateAnswer(state=state)


@router.post(
    "/match/reading",
    responses=body_problems(*_FRAME, FoundSinceError, SelfVerificationError, StaleRecordError),
)
def post_match_reading(
    caller: FrameReconciler,
    frame_id: IdInPath,
    body: BodyOf[MatchReadingBody],
    services: ServicesOf,
) -> FrameStateAnswer:
    """Agree with a proposal, or not: agreed, the frame is written to the record."""
    state = read_match(services, body.to_command(caller, FrameId(frame_id)))
    return FrameStateAnswer(state=state)


@router.post("/writing", responses=call_problems(*_FRAME, StaleRecordError))
def post_writing(
    caller: FrameReconciler, frame_id: IdInPath, services: ServicesOf
) -> FrameStateAnswer:
    """Write a frame of a merge case, once its two records are one."""
    return FrameStateAnswer(state=write_merged(services, caller, FrameId(frame_id)))
