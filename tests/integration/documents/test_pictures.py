"""Pictures of the documents: each is there, shown, and small."""

from __future__ import annotations

from xml.etree import ElementTree

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


@pytest.mark.parametrize("name", ["data-flow", "record-matter", "record-basis"])
def test_a_drawing_has_a_name_and_its_words_stay_in_their_boxes(name: str) -> None:
    root = ElementTree.fromstring((IMAGES / f"{name}.svg").read_text("utf-8"))  # noqa: S314 - ours
    boxes = [
        tuple(float(one.get(side, "0")) for side in ("x", "y", "width", "height"))
        for one in root.iter(f"{_SVG}rect")
    ][1:]

    words = list(root.iter(f"{_SVG}text"))
    outside = [
        one.text
        for one in words
        if not any(_holds(box, one) for box in boxes) and float(one.get("y", "0")) > _HEADINGS
    ]

    assert root.get("aria-label")
    assert f"(images/{name}.svg)" in DOCUMENTS
    assert len(words) > len(boxes)
    assert outside == []


_SVG = "{http://www.w3.org/2000/svg}"
_HEADINGS = 35
"""Above the first boxes."""
_WIDTHS = {"t": 8.8, "s": 5.6}
"""The mean width of a letter of each size of text in Helvetica, in user units."""


def _holds(box: tuple[float, ...], text: ElementTree.Element) -> bool:
    x, y, width, height = box
    left, base = float(text.get("x", "0")), float(text.get("y", "0"))
    right = left + len(text.text or "") * _WIDTHS[text.get("class", "s")]
    return x <= left and right <= x + width and y <= base <= y + height
