"""How minutiae travel: base64 of one ISO/IEC 19794-2 record of the one impression."""

from __future__ import annotations

import base64
import binascii

from domain.errors import InvalidMinutiaeError
from domain.prints import FingerPosition, ImpressionType
from prints.minutiae.iso19794_2 import MinutiaeView
from prints.minutiae.received import read_minutiae_record


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
