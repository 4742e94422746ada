"""Pictures of the documents, made of the screenshots that the tests in a browser have written.

`python -m tests.e2e.pictures` writes those whose screenshots are there: palettes, small enough for
a repository.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image

MOST_BYTES = 120_000
IMAGES = Path(__file__).parents[2] / "docs" / "images"
_SCREENSHOTS = Path("var/screenshots")
_WIDTHS = (1366, 1000, 800, 640)
_COLOURS = (128, 48, 24)

PICTURES = {
    "public/document": "public-certificate-download",
    "public/first": "public-first-1366",
    "public/first-1920": "public-first-1920",
    "public/first-390": "public-first",
    "public/first-welsh": "public-first-welsh",
    "public/question": "public-birth",
    "public/reference": "public-reference",
    "workbench/agencies": "agreements",
    "workbench/analysis": "analysis-mark",
    "workbench/analysis-390": "analysis-390",
    "workbench/answers": "answers",
    "workbench/answers-1920": "answers-1920",
    "workbench/answers-390": "answers-390",
    "workbench/certificates": "certificates",
    "workbench/check": "certificate-checked",
    "workbench/check-1920": "certificate-checked-1920",
    "workbench/check-390": "certificate-checked-390",
    "workbench/comparison": "comparison-marked",
    "workbench/comparison-390": "comparison-390",
    "workbench/close": "comparison-close",
    "workbench/close-390": "comparison-close-390",
    "workbench/competence": "competence",
    "workbench/competence-390": "competence-390",
    "workbench/decision": "decision",
    "workbench/decision-390": "decision-390",
    "workbench/difference": "difference",
    "workbench/difference-390": "difference-390",
    "workbench/directed": "analysis-directed",
    "workbench/outlined": "analysis-outlined",
    "workbench/directed-390": "analysis-directed-390",
    "workbench/differences": "differences-filled-1366",
    "workbench/differences-390": "differences-filled-390",
    "workbench/erasures": "erasures-1366",
    "workbench/frame": "conversion-reconciler-a-1-1366",
    "workbench/full-screen": "comparison-full-screen",
    "workbench/gallery": "gallery-filled-1366",
    "workbench/impossible": "comparison-impossible",
    "workbench/impossible-390": "comparison-impossible-390",
    "workbench/keying": "conversion-keyer-a-1-1366",
    "workbench/keys": "help",
    "workbench/keys-390": "help-390",
    "workbench/links": "links",
    "workbench/log": "log",
    "workbench/look": "comparison-look",
    "workbench/look-390": "comparison-look-390",
    "workbench/lots": "conversion-supervisor-a-0-1366",
    "workbench/mark": "comparison-mark",
    "workbench/mark-390": "comparison-mark-390",
    "workbench/names": "names-answer",
    "workbench/overview": "overview",
    "workbench/purge": "purge",
    "workbench/queue": "queue",
    "workbench/queue-390": "queue-390",
    "workbench/referral": "referral-1366",
    "workbench/release": "release",
    "workbench/report": "court-report-marks",
    "workbench/report-390": "court-report-390",
    "workbench/request": "certificate-deciding",
    "workbench/requests": "requests",
    "workbench/restrictions": "restrictions-one",
    "workbench/result": "result",
    "workbench/result-390": "result-390",
    "workbench/sealed": "sealed-comparison",
    "workbench/sealed-390": "sealed-comparison-390",
    "workbench/review": "review",
    "workbench/searches": "searches",
    "workbench/statistics": "statistics",
    "workbench/today": "today",
    "workbench/today-1920": "today-1920",
    "workbench/today-390": "today-390",
}
"""Each picture, and the screenshot that it is made of."""


def packed(screenshot: Image.Image) -> bytes:
    """Return a PNG of at most `MOST_BYTES`: fewer colours first, then fewer pixels.

    Raises ValueError if the smallest one is larger still.
    """
    for width in _WIDTHS:
        for colours in _COLOURS:
            if len(png := _png(screenshot, min(width, screenshot.width), colours)) <= MOST_BYTES:
                return png
    raise ValueError("The screenshot is too rich for a picture.")


def _png(screenshot: Image.Image, width: int, colours: int) -> bytes:
    height = round(screenshot.height * width / screenshot.width)
    small = screenshot.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    small.quantize(colours, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


def draw() -> None:
    """Write each picture, and name those whose screenshots are missing."""
    for picture, screenshot in PICTURES.items():
        source, target = _SCREENSHOTS / f"{screenshot}.jpg", IMAGES / f"{picture}.png"
        if not source.exists():
            sys.stdout.write(f"{picture}: no screenshot {source}\n")
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(source) as image:
            target.write_bytes(packed(image))


if __name__ == "__main__":
    draw()
