"""Doubts about pictures: how often they are raised rightly, and how often of a plain print.

Plain prints are the first and fifth impressions; every second finger is also shown at twice and
at half its size, as if its resolution were stated wrongly. Slaps are pasted from four fingers of a
set, from 1 mm over one another to 2 mm apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from PIL import Image

from domain.minutiae_sets import NOMINAL_PPI
from service.adapters.extraction.doubts import picture_doubts
from service.adapters.extraction.resolution import at_nominal
from service.adapters.extraction.ridges import blurred
from service.ports.print_reading import GreyImage, PictureDoubt

_SIDE_PX = 512
_OF_EACH = 10
_APART_PX = (-20, 40)
_OFFSETS_PX = (110, 0, 50, 200)

Shown = tuple[str, str, PictureDoubt | None, GreyImage]
"""Set, kind, the doubt that ought to be raised, picture."""


def doubt_rows(
    images: Sequence[tuple[tuple[str, int, int], GreyImage, float]], seed: int
) -> list[dict[str, Any]]:
    """Return how many pictures of each kind and set were told rightly."""
    found: dict[tuple[str, str], list[bool]] = {}
    rng = np.random.default_rng([seed, 5])
    for shown in (_real(images), _slaps(images, rng), _patterns(rng)):
        for data, kind, wanted, grey in shown:
            doubts = picture_doubts(grey, NOMINAL_PPI)
            is_right = doubts == (() if wanted is None else (wanted,))
            found.setdefault((kind, data), []).append(is_right)
    return [
        {"data": data, "kind": kind, "pictures": len(right), "right": sum(right)}
        for (kind, data), right in sorted(found.items())
    ]


def _real(images: Sequence[tuple[tuple[str, int, int], GreyImage, float]]) -> Iterator[Shown]:
    for (data, finger, impression), grey, ppi in images:
        if impression not in (1, 5):
            continue
        seen = at_nominal(grey, ppi).grey
        yield data, "plain", None, seen
        if impression == 1 and finger % 2:
            yield data, "1000 stated as 500", PictureDoubt.RIDGES_TOO_WIDE, _scaled(seen, 2)
            yield data, "250 stated as 500", PictureDoubt.RIDGES_TOO_CLOSE, _scaled(seen, 0.5)


def _scaled(grey: GreyImage, factor: float) -> GreyImage:
    size = (round(grey.shape[1] * factor), round(grey.shape[0] * factor))
    resized = Image.fromarray(grey).resize(size, Image.Resampling.LANCZOS)
    return np.asarray(resized, dtype=np.uint8)


def _slaps(
    images: Sequence[tuple[tuple[str, int, int], GreyImage, float]], rng: np.random.Generator
) -> Iterator[Shown]:
    of_set: dict[str, list[GreyImage]] = {}
    for (data, _, impression), grey, ppi in images:
        if impression == 2:
            of_set.setdefault(data, []).append(at_nominal(grey, ppi).grey)
    for data, fingers in of_set.items():
        for _ in range(3):
            chosen = [fingers[at] for at in rng.choice(len(fingers), 4, replace=False)]
            yield data, "slap", PictureDoubt.SEVERAL_FINGERS, _slap(chosen, rng)


def _slap(fingers: Sequence[GreyImage], rng: np.random.Generator) -> GreyImage:
    """Return fingers beside one another, the darker pixel where they overlap."""
    height = max(one.shape[0] for one in fingers) + max(_OFFSETS_PX)
    width = sum(one.shape[1] for one in fingers) + 4 * max(_APART_PX)
    page = np.full((height, width), 255, dtype=np.uint8)
    left = 0
    for one, top in zip(fingers, _OFFSETS_PX, strict=True):
        paper = float(np.median(one[0]))
        shown = np.clip(one.astype(np.float64) * 255 / max(paper, 1.0), 0, 255).astype(np.uint8)
        columns = np.flatnonzero((shown < 160).any(axis=0))
        shown = shown[:, columns.min() : columns.max() + 1]
        place = page[top : top + shown.shape[0], left : left + shown.shape[1]]
        np.minimum(place, shown, out=place)
        left = max(0, left + shown.shape[1] + int(rng.integers(*_APART_PX)))
    return page


def _patterns(rng: np.random.Generator) -> Iterator[Shown]:
    side = (_SIDE_PX, _SIDE_PX)
    down, across = np.mgrid[:_SIDE_PX, :_SIDE_PX]
    for at in range(_OF_EACH):
        yield "made", "noise", PictureDoubt.NO_PRINT, rng.integers(0, 256, side, dtype=np.uint8)
        soft = blurred(rng.normal(size=side), 0.7 + 0.3 * at)
        yield "made", "blurred noise", PictureDoubt.NO_PRINT, _grey(128 + 50 * soft / soft.std())
        angle, period = rng.uniform(0, np.pi), rng.uniform(7, 12)
        wave = (across * np.cos(angle) + down * np.sin(angle)) * 2 * np.pi / period
        yield "made", "stripes", PictureDoubt.NO_PRINT, _grey(128 + 100 * np.sin(wave))


def _grey(level: Any) -> GreyImage:
    return np.asarray(np.clip(level, 0, 255), dtype=np.uint8)
