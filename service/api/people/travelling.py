"""How templates, pictures and minutiae travel: as base64 of floats, of an image, of a record."""

from __future__ import annotations

import base64
import binascii
from enum import StrEnum
from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import Field, StringConstraints

from domain.errors import InvalidInputError, InvalidMinutiaeError, InvalidTemplateError
from domain.prints import FingerPosition, ImpressionType
from domain.templates import TemplateFormat
from prints.minutiae.iso19794_2 import MinutiaeView
from prints.minutiae.received import read_minutiae_record
from prints.registry import FORMATS
from service.api.base import Body
from service.ports.print_reading import ReadPrint, Stated
from service.usecases.print_desk import PrintDesk


class Encoding(StrEnum):
    """The number format of the values, always little-endian."""

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
        Field(
            description="The values, base64 with padding.",
            json_schema_extra={"contentEncoding": "base64"},
        ),
    ]

    def values(self, fmt: TemplateFormat) -> npt.NDArray[np.floating]:
        """Return the values of a template of this format as they were sent, floats (d,).

        Raises UnknownTemplateFormatError for another format, and InvalidTemplateError for text
        that is not base64, or of another length.
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


def encode_template(vector: npt.NDArray[np.float32]) -> str:
    """Return float32 (d,) as base64 of little-endian float16, the stored form."""
    return base64.b64encode(vector.astype("<f2").tobytes()).decode("ascii")


def decode_image(data: str, ppi: int | None, desk: PrintDesk) -> ReadPrint:
    """Return the picture of an impression as it was read.

    Raises InvalidInputError for text that is not base64, and UnreadablePrintError for anything
    but one image of at most 4 MB and 4,096 pixels a side; it is decoded in a process of its own.
    """
    try:
        image = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInputError("The image is not base64 with padding: encode it again.") from None
    return desk.read_one(image, Stated(ppi=ppi))


def decode_minutiae(
    data: str, position: FingerPosition, impression_type: ImpressionType
) -> MinutiaeView:
    """Return the minutiae of an impression from the record that travels with it.

    Raises InvalidMinutiaeError for text that is not base64, for anything but a record of exactly
    one view, and for a view of another finger or another type of impression.
    """
    try:
        record = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidMinutiaeError(
            "The minutiae are not base64 with padding: encode the record again."
        ) from None
    views = read_minutiae_record(record)
    if len(views) != 1:
        raise InvalidMinutiaeError(
            "The record has several views: send one view for each impression."
        )
    view = views[0]
    if view.position is not position:
        raise InvalidMinutiaeError("The record is of another finger than its impression.")
    if view.impression_type is not impression_type:
        raise InvalidMinutiaeError("The record is of another type than its impression.")
    return view
