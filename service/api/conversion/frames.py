"""Frames: received, shown, keyed and settled."""

import base64
from typing import Annotated

from fastapi import Response
from pydantic import BeforeValidator, Field, StringConstraints

from domain.conversion.content import Codes, ItemSource
from domain.conversion.form import Form, FormField, FrameFault, Written
from domain.conversion.frames import Frame, FrameState, Match
from domain.errors import InvalidInputError
from domain.ids import FrameId, LotId, RecordId
from service.api import authentication
from service.api.base import Answer, Body, OpaqueId
from service.api.bodies import BodyOf, IdInPath, Limit
from service.api.call_routes import CallRouter, file_of
from service.api.shapes import From, shows
from service.usecases.conversion import lots, matching, settling, writing

_MOST_BASE64 = 4 * (lots.MOST_BYTES // 3 + 1)

HistoricCode = Annotated[
    str,
    Field(pattern=r"^([A-Z0-9][A-Z0-9.]{0,15})?$", description="Empty: only the text is stored."),
]


class FrameBody(Body):
    """A frame as the scanning station sends it."""

    lot_id: OpaqueId
    """Opaque id of the lot."""
    number: Annotated[int, Field(ge=1, le=100_000, description="Position on the roll.")]
    part: Annotated[int, Field(ge=0, le=9)] = 0
    """0 for the frame; 1 to 9 for one of its sheets."""
    picture: Annotated[
        str,
        StringConstraints(max_length=_MOST_BASE64),
        Field(json_schema_extra={"contentEncoding": "base64"}),
    ]
    """PNG or JPEG, base64 with padding."""
    picture_sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$"), From("sha256")] = ""
    """SHA-256 of the picture; it is checked on receipt."""

    def image(self) -> bytes:
        """Return the bytes of the picture; raises InvalidInputError with a pointer."""
        try:
            return base64.b64decode(self.picture, validate=True)
        except ValueError:
            raise InvalidInputError(
                "The image is not base64: encode it again.", pointer="/picture"
            ) from None


class FrameIdAnswer(Answer):
    """The id of a frame."""

    frame_id: FrameId


@shows(Frame, without=("sha256", "received_by", "received_at"))
class FrameAnswer(Answer):
    """A frame, and its state."""

    picture_sha256: Annotated[str, From("sha256")]


class FramesAnswer(Answer):
    """Frames that await work, in order of number."""

    frames: tuple[FrameAnswer, ...]


class FieldBody(Body):
    """One field as written on the frame."""

    field: FormField
    text: Annotated[str, Field(max_length=200)] = ""
    """Text as written on the frame."""
    is_illegible: bool = False
    """Whether the field cannot be read."""


class FormBody(Body):
    """The text of a frame; a field that is left out counts as empty on the form."""

    fields: Annotated[tuple[FieldBody, ...], Field(max_length=12)] = ()
    """Fields that are not empty on the form."""
    fault: FrameFault = FrameFault.NONE

    def form(self) -> Form:
        """Return the form; raises InvalidInputError for a field that is given twice."""
        given = {one.field: one for one in self.fields}
        if len(given) != len(self.fields):
            raise InvalidInputError("A field is given twice: give it once.", pointer="/fields")
        values = (given.get(field, FieldBody(field=field)) for field in FormField)
        return Form(tuple(Written(one.text, one.is_illegible) for one in values))


class FrameStateAnswer(Answer):
    """The state of a frame after a step."""

    state: FrameState


class FieldAnswer(Answer):
    """One field as written."""

    field: FormField
    text: str
    """Text as written on the frame."""
    is_illegible: bool
    """Whether the field cannot be read."""


def _fields_of(form: Form | None) -> tuple[FieldAnswer, ...]:
    """Return the fields of a form, including empty ones; an empty tuple if there is no form."""
    return tuple(
        FieldAnswer(field=f, text=form[f].text, is_illegible=form[f].is_illegible)
        for f in FormField
        if form is not None
    )


_Fields = Annotated[tuple[FieldAnswer, ...], BeforeValidator(_fields_of)]


class KeyingAnswer(Answer):
    """One of the two keyings of a frame."""

    # The fields are absent once they have been destroyed.
    place: int
    """1 for the first keying, 2 for the second."""
    fault: Annotated[FrameFault, From("keying.fault", FrameFault.NONE)]
    fields: Annotated[_Fields, From("keying.form")]
    """All fields of the form; empty once they have been destroyed."""


class CodesBody(Body):
    """Codes that a person gave to texts that are in no table of codes."""

    court_code: Annotated[HistoricCode, From("court")] = ""
    offence_code: Annotated[HistoricCode, From("offence")] = ""
    disposal_code: Annotated[HistoricCode, From("disposal")] = ""


class CodesAnswer(Answer):
    """The codes of a frame; a code is empty where there is only the text."""

    court_code: Annotated[str, From("court")]
    """Code of the court; empty if there is only the text."""
    offence_code: Annotated[str, From("offence")]
    """Code of the offence; empty if there is only the text."""
    disposal_code: Annotated[str, From("disposal")]
    """Code of the disposal; empty if there is only the text."""


@shows(Match, without=("number", "person_id", "other_person_id", "link_id", "read_by"))
class MatchAnswer(Answer):
    """A proposed match, and the second person's answer to it."""

    agrees: bool | None


class FrameViewAnswer(Answer):
    """A frame as reconcilers see it."""

    frame: FrameAnswer
    keyings: tuple[KeyingAnswer, ...]
    """Both keyings, once there are two."""
    differing: tuple[FormField, ...]
    """Fields in which the two keyings differ."""
    settled: Annotated[_Fields, From("settled.form")]
    """The settled fields."""
    codes: Annotated[CodesAnswer | None, From("settled.codes")]
    """Codes of the settled form; null until the frame is settled."""
    uncoded: tuple[FormField, ...]
    """Fields whose text has no code."""
    match: MatchAnswer | None
    """The most recent proposal of a match; null if there is none."""


@shows(ItemSource)
class ItemSourceAnswer(Answer):
    """A frame that is the source of an item of a record."""

    is_second_source: bool
    """Whether the record already held the item before this frame."""


class ItemSourcesAnswer(Answer):
    """The old records that are the sources of a record's items."""

    sources: tuple[ItemSourceAnswer, ...]


router = CallRouter(prefix="/v1/conversion", tags=["conversion"])


@router.post("/frames", status_code=201)
def post_frame(call: authentication.FrameScanner, body: BodyOf[FrameBody]) -> FrameIdAnswer:
    """Send a frame of a lot; sending the same frame again makes no second frame."""
    frame_id = call.carry_out(lots.receive_frame, body, image=body.image())
    return FrameIdAnswer(frame_id=frame_id)


@router.get("/lots/{lot_id}/frames-to-key")
def get_frames_to_key(
    call: authentication.FrameKeyer, lot_id: IdInPath, *, limit: Limit = 50
) -> FramesAnswer:
    """Return the frames that the caller may key, those already keyed once first."""
    found = call.use(matching.frames_to_key, LotId(lot_id), limit=limit)
    return FramesAnswer(frames=found)


@router.get("/lots/{lot_id}/frames-to-settle")
def get_frames_to_settle(
    call: authentication.FrameReconciler, lot_id: IdInPath, *, limit: Limit = 50
) -> FramesAnswer:
    """Return the frames that await a reconciler."""
    found = call.use(settling.frames_to_settle, LotId(lot_id), limit=limit)
    return FramesAnswer(frames=found)


@router.get(
    "/frames/{frame_id}/image",
    response_class=Response,
    responses=file_of("The picture as it was scanned.", "image/png", "image/jpeg"),
)
def get_frame_image(call: authentication.FrameSeer, frame_id: IdInPath) -> Response:
    """Return the picture of a frame."""
    image, media_type = call.use(lots.frame_image, FrameId(frame_id))
    return Response(image, media_type=media_type)


@router.post("/frames/{frame_id}/keyings")
def post_keying(
    call: authentication.FrameKeyer, frame_id: IdInPath, body: BodyOf[FormBody]
) -> FrameStateAnswer:
    """Key a frame without seeing the other keying."""
    command = matching.KeyFrame(call.caller, FrameId(frame_id), body.form(), body.fault)
    return FrameStateAnswer(state=matching.key_frame(call.services, command))


@router.get("/frames/{frame_id}")
def get_frame(call: authentication.FrameReconciler, frame_id: IdInPath) -> FrameViewAnswer:
    """Return a frame with its two keyings, or as it was settled."""
    return FrameViewAnswer.of(call.use(settling.show_frame, FrameId(frame_id)))


@router.post("/frames/{frame_id}/settlement")
def post_settlement(
    call: authentication.FrameReconciler, frame_id: IdInPath, body: BodyOf[FormBody]
) -> FrameStateAnswer:
    """Settle a frame whose two keyings differ."""
    command = settling.SettleFrame(call.caller, FrameId(frame_id), body.form(), body.fault)
    return FrameStateAnswer(state=settling.settle_frame(call.services, command))


@router.post("/frames/{frame_id}/codes")
def post_codes(
    call: authentication.FrameReconciler, frame_id: IdInPath, body: BodyOf[CodesBody]
) -> FrameStateAnswer:
    """Give codes to texts that are in no table of codes, or leave them as text."""
    command = settling.CodeFrame(call.caller, FrameId(frame_id), body.to(Codes))
    return FrameStateAnswer(state=settling.code_frame(call.services, command))


@router.get("/records/{record_id}/sources")
def get_sources(call: authentication.ConversionReader, record_id: IdInPath) -> ItemSourcesAnswer:
    """Return the frames that the items of a record come from, with the people who read them."""
    found = call.use(writing.record_sources, RecordId(record_id))
    return ItemSourcesAnswer(sources=found)
