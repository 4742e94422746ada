"""How pictures travel: base64 of one PNG of the one impression."""

from __future__ import annotations

import base64
import binascii

from domain.errors import InvalidInputError
from domain.prints import Impression
from service.adapters.print_images import captured_image
from service.ports.print_images import CapturedImage


def decode_image(data: str, impression: Impression) -> CapturedImage:
    """Return the picture of an impression as it is to be kept: grey and without metadata.

    Raises InvalidInputError for text that is not base64, and for anything but a PNG of at most
    4 MB and 4,096 pixels a side; the size is checked before the picture is decoded.
    """
    try:
        png = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInputError("The image is not base64 with padding: encode it again.") from None
    return captured_image(impression.position, png)
