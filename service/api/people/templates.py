"""How a template travels: base64 of little-endian floats, with the name of its format."""

from __future__ import annotations

import base64
import binascii
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from domain.errors import InvalidTemplateError
from prints.print_format import PrintFormat


class Encoding(StrEnum):
    """The number format of the values, always little-endian."""

    F16 = "f16"
    F32 = "f32"


_TYPES: dict[Encoding, np.dtype[np.floating]] = {
    Encoding.F16: np.dtype("<f2"),
    Encoding.F32: np.dtype("<f4"),
}


def decode_template(
    data: str, *, encoding: Encoding, label: str, fmt: PrintFormat
) -> npt.NDArray[np.float32]:
    """Return a template of the gallery's format as float32 (d,), L2-normalised, read-only.

    Raises UnknownTemplateFormatError for another format than the gallery's, and
    InvalidTemplateError for text that is not base64, another length, a value that is not finite,
    or a vector of zeros.
    """
    template = fmt.template
    if label != template.label:
        raise template.other_format()
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidTemplateError("The data of a template is base64 with padding.") from None
    return fmt.codec.read_vector(raw, _TYPES[encoding])


def encode_template(vector: npt.NDArray[np.float32]) -> str:
    """Return float32 (d,) as base64 of little-endian float16, the stored form."""
    return base64.b64encode(vector.astype("<f2").tobytes()).decode("ascii")
