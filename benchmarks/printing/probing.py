"""Pictures to search for, made of the prints of a set: slaps, turned prints and marks."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.printing.extracting import Costs
from benchmarks.printing.marks import DAMAGES, mark_of
from domain.conversion.acceptance import interval
from domain.prints.minutiae import NOMINAL_PPI
from service.adapters.extraction.doubts import at_nominal
from service.adapters.extraction.masks import parts_of
from service.adapters.extraction.ridges import STEP_PX, ridge_field
from service.adapters.extraction.slaps import CutFinger, fingers_of
from service.ports.print_reading import GreyImage

_SIDES_PX = (1_100, 2_000)
_HEIGHTS_PX = (170, 60, 110, 260)
_FAN_DEG = (7.0, 2.0, -2.0, -7.0)
_TILT_DEG = 12.0
_GAP_PX = (-6.0, 30.0)
_NOISE = 3.0
_LEAST_OVERLAP = 0.6
"""Of the true and the found box, as a part of both together, from which a finger counts."""

Box = tuple[int, int, int, int]
"""Left, top, right and bottom, the last two outside."""


@dataclass(frozen=True, slots=True, eq=False)
class Slap:
    """A pasted slap, and where its fingers are, from the left."""

    grey: GreyImage
    boxes: tuple[Box, ...]


def slap_of(prints: Sequence[GreyImage], rng: np.random.Generator) -> Slap:
    """Return a slap of up to four prints at 500 pixels an inch, from left to right.

    The fingers of a set are placed like those of a hand: fanned, tilted together, at different
    heights, overlapping by up to 6 pixels or up to 30 apart. They were not pressed at the same
    time, as those of a real slap are.
    """
    page = np.full(_SIDES_PX, 255, dtype=np.uint8)
    tilt_deg, gap_px = rng.uniform(-_TILT_DEG, _TILT_DEG), rng.uniform(*_GAP_PX)
    left, boxes = 40, []
    for number, grey in enumerate(prints):
        turn_deg = tilt_deg + _FAN_DEG[number] + rng.normal(0, 3)
        tile, shown = _tile(grey, float(turn_deg))
        top = max(0, _HEIGHTS_PX[number] + int(rng.normal(0, 25)))
        height = min(tile.shape[0], _SIDES_PX[0] - top)
        width = min(tile.shape[1], _SIDES_PX[1] - left)
        place = page[top : top + height, left : left + width]
        np.minimum(place, tile[:height, :width], out=place)
        rows, columns = np.nonzero(shown[:height, :width])
        ends = int(columns.max()) + 1, int(rows.max()) + 1
        boxes.append((left, top, left + ends[0], top + ends[1]))
        left += int(ends[0] + gap_px)
    seen = page[:, : min(left + 40, _SIDES_PX[1])]
    noisy = seen + rng.normal(0, _NOISE, seen.shape)
    return Slap(np.clip(noisy, 0, 255).astype(np.uint8), tuple(boxes))


def _tile(grey: GreyImage, turn_deg: float) -> tuple[GreyImage, GreyImage]:
    """Return a print, turned on white and cut to its ridges, and the mask of the ridges (255).

    A faint print whose ridges cannot be found is kept whole.
    """
    field = ridge_field(grey)
    kept = parts_of(field.ridges(least_share=0.3), 35.0)
    kept = kept if kept.any() else np.ones_like(kept)
    height, width = grey.shape
    size = (kept.shape[1] * STEP_PX, kept.shape[0] * STEP_PX)
    # A block lies around its place, half a step to the left and the top of the enlarged one.
    large = np.asarray(Image.fromarray(kept.astype(np.uint8) * 255).resize(size, 0))
    mask = np.roll(large, (-STEP_PX // 2, -STEP_PX // 2), (0, 1))[:height, :width]
    mask = np.pad(mask, ((0, height - mask.shape[0]), (0, width - mask.shape[1])))
    ridges = Image.fromarray(np.where(mask > 0, grey, 255).astype(np.uint8))
    turned = np.asarray(ridges.rotate(turn_deg, Image.Resampling.BICUBIC, True, fillcolor=255))
    shown = np.asarray(Image.fromarray(mask).rotate(turn_deg, expand=True, fillcolor=0))
    rows, columns = np.nonzero(shown)
    part = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    return turned[part], shown[part]


def cut_rightly(slap: Slap) -> tuple[bool, int]:
    """Return whether the right number of fingers is cut, and how many in the right place."""
    return in_place(fingers_of(slap.grey, NOMINAL_PPI, len(slap.boxes)), slap)


def in_place(found: Sequence[CutFinger], slap: Slap) -> tuple[bool, int]:
    """Return the same of fingers that were cut."""
    right = [
        _overlap(one.box, box) >= _LEAST_OVERLAP
        for one, box in zip(found, slap.boxes, strict=False)
    ]
    return len(found) == len(slap.boxes), sum(right)


def lies_right(slap: Slap, quarters: int) -> bool | None:
    """Return whether a slap turned by quarter turns is put upright; None if not cut."""
    turned = np.ascontiguousarray(np.rot90(slap.grey, quarters))
    found = fingers_of(turned, NOMINAL_PPI, len(slap.boxes))
    return (found[0].quarters + quarters) % 4 == 0 if found else None


def _overlap(one: Box, other: Box) -> float:
    width = max(0, min(one[2], other[2]) - max(one[0], other[0]))
    height = max(0, min(one[3], other[3]) - max(one[1], other[1]))
    both = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return width * height / (both - width * height)


def told(found: Sequence[tuple[bool, int]], fingers: int) -> dict[str, Any]:
    """Return the results for slaps with this many fingers, with an exact 95 % interval."""
    cut = sum(is_cut for is_cut, _ in found)
    return {
        "slaps": len(found),
        "cut": cut,
        "cut_interval": interval(cut, len(found)),
        "fingers": fingers * len(found),
        "fingers_right": sum(right for _, right in found),
    }


Picture = tuple[tuple[str, int, int], GreyImage, float]
"""Set, finger and impression number; the image; pixels per inch."""


def pasted(images: Sequence[Picture], seed: int, number: int, fingers: int = 4) -> Slap:
    """Return a slap of so many fingers of one set, of any of their impressions."""
    rng = np.random.default_rng([seed, 5, fingers, number])
    chosen = rng.choice(sorted({sample[1] for sample, _, _ in images}), fingers, replace=False)
    prints = []
    for finger in chosen.tolist():
        own = [one for one in images if one[0][1] == finger]
        _, grey, ppi = own[int(rng.integers(len(own)))]
        prints.append(at_nominal(grey, ppi).grey)
    return slap_of(prints, rng)


def slap_row(
    data: str, images: Sequence[Picture], count: int, seed: int, costs: Costs
) -> dict[str, Any]:
    """Return how so many slaps of one set are cut, as they lie, turned, and with a different
    number of fingers than stated.
    """
    slaps = [pasted(images, seed, number) for number in range(count)]
    with costs.of("cut", len(slaps)):
        found = [cut_rightly(slap) for slap in slaps]
    few = [pasted(images, seed, number, fingers=3) for number in range(count)]
    many = sum(bool(fingers_of(slap.grey, NOMINAL_PPI, 3)) for slap in slaps)
    wrong = many + sum(bool(fingers_of(slap.grey, NOMINAL_PPI, 4)) for slap in few)
    lying = [lies_right(slap, 1 + number % 3) for number, slap in enumerate(slaps)]
    put = {"turned_upright": lying.count(True), "turned_wrong": lying.count(False)}
    return {"data": data, **told(found, 4), "miscounted": wrong, **put}


def turned_probes(
    images: Sequence[Picture], each: int, *, is_turned: bool
) -> Iterator[tuple[tuple[str, int, int], GreyImage]]:
    """Yield later impressions of each finger, turned by one to three quarters or not at all."""
    for sample, grey, ppi in _some_later(images, each):
        quarters = 1 + sample[1] % 3 if is_turned else 0
        yield sample, np.ascontiguousarray(np.rot90(at_nominal(grey, ppi).grey, quarters))


def _some_later(images: Sequence[Picture], each: int) -> Iterator[Picture]:
    """Yield so many of the later impressions of each finger: which ones, its number says."""
    for one in images:
        _, finger, impression = one[0]
        if impression != 1 and (impression - 2 - finger) % 7 < each:
            yield one


def demand_later(images: Sequence[Picture], each: int) -> None:
    """End the process if no later impression of a finger would be searched for."""
    if next(_some_later(images, each), None) is None:
        raise SystemExit(
            f"There is nothing to search for: of later impressions of a finger, {each} in"
            " seven are taken. Give a higher number (7 takes all), or two impressions of a finger."
        )


def made_marks(
    images: Sequence[Picture], damage: str, each: int, seed: int
) -> Iterator[tuple[tuple[str, int, int], GreyImage]]:
    """Yield marks made from later impressions of each finger."""
    for sample, grey, ppi in _some_later(images, each):
        _, finger, impression = sample
        rng = np.random.default_rng([seed, 4, finger, impression])
        yield sample, mark_of(at_nominal(grey, ppi).grey, DAMAGES[damage], rng)


def digest_of(images: Sequence[Picture]) -> str:
    """Return the digest of all images, with their names and resolutions."""
    total = hashlib.sha256()
    for sample, grey, ppi in images:
        total.update(f"{sample} {grey.shape} {ppi}".encode() + grey.tobytes())
    return total.hexdigest()
