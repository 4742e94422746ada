"""Grey pictures as PNG."""

from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from data.synthetic.ridges.parameters import DPI


def png_bytes(image: npt.NDArray[np.uint8]) -> bytes:
    """Return a PNG of `image`, uint8 (h, w), with its resolution of 500 dpi."""
    buffer = BytesIO()
    Image.fromarray(image).save(buffer, format="PNG", dpi=(DPI, DPI), compress_level=6)
    return buffer.getvalue()
