"""Realistic prints of no person: halves of two mirrored prints of a set, joined and slightly bent.

They have the minutiae, faults and qualities that an extractor finds on a sensor, which drawn
prints do not have. A mirrored print is not a print of anybody in the gallery.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.printing.extracting import Print, by_finger
from data.synthetic.extractions.fingers import Points, carried, displaced, framed
from data.synthetic.ridges.fields import random_warp
from data.synthetic.ridges.impressions import render_impression
from data.synthetic.ridges.parameters import FRAME_PX
from data.synthetic.ridges.streams import Appearance, FingerIdentity
from domain.arrays import Float32s, Float64s
from domain.prints.minutiae import MinutiaeSet
from domain.prints.prints import FINGERS, ImpressionType
from prints.features import whitening
from prints.features.describing import describe
from prints.features.tools import feature_tools
from prints.features.vector_model import content_digest, to_file
from service.ports.print_reading import GreyImage

_LEAN_SD_RAD = 0.12
_STRETCH_SD = 0.05
_BEND_PX = 5.0
_LEAST_MINUTIAE = 8


def real_like(
    prints: Sequence[Print], count: int, rng: np.random.Generator, *, is_mirrored: bool = True
) -> list[MinutiaeSet]:
    """Return synthetic prints of no person, made from real fingers, equally from each set."""
    hand = -1 if is_mirrored else 1
    by_set = by_finger(prints)
    names = sorted(by_set)
    made: list[MinutiaeSet] = []
    while len(made) < count:
        fingers = list(by_set[names[len(made) % len(names)]].values())
        found = _joined(fingers, hand, rng)
        if len(found) >= _LEAST_MINUTIAE:
            made.append(found)
    return made


def _joined(
    fingers: Sequence[Sequence[Print]], hand: int, rng: np.random.Generator
) -> MinutiaeSet:
    chosen = rng.choice(len(fingers), 2, replace=False).tolist()
    across = np.exp(-1j * rng.uniform(0, math.pi))
    parts = []
    for side, finger in zip((1, -1), chosen, strict=True):
        views = fingers[finger]
        minutiae = views[int(rng.integers(len(views)))].minutiae
        points, angles_rad = _bent(minutiae, hand, rng)
        kept = side * (points * across).real > 0
        parts.append(
            (points[kept], angles_rad[kept], minutiae.kind_codes[kept], minutiae.qualities[kept])
        )
    points, angles_rad, kinds, qualities = (
        np.concatenate(columns) for columns in zip(*parts, strict=True)
    )
    return framed(points, angles_rad, kinds, qualities / 100)


def _bent(minutiae: MinutiaeSet, hand: int, rng: np.random.Generator) -> tuple[Points, Float64s]:
    """Return the minutiae slightly bent, and mirrored if `hand` is -1."""
    places_px = minutiae.places_nominal_px
    points = places_px[:, 0] - 1j * places_px[:, 1]
    if len(points):
        points = points - (np.median(points.real) + 1j * np.median(points.imag))
    warp = random_warp(rng, FRAME_PX, _BEND_PX)
    lean = np.exp(1j * _LEAN_SD_RAD * rng.normal())
    wider, longer = 1 + _STRETCH_SD * rng.normal(size=2)

    def motion(z: Points) -> Points:
        moved = displaced(warp, z)
        return np.asarray(lean * (hand * wider * moved.real + 1j * longer * moved.imag))

    return carried(motion, points, minutiae.angles_rad.astype(np.float64))


DATA = "drawn"
SEED = 3700
"""Different from the seed of the fingers on which vectors are fitted."""

_LOOKS = (
    (ImpressionType.ROLLED, 70),
    (ImpressionType.PLAIN, 80),
    (ImpressionType.PLAIN, 60),
    (ImpressionType.PLAIN, 40),
)


def drawn_images(count: int) -> Iterator[tuple[tuple[str, int, int], GreyImage, float]]:
    """Yield set, finger, impression number, image and resolution, for `count` fingers."""
    for number in range(count):
        person, finger = divmod(number, len(FINGERS))
        identity = FingerIdentity(SEED, person, FINGERS[finger])
        for impression, (kind, quality) in enumerate(_LOOKS, start=1):
            drawn = render_impression(identity, Appearance(kind, quality, impression))
            yield (DATA, number, impression), drawn.image, float(drawn.dpi)


_EACH = 1_000
"""Prints made of each set, mirrored, and as many that are not."""


def vectors_by_set(prints: Sequence[Print], seed: int) -> dict[str, Float32s]:
    """Return the vectors of prints made of each set, float32 (n, v) for each name of a set.

    Half of these prints are mirrored, because left hands are about the mirror image of right ones.
    """
    vectors = feature_tools().vectors()
    made: dict[str, Float32s] = {}
    for name in dict.fromkeys(one.data for one in prints):
        own = [one for one in prints if one.data == name]
        rng = np.random.default_rng([seed, 7])
        sets = [
            minutiae
            for is_mirrored in (True, False)
            for minutiae in real_like(own, _EACH, rng, is_mirrored=is_mirrored)
        ]
        made[name] = np.array([vectors.of_description(describe(one)) for one in sets])
    return made


def fitted_on(made: Mapping[str, Float32s]) -> whitening.Whitening:
    """Return the whitening of the vectors of several sets together."""
    return whitening.fitted_whitening(np.concatenate(list(made.values())))


def left_out(prints: Sequence[Print], seed: int) -> dict[str, whitening.Whitening]:
    """Return the whitening for the prints of each set, fitted on all other sets. If there are no
    others, it is the one that comes with identlink.
    """
    names = dict.fromkeys(one.data for one in prints)
    if len(names) < 2:
        return dict.fromkeys(names, whitening.shipped_whitening())
    made = vectors_by_set(prints, seed)
    return {name: fitted_on({at: made[at] for at in made if at != name}) for name in names}


def write_fitted(path: Path | None, prints: Sequence[Print], seed: int) -> str:
    """Write the whitening fitted on all sets to a file, if one is named; return its digest."""
    arrays = whitening.to_arrays(fitted_on(vectors_by_set(prints, seed)))
    if path is not None:
        path.write_bytes(to_file(arrays))
    return content_digest(arrays)
