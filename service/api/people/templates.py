"""How a template travels: base64 of little-endian floats, with the name of its format."""

from __future__ import annotations

import base64
import binascii
from enum import StrEnum
from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import Field, StringConstraints

from domain.errors import InvalidTemplateError
from domain.templates import TemplateFormat
from prints.registry import FORMATS
from service.api.base import Body


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
