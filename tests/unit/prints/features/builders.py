"""Sets of minutiae for tests: random ones, moved ones, and one finger seen twice."""

from __future__ import annotations

import math

import numpy as np

from domain.prints.minutiae import MinutiaeSet

SIDE_PX = 1200


def random_set(rng: np.random.Generator, n: int = 40, *, ppi: float = 500.0) -> MinutiaeSet:
    """Return minutiae anywhere in the middle of a large image, so that they can be moved."""
    places = rng.uniform(SIDE_PX / 2 - 130, SIDE_PX / 2 + 130, (n, 2))
    return columns(
        places, rng.uniform(0, math.tau, n), qualities=rng.integers(20, 100, n), ppi=ppi
    )


def columns(
    places: np.ndarray,
    angles_rad: np.ndarray,
    *,
    qualities: np.ndarray | None = None,
    ppi: float = 500.0,
) -> MinutiaeSet:
    n = len(angles_rad)
    graded = np.full(n, 80) if qualities is None else qualities
    return MinutiaeSet(
        np.asarray(places, dtype=np.float32).reshape(n, 2),
        np.mod(np.asarray(angles_rad, dtype=np.float64), math.tau).astype(np.float32),
        np.zeros(n, dtype=np.uint8),
        graded.astype(np.uint8),
        SIDE_PX,
        SIDE_PX,
        ppi,
    )


def moved(minutiae: MinutiaeSet, turn_rad: float, shift_px: tuple[float, float]) -> MinutiaeSet:
    """Return the print turned anticlockwise about the middle of the image, then moved."""
    middle = SIDE_PX / 2
    x, y = (minutiae.places_px.astype(np.float64) - middle).T
    cosine, sine = math.cos(turn_rad), math.sin(turn_rad)
    places = np.stack(
        [cosine * x + sine * y + shift_px[0], -sine * x + cosine * y + shift_px[1]], axis=1
    )
    return columns(places + middle, minutiae.angles_rad + turn_rad, qualities=minutiae.qualities)


def seen_again(
    minutiae: MinutiaeSet, rng: np.random.Generator, *, kept_share: float = 0.75
) -> MinutiaeSet:
    """Return another reading: some minutiae missed, some false, all a little off."""
    kept = rng.random(len(minutiae)) < kept_share
    false = random_set(rng, 6)
    n = int(kept.sum())
    places = minutiae.places_px[kept] + rng.normal(0, 1.5, (n, 2))
    angles = minutiae.angles_rad[kept] + rng.normal(0, 0.08, n)
    return columns(
        np.concatenate([places, false.places_px]), np.concatenate([angles, false.angles_rad])
    )


def reordered(minutiae: MinutiaeSet, order: np.ndarray) -> MinutiaeSet:
    return MinutiaeSet(
        minutiae.places_px[order],
        minutiae.angles_rad[order],
        minutiae.kind_codes[order],
        minutiae.qualities[order],
        minutiae.width_px,
        minutiae.height_px,
        minutiae.ppi,
    )
