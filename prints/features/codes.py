"""Codes of the neighbourhoods of minutiae, for the look-up of single fingers in large galleries.

After R. Cappelli, M. Ferrara, D. Maltoni, "Fingerprint indexing based on Minutia Cylinder-Code",
IEEE TPAMI 33(5), 2011. A code states on which side of each of 128 planes a neighbourhood lies
(random hyperplane rounding, Charikar 2002), and not where its minutia lies. Similar neighbourhoods
have codes that differ in few bits. The index compares them (`indexing.searching.by_codes`).
"""

from functools import cache

import numpy as np

from domain.arrays import Float32s, Float64s, UInt8s
from domain.prints.minutiae import MinutiaeSet
from domain.prints.templates import CODE_BYTES, NeighbourhoodCodes
from prints.features.describing import STEPS, neighbourhood_values, neighbourhoods, placed
from prints.features.parameters import CODE, DESCRIPTOR
from prints.features.vector_model import SHIPPED_DIGEST, shipped_model

_VERSION = 1
_PLANES_NUMBER = 1
"""Selects the planes, which are the same everywhere. Any number would do."""


def code_format() -> NeighbourhoodCodes:
    """Return how an index keeps these codes.

    Planes pass through the mean neighbourhood of the vector model, so that codes change with it.
    """
    version = f"{_VERSION}-{SHIPPED_DIGEST[:8]}"
    return NeighbourhoodCodes(version, CODE.minutiae, CODE.near_bits)


def codes_of(minutiae: MinutiaeSet) -> UInt8s:
    """Return the codes of the best minutiae that have neighbours, best first; uint8 (m, 16).

    Neighbourhoods are computed in float64 and rounded, and sums of whole numbers are exact, so
    that every machine makes the same codes.
    """
    _, places_px, angles_rad, weights = placed(minutiae)
    described = neighbourhoods(places_px, angles_rad, weights.astype(np.float64), DESCRIPTOR)
    rows = described[: CODE.minutiae] * STEPS
    planes, limits = _planes()
    sides = rows[rows.any(axis=1)] @ planes > limits
    return np.packbits(sides, axis=1).reshape(-1, CODE_BYTES)


@cache
def _planes() -> tuple[Float32s, Float64s]:
    """Return normals of planes, 1 or -1, float32 (d, 128), and their limits, float64 (128,)."""
    shape = neighbourhood_values(DESCRIPTOR), 8 * CODE_BYTES
    words = np.random.Philox(key=_PLANES_NUMBER).random_raw(shape[0] * shape[1] // 64)
    bits = np.unpackbits(words.astype("<u8").view(np.uint8)).reshape(shape)
    planes = 2 * bits.astype(np.float32) - 1
    mean = shipped_model().channels[0].projection.mean.astype(np.float64) * STEPS
    # Half a step beyond a whole number, so that no sum lies on a plane.
    return planes, np.rint(mean @ planes.astype(np.float64)) + 0.5
