"""The vector of a print: the Fisher vector of its neighbourhoods, projected by a discriminant map.

F. Perronnin, J. Sanchez, T. Mensink, "Improving the Fisher kernel for large-scale image
classification", ECCV 2010: gradients of the log-likelihood of a mixture with respect to its means
and standard deviations, each replaced by its signed square root, and scaled to unit length.
"""

import numpy as np

from domain.arrays import Float32s, Float64s
from domain.errors import UnreadablePrintError
from domain.prints.minutiae import MinutiaeSet
from domain.prints.prints import PrintTool
from prints.features.describing import Description, describe, neighbourhoods
from prints.features.parameters import DESCRIPTOR, VECTOR, DescriptorParameters
from prints.features.vector_model import Channel, Mixture, Projection, VectorModel


class FeatureVectors:
    """Makes vectors with one model. Thread-safe."""

    def __init__(self, model: VectorModel) -> None:
        self._model = model
        self.tool: PrintTool = model.tool

    def vector(self, minutiae: MinutiaeSet) -> Float32s:
        """Return float32 (v,) of unit length. Raises UnreadablePrintError for too few minutiae."""
        return vector(describe(minutiae), self._model)

    def of_description(self, description: Description) -> Float32s:
        """Return the vector of described minutiae. Raises the same error as `vector`."""
        return vector(description, self._model)


def vector(description: Description, model: VectorModel) -> Float32s:
    """Return float32 (v,) of unit length. The order of the minutiae makes no difference.

    Raises UnreadablePrintError for fewer than VECTOR.least_minutiae minutiae.
    """
    if len(description) < VECTOR.least_minutiae:
        raise UnreadablePrintError(
            f"The print shows fewer than {VECTOR.least_minutiae} minutiae: capture it "
            "again, or leave out this finger."
        )
    mapped = (fisher_vector(description, model.channels) - model.centre) @ model.directions
    return np.asarray(_unit(mapped), dtype=np.float32)


def fisher_vector(description: Description, channels: tuple[Channel, ...]) -> Float64s:
    """Return float64 (f,) of unit length: the Fisher vector, before the discriminant map."""
    parts = [
        _gradients(channel_points(description, channel), description.weights, channel.mixture)
        for channel in channels
    ]
    return _unit(np.concatenate(parts))


def channel_points(description: Description, channel: Channel) -> Float64s:
    """Return float64 (n, c'): the neighbourhoods in the coordinates of a channel's codebook."""
    projection = channel.projection
    return projected(description, described_in(description, channel.shape), projection)


def described_in(description: Description, shape: DescriptorParameters) -> Float32s:
    """Return float32 (n, d): the neighbourhoods of a description, in this shape."""
    if shape == DESCRIPTOR:
        return description.descriptors
    return neighbourhoods(
        description.places_px, description.angles_rad, description.weights, shape
    )


def projected(description: Description, described: Float32s, projection: Projection) -> Float64s:
    """Return float64 (n, c'): descriptors, float32 (n, d), in the coordinates of a codebook.

    The coordinates are the principal components, scaled to one length so that crowded and sparse
    neighbourhoods count alike, and the direction of the minutia itself, which distinguishes
    fingers that stand upright.
    """
    components = (described - projection.mean) @ projection.axes
    lengths = np.linalg.norm(components, axis=1, keepdims=True)
    even = components * (np.sqrt(components.shape[1]) / np.maximum(lengths, 1e-12))
    pointing = [np.cos(description.angles_rad), np.sin(description.angles_rad)]
    return np.column_stack([even, *(projection.direction_weight * column for column in pointing)])


def _gradients(points: Float64s, weights: Float32s, mixture: Mixture) -> Float64s:
    """Return float64 (2 k c,), unit length: gradients at points, float64 (n, c), by quality."""
    shares = VECTOR.weight_floor + weights.astype(np.float64)
    counted = mixture.responsibilities(points) * (shares / shares.sum())[:, None]
    off = (points[:, None, :] - mixture.means) / mixture.sds
    by_mean = np.einsum("nk,nkc->kc", counted, off) / np.sqrt(mixture.shares)[:, None]
    by_sd = np.einsum("nk,nkc->kc", counted, off**2 - 1)
    by_sd /= np.sqrt(2 * mixture.shares)[:, None]
    gradients = np.concatenate([by_mean.ravel(), by_sd.ravel()])
    return _unit(np.sign(gradients) * np.sqrt(np.abs(gradients)))


def _unit(values: Float64s) -> Float64s:
    return np.asarray(values / max(float(np.linalg.norm(values)), 1e-12))
