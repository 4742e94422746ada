"""API schemas of frames, forms and keyings."""

import base64
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from domain.conversion.content import ItemSource
from domain.conversion.form import Form, FormField, FrameFault, Written
from domain.conversion.frames import Frame, FrameState, Match
from domain.errors import InvalidInputError
from domain.ids import FrameId
from service.api.base import Answer, Body, OpaqueId
from service.api.shapes import From, shows
from service.usecases.conversion.lots import MOST_BYTES

_MOST_BASE64 = 4 * (MOST_BYTES // 3 + 1)

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
