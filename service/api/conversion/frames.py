"""Frames: received, shown, keyed and settled."""

from typing import Any

from fastapi import APIRouter, Response

from domain import errors
from domain.conversion.content import Codes
from domain.ids import FrameId, LotId, RecordId
from service.api.authentication import (
    ConversionReader,
    FrameKeyer,
    FrameReconciler,
    FrameScanner,
    FrameSeer,
)
from service.api.bodies import BodyOf, IdInPath, Limit
from service.api.conversion.frames_schemas import (
    CodesBody,
    FormBody,
    FrameBody,
    FrameIdAnswer,
    FramesAnswer,
    FrameStateAnswer,
    FrameViewAnswer,
    ItemSourcesAnswer,
)
from service.api.documentation import body_problems, call_problems
from service.usecases.conversion import settling
from service.usecases.conversion.lots import frame_image, receive_frame, record_sources
from service.usecases.conversion.matching import KeyFrame, frames_to_key, key_frame

router = APIRouter(prefix="/v1/conversion", tags=["conversion"])

_FRAME = (errors.NotFoundError, errors.ConflictError)

_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The picture as it was scanned.",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in ("image/png", "image/jpeg")
        },
    }
}


@router.post("/frames", status_code=201, responses=body_problems(*_FRAME))
def post_frame(call: FrameScanner, body: BodyOf[FrameBody]) -> FrameIdAnswer:
    """Send a frame of a lot; sending the same frame again makes no second frame."""
    frame_id = call.carry_out(receive_frame, body, image=body.image())
    return FrameIdAnswer(frame_id=frame_id)


@router.get("/lots/{lot_id}/frames-to-key", responses=call_problems(errors.NotFoundError))
def get_frames_to_key(call: FrameKeyer, lot_id: IdInPath, *, limit: Limit = 50) -> FramesAnswer:
    """Return the frames that the caller may key, those already keyed once first."""
    found = call.use(frames_to_key, LotId(lot_id), limit=limit)
    return FramesAnswer(frames=found)


@router.get("/lots/{lot_id}/frames-to-settle", responses=call_problems(errors.NotFoundError))
def get_frames_to_settle(
    call: FrameReconciler, lot_id: IdInPath, *, limit: Limit = 50
) -> FramesAnswer:
    """Return the frames that await a reconciler."""
    found = call.use(settling.frames_to_settle, LotId(lot_id), limit=limit)
    return FramesAnswer(frames=found)


@router.get(
    "/frames/{frame_id}/image",
    response_class=Response,
    responses={**_PICTURE, **call_problems(errors.NotFoundError, errors.PayloadErasedError)},
)
def get_frame_image(call: FrameSeer, frame_id: IdInPath) -> Response:
    """Return the picture of a frame."""
    image, media_type = call.use(frame_image, FrameId(frame_id))
    return Response(image, media_type=media_type)


@router.post("/frames/{frame_id}/keyings", responses=body_problems(*_FRAME))
def post_keying(call: FrameKeyer, frame_id: IdInPath, body: BodyOf[FormBody]) -> FrameStateAnswer:
    """Key a frame without seeing the other keying."""
    command = KeyFrame(call.caller, FrameId(frame_id), body.form(), body.fault)
    return FrameStateAnswer(state=key_frame(call.services, command))


@router.get("/frames/{frame_id}", responses=call_problems(errors.NotFoundError))
def get_frame(call: FrameReconciler, frame_id: IdInPath) -> FrameViewAnswer:
    """Return a frame with its two keyings, or as it was settled."""
    return FrameViewAnswer.of(call.use(settling.show_frame, FrameId(frame_id)))


@router.post(
    "/frames/{frame_id}/settlement",
    responses=body_problems(*_FRAME, errors.SelfVerificationError, errors.PayloadErasedError),
)
def post_settlement(
    call: FrameReconciler, frame_id: IdInPath, body: BodyOf[FormBody]
) -> FrameStateAnswer:
    """Settle a frame whose two keyings differ."""
    command = settling.SettleFrame(call.caller, FrameId(frame_id), body.form(), body.fault)
    return FrameStateAnswer(state=settling.settle_frame(call.services, command))


@router.post(
    "/frames/{frame_id}/codes", responses=body_problems(*_FRAME, errors.PayloadErasedError)
)
def post_codes(
    call: FrameReconciler, frame_id: IdInPath, body: BodyOf[CodesBody]
) -> FrameStateAnswer:
    """Give codes to texts that are in no table of codes, or leave them as text."""
    command = settling.CodeFrame(call.caller, FrameId(frame_id), body.to(Codes))
    return FrameStateAnswer(state=settling.code_frame(call.services, command))


@router.get("/records/{record_id}/sources", responses=call_problems(errors.NotFoundError))
def get_sources(call: ConversionReader, record_id: IdInPath) -> ItemSourcesAnswer:
    """Return the frames that the items of a record come from, with the people who read them."""
    found = call.use(record_sources, RecordId(record_id))
    return ItemSourcesAnswer(sources=found)
