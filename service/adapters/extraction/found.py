"""Findings of an extractor, as minutiae of the original image."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from domain.minutiae import MinutiaeSet
from service.adapters.extraction.resolution import NominalImage
from service.ports.extraction import GreyImage

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
