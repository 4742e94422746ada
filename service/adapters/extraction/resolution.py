"""Converts images to the resolution for which extractors are made, and converts findings back."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from domain.errors import UnreadablePrintError
from domain.prints.minutiae import MAX_PPI, MAX_SIDE_PX, MIN_PPI, NOMINAL_PPI, MinutiaeSet
from service.ports.print_reading import GreyImage

TOLERANCE = 0.05
"""Images whose resolution differs from NOMINAL_PPI by no more than this share are not resampled:
the ridges of different people differ in width by more, and resampling blurs. Chosen, 2026-11."""

MIN_SIDE_PX = 64
"""Shortest side at NOMINAL_PPI: 3 mm. No extractor finds a print in a smaller image."""


@dataclass(frozen=True, slots=True, eq=False)
class NominalImage:
    """An image near NOMINAL_PPI, with the scale to convert back from it."""

    grey: GreyImage
    """uint8 (h, w), C-contiguous."""
    scale: tuple[float, float]
    """Pixels of the original for each pixel of this image, across and down."""
    resampled: bool


def at_nominal(grey: GreyImage, ppi: float) -> NominalImage:
    """Return the image at NOMINAL_PPI, or unchanged if its resolution is close enough.

    Raises UnreadablePrintError unless the image is grey and has a size and a resolution that
    extractors can read.
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
        raise UnreadablePrintError("The image of a print must be grey, with 8 bits per pixel.")
    if not MIN_PPI <= ppi <= MAX_PPI:
        raise UnreadablePrintError(
            f"The image states an unusable resolution: send one of {MIN_PPI:.0f} to {MAX_PPI:.0f} "
            "pixels per inch."
        )
    sides = [side * NOMINAL_PPI / ppi for side in grey.shape]
    if min(sides) < MIN_SIDE_PX or max(*sides, *grey.shape) > MAX_SIDE_PX:
        raise UnreadablePrintError(
            f"The image is too small or too large: its sides must be {MIN_SIDE_PX} to "
            f"{MAX_SIDE_PX} pixels at {NOMINAL_PPI} pixels per inch."
        )


Column = npt.NDArray[np.float64]


def as_minutiae(
    original: GreyImage, ppi: float, nominal: NominalImage, finds: npt.NDArray[np.float64]
) -> MinutiaeSet:
    """Return the finds as a minutiae set of the original image.

    `finds`: float64 (n, 5): x and y in pixels of the nominal image, angle in radians as in
    `domain.prints.minutiae`, index of the kind, and quality from 0 to 1. Finds outside the image
    are left out.
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
