"""Pictures of prints as a force uploads them."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import numpy as np
from httpx2 import Response
from PIL import Image

from tests.integration.web.driver import Person


def grey_png(*, seed: int, width_px: int = 60, height_px: int = 80) -> bytes:
    """Return a small grey PNG."""
    pixels = np.random.default_rng(seed).integers(0, 256, (height_px, width_px), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return buffer.getvalue()


def capture_file(fingers: list[dict[str, Any]], images: dict[str, bytes]) -> bytes:
    """Return the file of a capture with pictures."""
    encoded = {key: base64.b64encode(png).decode() for key, png in images.items()}
    return json.dumps({"impressions": fingers, "images": encoded}).encode()


def post_capture(person: Person, content: bytes, *, search_type: str = "TP/TP") -> Response:
    """Send the form of a new search with this file."""
    return person.post(
        "searches/new",
        files={"capture": ("capture.json", content, "application/json")},
        search_type=search_type,
        purpose="identity-check",
    )


def search_with_images(
    person: Person,
    fingers: list[dict[str, Any]],
    images: dict[str, bytes],
    *,
    search_type: str = "TP/TP",
) -> str:
    """Search through the form and return the id of the search."""
    content = capture_file(fingers, images)
    answer = post_capture(person, content, search_type=search_type)
    assert answer.status_code == 200, answer.text[-600:]
    return str(answer.url.path.rsplit("/", 1)[1])
