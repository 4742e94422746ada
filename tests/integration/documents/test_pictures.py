"""Pictures of the documents: each is there, shown, and small."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tests.e2e.pictures import IMAGES, MOST_BYTES, PICTURES, packed

DOCUMENTS = "\n".join(one.read_text("utf-8") for one in IMAGES.parent.glob("*.md"))


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_is_there_shown_and_small(picture: str) -> None:
    assert f"(images/{picture}.png)" in DOCUMENTS
    assert (IMAGES / f"{picture}.png").stat().st_size <= MOST_BYTES


@pytest.mark.dear("draws and packs pictures")
def test_a_rich_screenshot_is_packed_into_fewer_pixels() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (300, 1366, 3), dtype=np.uint8)

    png = packed(Image.fromarray(noise))

    assert len(png) <= MOST_BYTES
