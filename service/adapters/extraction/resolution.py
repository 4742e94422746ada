"""Images brought to the resolution that extractors are made for, and findings back from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from domain.errors import UnreadablePrintError
from domain.minutiae import MAX_PPI, MAX_SIDE_PX, MIN_PPI, NOMINAL_PPI, MinutiaeSet
from service.ports.print_reading import GreyImage

TOLERANCE = 0.05
"""Extractors see images within this part of NOMINAL_PPI as they are: ridges differ in breadth by
more than that between people, and resampling blurs. Chosen, 2026-11."""

MIN_SIDE_PX = 64
"""Sides at NOMINAL_PPI: 3 mm, below which no extractor finds a print."""


@dataclass(frozen=True, slots=True, eq=False)
class NominalImage:
    """An image near NOMINAL_PPI, and how to come back from it."""

    grey: GreyImage
    """uint8 (h, w), C-contiguous."""
    scale: tuple[float, float]
    """Pixels of the original for one pixel of this, across and down."""
    resampled: bool


def at_nominal(grey: GreyImage, ppi: float) -> NominalImage:
    """Return the image at NOMINAL_PPI, or itself if it is near enough.

    Raises UnreadablePrintError for anything but a grey image of a size and resolution that
    extractors read.
    """
    _check(grey, ppi)
    height, width = grey.shape
    if abs(ppi / NOMINAL_PPI - 1.0) <= TOLERANCE:
        return NominalImage(np.ascontiguousarray(grey), (1.0, 1.0), resampled=False)
    size = (round(width * NOMINAL_PPI / ppi), round(height * NOMINAL_PPI / ppi))
    resized = Image.fromarray(grey).resize(size, Image.Resampling.LANCZOS)
    scale = (width / size[0], height / size[1])
    return NominalImage(np.asarray(resized, dtype=np.uint8), scale, resampled=True)


def _check(grey: GreyImage, ppi: float) -> None:
    if grey.ndim != 2 or grey.dtype != np.uint8:
        raise UnreadablePrintError("The image of a print must be grey, with 8 bits a pixel.")
    if not MIN_PPI <= ppi <= MAX_PPI:
        raise UnreadablePrintError(
            f"The image states an unusable resolution: {MIN_PPI:.0f} to {MAX_PPI:.0f} pixels an "
            "inch can be read."
        )
    sides = [side * NOMINAL_PPI / ppi for side in grey.shape]
    if min(sides) < MIN_SIDE_PX or max(*sides, *grey.shape) > MAX_SIDE_PX:
        raise UnreadablePrintError(
            f"The image is too small or too large: its sides must be {MIN_SIDE_PX} to "
            f"{MAX_SIDE_PX} pixels at {NOMINAL_PPI} pixels an inch."
        )


Column = npt.NDArray[np.float64]


def as_minutiae(
    original: GreyImage, ppi: float, nominal: NominalImage, finds: npt.NDArray[np.float64]
) -> MinutiaeSet:
    """Return the finds as a set of the original image.

    `finds`: float64 (n, 5): x and y in pixels of the nominal image, angle in radians as in
    `domain.minutiae`, index of the kind, quality from 0 to 1. Finds outside are left out.
    """
    height, width = original.shape
    places = (finds[:, :2] * nominal.scale).astype(np.float32)
    inside = np.all((places >= 0) & (places < np.array([width, height])), axis=1)
    kept = finds[inside]
    return MinutiaeSet(
        places[inside],
        np.mod(kept[:, 2], 2 * np.pi).astype(np.float32),
        kept[:, 3].astype(np.uint8),
        np.clip(np.rint(100 * kept[:, 4]), 0, 100).astype(np.uint8),
        width,
        height,
        float(ppi),
    )
