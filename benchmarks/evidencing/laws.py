"""Distributions ("laws") of templates that no model was fitted on: transformed prints of the
generator.
"""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from data.synthetic.parameters import DIMENSION

Vectors = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]
Law = Callable[[Vectors, Numbers], Vectors]
"""Function that transforms templates float32 (n, 10, d) of people `numbers` int64 (n,). Zero rows
stay zero."""

_SEED = 20_261_126
_SHIFT = 0.87
"""Length added along one direction: the strangers' mean is 0.87**2 / (1 + 0.87**2) = .43."""
_WIDE_DIMENSIONS = 28
"""Axes kept, so that the strangers' standard deviation becomes 28**-.5 = .19."""
_LOW_DIMENSIONS = 10
_CLUSTERS = 40
_CLUSTER_LENGTH = 0.8
_HEAVY_POWER = 3.0


def _axes(count: int) -> npt.NDArray[np.float64]:
    """Return float64 (d, count): random orthonormal directions, the same every time."""
    drawn = np.random.default_rng(_SEED).standard_normal((DIMENSION, count))
    return np.asarray(np.linalg.qr(drawn)[0])


def _unit(vectors: npt.NDArray[np.floating], like: Vectors) -> Vectors:
    """Return the vectors at unit length, and zero where `like` is zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    present = like.any(axis=-1, keepdims=True)
    return np.where(present, vectors / np.maximum(lengths, 1e-12), 0.0).astype(np.float32)


def centred(vectors: Vectors, _numbers: Numbers) -> Vectors:
    """Keep the generator's own distribution, on which the model was fitted."""
    return vectors


def shifted(vectors: Vectors, _numbers: Numbers) -> Vectors:
    """Add the same direction to all templates."""
    return _unit(vectors + _SHIFT * _axes(1)[:, 0], vectors)


def wide(vectors: Vectors, _numbers: Numbers) -> Vectors:
    """Keep only a few axes, so that strangers vary almost twice as much."""
    axes = _axes(_WIDE_DIMENSIONS).astype(np.float32)
    return _unit((vectors @ axes) @ axes.T, vectors)


def low(vectors: Vectors, _numbers: Numbers) -> Vectors:
    """Keep only ten axes, so that strangers vary three times as much."""
    axes = _axes(_LOW_DIMENSIONS).astype(np.float32)
    return _unit((vectors @ axes) @ axes.T, vectors)


def clustered(vectors: Vectors, numbers: Numbers) -> Vectors:
    """Move each finger towards one of forty centres, so that some strangers are very similar."""
    rng = np.random.default_rng(_SEED)
    centres = rng.standard_normal((_CLUSTERS, DIMENSION))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    mixed = (numbers[:, None] * 7919 + np.arange(vectors.shape[1]) * 104_729) % 1_000_003
    return _unit(vectors + _CLUSTER_LENGTH * centres[mixed * 31 % _CLUSTERS], vectors)


def heavy(vectors: Vectors, _numbers: Numbers) -> Vectors:
    """Let few components dominate each template, so that strangers' cosines have heavy tails."""
    return _unit(np.sign(vectors) * np.abs(vectors) ** _HEAVY_POWER, vectors)


LAWS: Mapping[str, Law] = {
    "centred": centred,
    "shifted": shifted,
    "wide": wide,
    "clustered": clustered,
    "heavy-tailed": heavy,
    "low dimension": low,
}
