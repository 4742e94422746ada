"""Minutiae and the neighbourhood of each, in the form that a matcher and a vector need."""

import math
from dataclasses import dataclass, replace

import numpy as np

from domain.arrays import Bools, Float32s, Float64s, Int64s
from domain.prints.minutiae import MinutiaeSet
from prints.features.parameters import DESCRIPTOR, DescriptorParameters

STEPS = np.float32(2048)
"""The number of steps in which the values of a neighbourhood, 0 to 1, are rounded."""


@dataclass(frozen=True, slots=True, eq=False)
class Description:
    """The n best minutiae of a print, in an order of their own. The arrays are read-only.

    Two sets with the same minutiae in another order have the same description, except for
    `sources`.
    """

    sources: Int64s
    """int64 (n,): the position of each minutia in the set that was described."""
    places_px: Float64s
    """float64 (n, 2): x to the right, y upwards, in pixels at 500 per inch."""
    angles_rad: Float64s
    """float64 (n,): anticlockwise."""
    weights: Float32s
    """float32 (n,): the qualities, scaled to 0 to 1."""
    descriptors: Float32s
    """float32 (n, d), C-contiguous: the neighbourhoods. Rows have unit length, rounded to steps of
    1 / 2048, or are zero if a minutia has no neighbours."""

    def __len__(self) -> int:
        return len(self.angles_rad)


def describe(minutiae: MinutiaeSet) -> Description:
    """Return the description of a print of any number of minutiae, empty for none."""
    sources, places_px, angles_rad, weights = placed(minutiae)
    descriptors = neighbourhoods(places_px, angles_rad, weights, DESCRIPTOR)
    for array in (sources, places_px, angles_rad, weights, descriptors):
        array.flags.writeable = False
    return Description(sources, places_px, angles_rad, weights, descriptors)


def placed(minutiae: MinutiaeSet) -> tuple[Int64s, Float64s, Float64s, Float32s]:
    """Return the best minutiae: the first four arrays of `Description`, best minutia first."""
    places_px = minutiae.places_nominal_px * (1.0, -1.0)
    sources = _chosen(minutiae, places_px)
    angles_rad = minutiae.angles_rad[sources].astype(np.float64)
    weights = minutiae.qualities[sources].astype(np.float32) / np.float32(100)
    return sources, places_px[sources], angles_rad, weights


def turned(description: Description, turn_rad: float) -> Description:
    """Return the description after an anticlockwise turn, which changes no neighbourhood."""
    cosine, sine = math.cos(turn_rad), math.sin(turn_rad)
    places_px = description.places_px @ np.array([[cosine, sine], [-sine, cosine]])
    return replace(description, places_px=places_px, angles_rad=description.angles_rad + turn_rad)


def _chosen(minutiae: MinutiaeSet, places_px: Float64s) -> Int64s:
    """Return int64 (n,): the best by quality in a fixed order, no place and direction twice."""
    columns = (minutiae.kind_codes, minutiae.angles_rad, places_px[:, 1], places_px[:, 0])
    order = np.lexsort((*columns, -minutiae.qualities.astype(np.int64)))
    alike = np.stack([column[order].astype(np.float64) for column in columns[1:]], axis=1)
    _, firsts = np.unique(alike, axis=0, return_index=True)
    return np.asarray(order[np.sort(firsts)][: DESCRIPTOR.most_minutiae], dtype=np.int64)


def neighbourhoods(
    places_px: Float64s, angles_rad: Float64s, weights: Float32s, shape: DescriptorParameters
) -> Float32s:
    """Return float32 (n, d): where neighbours of each minutia lie and point, relative to it.

    The arguments are as in `Description`. Rows have unit length, or are zero if a minutia has no
    neighbours. Until they are rounded, they have the precision of `weights`, float32 or float64.
    """
    n = len(angles_rad)
    inside = _inside(shape)
    if n < 2:
        return np.zeros((n, neighbourhood_values(shape)), dtype=np.float32)
    along, across = (one.astype(weights.dtype) for one in _seen_from_each(places_px, angles_rad))
    relative_rad = (angles_rad[None, :] - angles_rad[:, None]).astype(weights.dtype)
    shares = shape.least_weight + (1 - shape.least_weight) * weights
    pointing = _direction_weights(relative_rad, shape) * shares[None, :, None]
    pointing[np.arange(n), np.arange(n)] = 0.0
    columns = _place_weights(along, shape)[..., :, None] * pointing[..., None, :]
    rows = _place_weights(across, shape)
    cells = np.matmul(rows.transpose(0, 2, 1), columns.reshape(n, n, -1))
    filled = cells.reshape(n, shape.cells**2, -1)[:, inside].reshape(n, -1)
    # The square root prevents a single crowded cell from dominating, as in other histograms.
    rooted = np.sqrt(filled)
    lengths = np.linalg.norm(rooted, axis=1, keepdims=True)
    return _rounded(rooted / np.where(lengths > 1e-6, lengths, 1.0))


def neighbourhood_values(shape: DescriptorParameters) -> int:
    """Return the number of values of a neighbourhood."""
    return int(_inside(shape).sum()) * shape.directions


def _rounded(rows: Float32s) -> Float32s:
    """Return rows of unit length, rounded to steps of 1 / STEPS.

    Products of such rows are sums of whole multiples, below 2^24, of a squared step. float32 adds
    them exactly, so the order in which a processor and its library add makes no difference.
    """
    return np.ascontiguousarray(np.rint(rows * STEPS) / STEPS, dtype=np.float32)


def _seen_from_each(places_px: Float64s, angles_rad: Float64s) -> tuple[Float64s, Float64s]:
    """Return float64 (n, n) twice: the distance of j ahead of minutia i, and to its left."""
    offsets = places_px[None, :, :] - places_px[:, None, :]
    cosines, sines = np.cos(angles_rad)[:, None], np.sin(angles_rad)[:, None]
    along = cosines * offsets[..., 0] + sines * offsets[..., 1]
    across = cosines * offsets[..., 1] - sines * offsets[..., 0]
    return along, across


def _cell_middles(shape: DescriptorParameters) -> Float32s:
    steps = (np.arange(shape.cells) + 0.5) / shape.cells
    return ((2 * steps - 1) * shape.radius_px).astype(np.float32)


def _inside(shape: DescriptorParameters) -> Bools:
    middles = _cell_middles(shape)
    distances = np.hypot(middles[:, None], middles[None, :])
    return np.asarray(distances <= shape.radius_px).ravel()


def _place_weights(distances_px: Float32s, shape: DescriptorParameters) -> Float32s:
    """Return float32 (n, n, cells): the share of a neighbour in each column of cells."""
    off = (distances_px[..., None] - _cell_middles(shape)) / np.float32(shape.place_sigma_px)
    return np.exp(-0.5 * off * off)


def _direction_weights(relative_rad: Float32s, shape: DescriptorParameters) -> Float32s:
    """Return float32 (n, n, directions): a neighbour's share of each direction (von Mises)."""
    bins = np.arange(shape.directions, dtype=np.float32)
    middles_rad = (bins + 0.5) * np.float32(2 * np.pi / shape.directions)
    sharpness = np.float32(shape.direction_sigma_rad**-2)
    return np.exp(sharpness * (np.cos(relative_rad[..., None] - middles_rad) - 1))
