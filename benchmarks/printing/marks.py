"""Marks made from impressions, and searched for as the service searches for a mark.

A part of an impression is kept, rotated, blurred and made noisy; medium and heavy damage also
add lines across it. They are not marks from a scene, so nothing here shows how well such marks are
found.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.printing.extracting import Costs, Print
from benchmarks.printing.ranking import likely, place_among, similarities
from domain.arrays import Float32s, Float64s, Int64s
from domain.conversion.acceptance import interval
from domain.errors import UnreadablePrintError
from domain.prints.minutiae import NOMINAL_PPI, MinutiaeSet
from prints.features.describing import describe
from prints.features.parameters import DEPTH, VECTOR
from prints.features.vectors import FeatureVectors
from prints.features.voting import Ballot, ballot
from prints.features.whitening import Whitening
from service.adapters.extraction.ridges import STEP_PX, blurred, ridge_field
from service.ports.print_reading import GreyImage, MinutiaExtractor

NOWHERE = 10**6
"""The rank of a finger that was not matched."""


@dataclass(frozen=True, slots=True)
class Damage:
    """The changes that turn an impression into a mark."""

    area_part: float
    """Share of the ridges that is shown, in an ellipse."""
    lines: int
    """Number of lines across the mark, each 7 pixels wide."""


DAMAGES = {"light": Damage(0.6, 0), "medium": Damage(0.5, 4), "heavy": Damage(0.4, 8)}

_TURN_DEGREES = 30.0
_BLUR_PX = 1.1
_NOISE = 14.0
"""In grey levels. The background has its own noise, in waves of some millimetres."""


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """The gallery in which marks are searched for."""

    prints: Sequence[Print]
    vectors: Float32s
    ballots: Sequence[Ballot]
    whitenings: Mapping[str, Whitening]
    """For what is made of the prints of each set."""


def gallery_of(prints: Sequence[Print], whitenings: Mapping[str, Whitening]) -> Gallery:
    """Return a gallery of prints."""
    vectors = np.array([one.vector for one in prints])
    return Gallery(prints, vectors, [ballot(one.minutiae) for one in prints], whitenings)


def mark_of(grey: GreyImage, damage: Damage, rng: np.random.Generator) -> GreyImage:
    """Return a mark made from an impression at 500 pixels per inch, in the same size."""
    height, width = grey.shape
    paper = int(np.median(grey[0]))
    angle = float(rng.uniform(-_TURN_DEGREES, _TURN_DEGREES))
    whole = Image.fromarray(grey).rotate(angle, Image.Resampling.BICUBIC, fillcolor=paper)
    level = np.asarray(whole, dtype=np.float64)
    level = level + (_waves(rng, (height, width)) - level) * (1 - _kept(whole, damage, rng))
    lined = _lined(level, damage.lines, rng)
    return np.clip(lined + rng.normal(0, _NOISE, lined.shape), 0, 255).astype(np.uint8)


def _kept(whole: Image.Image, damage: Damage, rng: np.random.Generator) -> Float64s:
    """Return how much of each pixel is kept, 0 to 1: an ellipse over a part of the ridges."""
    shown = ridge_field(np.asarray(whole)).ridges(least_share=0.3)
    rows, columns = np.nonzero(shown) if shown.any() else np.nonzero(np.ones_like(shown))
    middle = np.array([rows.mean(), columns.mean()]) * STEP_PX
    spread = np.array([rows.std(), columns.std()]) * STEP_PX + STEP_PX
    middle = middle + rng.uniform(-0.4, 0.4, 2) * spread
    radii = 2 * math.sqrt(damage.area_part) * spread
    y_px, x_px = np.mgrid[: whole.height, : whole.width]
    away = np.hypot((y_px - middle[0]) / radii[0], (x_px - middle[1]) / radii[1])
    return np.asarray(np.clip((1.06 - away) / 0.12, 0, 1))


def _waves(rng: np.random.Generator, shape: tuple[int, int]) -> Float64s:
    """Return the background of a mark: slow waves of grey."""
    coarse = rng.normal(0, 1, (max(2, shape[0] // 24), max(2, shape[1] // 24)))
    ground = Image.fromarray(coarse.astype(np.float32)).resize(
        shape[::-1], Image.Resampling.BICUBIC
    )
    return np.asarray(185 + 14 * np.asarray(ground, dtype=np.float64))


def _lined(level: Float64s, lines: int, rng: np.random.Generator) -> Float64s:
    drawn = Image.fromarray(np.clip(level, 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(drawn)
    for _ in range(lines):
        ends = rng.uniform(0, 1, 4) * (drawn.width, drawn.height, drawn.width, drawn.height)
        pen.line([float(end) for end in ends], fill=int(rng.integers(40, 120)), width=7)
    return blurred(np.asarray(drawn, dtype=np.float64), _BLUR_PX)


def mark_ranks(
    marks: Sequence[tuple[tuple[str, int, int], GreyImage]],
    extractor: MinutiaExtractor,
    gallery: Gallery,
    vectors: FeatureVectors,
    costs: Costs,
) -> dict[tuple[str, int, int], int]:
    """Return the rank of the true finger for each mark; 1 is the first."""
    places = {(one.data, one.finger): at for at, one in enumerate(gallery.prints)}
    ranks = {}
    for sample, grey in marks:
        try:
            with costs.of("extract mark"):
                minutiae = extractor.extract(grey, float(NOMINAL_PPI))
        except UnreadablePrintError:
            ranks[sample] = NOWHERE
            continue
        with costs.of("search mark"):
            ranks[sample] = _rank(minutiae, places[sample[:2]], gallery, vectors)
    return ranks


def _rank(minutiae: MinutiaeSet, true: int, gallery: Gallery, vectors: FeatureVectors) -> int:
    description = describe(minutiae)
    if len(description) < VECTOR.least_minutiae:
        return NOWHERE
    whitening = gallery.whitenings[gallery.prints[true].data]
    alike = similarities(description, gallery.vectors, vectors, DEPTH.turns_rad, whitening)
    best = likely(ballot(minutiae), gallery.ballots, alike)[: DEPTH.matched].tolist()
    place = place_among(description, gallery.prints, best, true, limit_rad=math.pi)
    return NOWHERE if place is None else 1 + place


def vector_places(
    probes: Sequence[tuple[tuple[str, int, int], MinutiaeSet]],
    gallery: Gallery,
    vectors: FeatureVectors,
    turns_rad: Sequence[float],
) -> Int64s:
    """Return int64 (p,): the place of each probe's finger by vectors; 1 is the first."""
    owners = {(one.data, one.finger): at for at, one in enumerate(gallery.prints)}
    places = []
    for sample, minutiae in probes:
        whitening = gallery.whitenings[sample[0]]
        description = describe(minutiae)
        alike = similarities(description, gallery.vectors, vectors, turns_rad, whitening)
        places.append(int((alike > alike[owners[sample[:2]]]).sum()) + 1)
    return np.array(places, dtype=np.int64)


def shares_within(places: Int64s) -> dict[str, Any]:
    """Return the shares of probes whose finger is among the first places, and the worst place."""
    first = {f"first_{count}": float((places <= count).mean()) for count in (20, 100)}
    return {**first, "worst": int(places.max())}


def ranks_told(ranks: dict[tuple[str, int, int], int]) -> dict[str, Any]:
    """Return shares of marks by rank of the true finger; for rank 1 an exact 95 % interval."""
    values = np.array(list(ranks.values()))
    first = int((values == 1).sum())
    sets = sorted({sample[0] for sample in ranks})
    own = {name: values[[sample[0] == name for sample in ranks]] for name in sets}
    return {
        "marks": len(values),
        "rank1": float((values == 1).mean()),
        "rank20": float((values <= 20).mean()),
        "first": first,
        "rank1_interval": interval(first, len(values)),
        "first_by_set": {name: [int((one == 1).sum()), len(one)] for name, one in own.items()},
    }
