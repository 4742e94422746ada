"""API formats of templates, pictures and minutiae: base64 of floats, of an image, of a record."""

import base64
import binascii
from enum import StrEnum
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import Field, StringConstraints

from domain.arrays import Float32s
from domain.errors import InvalidInputError, InvalidMinutiaeError, InvalidTemplateError
from domain.prints.prints import Impression
from domain.prints.templates import TemplateFormat
from prints.registry import FORMATS
from service.api.base import Body
from service.ports.print_reading import ReadPrint, Stated
from service.usecases.print_desk import PrintDesk


class Encoding(StrEnum):
    """The number format of a template's values, always little-endian."""

    F16 = "f16"
    F32 = "f32"


_TYPES: dict[Encoding, np.dtype[np.floating]] = {
    Encoding.F16: np.dtype("<f2"),
    Encoding.F32: np.dtype("<f4"),
}


class TemplateBody(Body):
    """A template."""

    format: Annotated[
        str,
        StringConstraints(max_length=100),
        Field(description="Name and version of the format.", examples=[FORMATS.default.label]),
    ]
    encoding: Encoding = Field(description="Little-endian float16 or float32.")
    data: Annotated[
        str,
        StringConstraints(max_length=4_096),
        Field(json_schema_extra={"contentEncoding": "base64"}),
    ]
    """The values, base64 with padding."""

    def values(self, fmt: TemplateFormat) -> npt.NDArray[np.floating]:
        """Return the values of a template of this format as they were sent, floats (d,).

        Raises UnknownTemplateFormatError for another format, and InvalidTemplateError for text
        that is not base64 or has the wrong length.
        """
        if self.format != fmt.label:
            raise fmt.other_format()
        try:
            raw = base64.b64decode(self.data, validate=True)
        except (binascii.Error, ValueError):
            raise InvalidTemplateError(
                "The data of the template is not base64 with padding: encode it again."
            ) from None
        kind = _TYPES[self.encoding]
        if len(raw) != fmt.dimension * kind.itemsize:
            raise fmt.other_dimension()
        return np.frombuffer(raw, dtype=kind)


def encode_template(vector: Float32s) -> str:
    """Return float32 (d,) as base64 of little-endian float16, the stored form."""
    return base64.b64encode(vector.astype("<f2").tobytes()).decode("ascii")


def encode_impression(one: Impression) -> dict[str, Any]:
    """Return an impression with its template as a call sends it."""
    template = {"format": one.fmt.label, "encoding": "f16", "data": encode_template(one.vector)}
    return {
        "position": int(one.position),
        "impression": one.impression_type.value,
        "quality": one.quality,
        "template": template,
    }


def decode_image(data: str, ppi: int | None, desk: PrintDesk) -> ReadPrint:
    """Return the picture of an impression as it was read.

    Raises InvalidInputError for text that is not base64, and UnreadablePrintError for anything
    but one image of at most 4 MB and 4,096 pixels a side; it is decoded in a separate process.
    """
    try:
        image = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInputError("The image is not base64 with padding: encode it again.") from None
    return desk.read_one(image, Stated(ppi=ppi))


def decode_record(data: str) -> bytes:
    """Return the minutiae record sent with an impression.

    Raises InvalidMinutiaeError for text that is not base64.
    """
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidMinutiaeError(
            "The minutiae are not base64 with padding: encode the record again."
        ) from None
