"""How pictures travel: base64 of one image of the one impression."""

from __future__ import annotations

import base64
import binascii

from domain.errors import InvalidInputError
from service.ports.print_reading import ReadPrint, Stated
from service.usecases.print_desk import PrintDesk


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
