"""How pictures and minutiae travel: base64 of one image, or of one record of one view."""

from __future__ import annotations

import base64
import binascii

from domain.errors import InvalidInputError, InvalidMinutiaeError
from domain.prints import FingerPosition, ImpressionType
from prints.minutiae.iso19794_2 import MinutiaeView
from prints.minutiae.received import read_minutiae_record
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
