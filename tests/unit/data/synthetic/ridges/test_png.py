from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from data.synthetic.ridges.impressions import png_bytes


def test_a_picture_survives_and_keeps_its_resolution() -> None:
    image = np.random.default_rng(1).integers(0, 256, size=(40, 30), dtype=np.uint8)

    with Image.open(BytesIO(png_bytes(image))) as opened:
        back = np.asarray(opened)
        dpi = opened.info["dpi"]

    assert np.array_equal(back, image)
    assert dpi == pytest.approx((500, 500), abs=0.1)
