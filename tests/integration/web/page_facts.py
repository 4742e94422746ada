"""What an examiner's pages carry, as numbers for a classifier: sizes, times, JSON, numbers."""

from __future__ import annotations

import re
import time
import zlib
from functools import cache
from html import unescape

import numpy as np
from httpx2 import Response

from domain.prints.minutiae import Minutia, MinutiaKind
from domain.prints.prints import Impression
from service.ports.print_images import OfEncounter, OfSearch, PrintImage, PrintOrigin, kept_picture
from service.ports.print_reading import ReadPrint
from tests.integration.web.driver import Person

_ID = re.compile(r"\b[0-9a-f]{6,}\b")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_TAG = re.compile(r"<[a-z]")
_ADDRESS = re.compile(r'data-(?:image|minutiae)="([^"]+)"')
_HIDDEN = re.compile(r'data-[\w-]+="([^"]*)"')


class SizedPrints:
    """Prints with pictures and minutiae that differ from capture to capture, by chance only."""

    def of(self, capture: OfSearch | OfEncounter, impression: Impression) -> PrintImage:
        return _print(capture.owner, impression.position)


@cache
def _print(of: str, position: int) -> PrintImage:
    rng = np.random.default_rng(zlib.crc32(f"{of} {position}".encode()))
    height_px, width_px, count = rng.integers(40, 90, 3).tolist()
    pixels = rng.integers(0, 256, (height_px, width_px), dtype=np.uint8)
    minutiae = tuple(
        Minutia(float(n % width_px), float(n % height_px), 0.0, MinutiaKind.BIFURCATION, 50)
        for n in range(count)
    )
    png = kept_picture(ReadPrint(pixels, 500, is_ppi_stated=True, scanned_ppi=500))
    return PrintImage(png, width_px, height_px, minutiae, PrintOrigin.CAPTURED)


Prints = dict[str, list[float]]
"""What each address of a print carried: one that is shown again is not asked for again."""


def page_facts(reader: Person, path: str, prints: Prints) -> list[float]:
    """Return what a page and the two prints that it shows carry, float64.

    `prints` are those of earlier pages of the same case, to which the new ones are added.
    """
    answer, took_ms = _fetched(reader, f"/workbench/{path}")
    facts = [*_carried(answer), took_ms]
    for address in sorted(_ADDRESS.findall(answer.text)):
        if address not in prints:
            prints[address] = _print_facts(reader, address)
        facts += prints[address]
    return facts


def _print_facts(reader: Person, address: str) -> list[float]:
    answer, took_ms = _fetched(reader, address)
    numbers = _numbers(answer.text) if address.endswith("json") else []
    return [len(answer.content), len(answer.headers.raw), took_ms, *numbers]


def _fetched(reader: Person, address: str) -> tuple[Response, float]:
    began = time.perf_counter()
    answer = reader.client.get(address)
    took_ms = 1e3 * (time.perf_counter() - began)
    assert answer.status_code == 200, answer.text[-500:]
    return answer, took_ms


def _carried(answer: Response) -> list[float]:
    """Return sizes and numbers of a page: of its head, its text, and the JSON in its marks."""
    text = answer.text
    hidden = " ".join(unescape(one) for one in _HIDDEN.findall(text))
    head = " ".join(f"{name}: {value}" for name, value in answer.headers.items())
    sizes = [len(text), len(hidden), len(head), len(_TAG.findall(text)), len(_ID.findall(text))]
    return [*map(float, sizes), *_numbers(text), *_numbers(hidden), *_numbers(head)]


def _numbers(text: str) -> list[float]:
    """Return how many numbers a text has, their sum and the largest; ids are no numbers."""
    found = [float(one) for one in _NUMBER.findall(_ID.sub("", text)) if len(one) < 7]
    return [float(len(found)), sum(found), max(found, default=0.0)]
