"""Fits the model of vectors on drawn fingers: `python -m benchmarks vectors --out FILE`.

Drawn fingers are bent, mirrored and thinned into new ones, and each is read several times with the
faults of extractors. The map is that of linear discriminant analysis: it whitens the variation
within fingers, then takes the directions in which the means of fingers differ most. No real print
is used. The same options give the same file on the same machine.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np

from benchmarks.machine import one_thread_each
from benchmarks.runner import parsed
from data.synthetic.extractions.faults import FINE, ROUGH
from data.synthetic.extractions.fingers import Skin, bent, simulated_extraction, skin_of
from data.synthetic.ridges.master import master_print
from data.synthetic.ridges.streams import FingerIdentity
from domain.arrays import Float64s, Int64s
from domain.prints.prints import FINGERS
from prints.features.describing import Description, describe
from prints.features.parameters import (
    DESCRIPTOR,
    VECTOR,
    WIDE_DESCRIPTOR,
    DescriptorParameters,
    VectorParameters,
)
from prints.features.vector_model import (
    Channel,
    Mixture,
    Projection,
    VectorModel,
    from_arrays,
    to_arrays,
    to_file,
)
from prints.features.vectors import described_in, fisher_vector, projected

_CODEBOOK_PRINTS = 600
_CODEBOOK_POINTS = 20_000
_SHAPES = (DESCRIPTOR, WIDE_DESCRIPTOR)

Fingers = Sequence[Sequence[Description]]


def fitted_model(
    fingers: Fingers, rng: np.random.Generator, parameters: VectorParameters = VECTOR
) -> VectorModel:
    """Return the model fitted on fingers with two or more descriptions, rounded as in a file."""
    firsts = [views[0] for views in fingers[:_CODEBOOK_PRINTS]]
    channels = tuple(_fitted_channel(firsts, shape, parameters, rng) for shape in _SHAPES)
    vectors = np.array([fisher_vector(view, channels) for views in fingers for view in views])
    owners = np.repeat(np.arange(len(fingers)), [len(views) for views in fingers])
    centre, directions = discriminant_map(
        vectors, owners, values=parameters.values, shrinkage=parameters.shrinkage
    )
    return from_arrays(to_arrays(VectorModel(channels, centre, directions, "")))


def discriminant_map(
    vectors: Float64s, owners: Int64s, *, values: int, shrinkage: float
) -> tuple[Float64s, Float64s]:
    """Return the mean, float64 (f,), and the map, float64 (f, values), of the vectors of fingers.

    `vectors`: float64 (n, f). `owners`: int64 (n,), the finger of each vector, numbered from 0.
    The covariance within fingers is shrunk towards a sphere by `shrinkage`, 0 to 1.
    """
    counts = np.bincount(owners)
    means = np.zeros((len(counts), vectors.shape[1]))
    np.add.at(means, owners, vectors)
    means /= counts[:, None]
    centre = vectors.mean(axis=0)
    residuals = vectors - means[owners]
    within = residuals.T @ residuals / (len(vectors) - len(counts))
    sphere = np.eye(len(within)) * np.trace(within) / len(within)
    variances, axes = np.linalg.eigh((1 - shrinkage) * within + shrinkage * sphere)
    whitening = axes / np.sqrt(variances)
    _, between = np.linalg.eigh(_covariance((means - centre) @ whitening))
    return centre, _signed(whitening @ between[:, ::-1][:, :values])


def _fitted_channel(
    prints: Sequence[Description],
    shape: DescriptorParameters,
    parameters: VectorParameters,
    rng: np.random.Generator,
) -> Channel:
    described = [described_in(one, shape) for one in prints]
    together = np.concatenate(described).astype(np.float64)
    projection = _projection(together, parameters)
    points = np.concatenate(
        [projected(one, rows, projection) for one, rows in zip(prints, described, strict=True)]
    )
    chosen = points[rng.permutation(len(points))[:_CODEBOOK_POINTS]]
    return Channel(shape, projection, fitted_mixture(chosen, parameters.words, rng))


def _projection(described: Float64s, parameters: VectorParameters) -> Projection:
    mean = described.mean(axis=0)
    variances, axes = np.linalg.eigh(_covariance(described - mean))
    leading = np.argsort(-variances, kind="stable")[: parameters.components]
    # Whitened only half-way: later components are noisier, and the mixture should not fit noise.
    half_white = _signed(axes[:, leading]) / variances[leading] ** 0.25
    return Projection(mean, half_white, parameters.direction_weight)


def _covariance(centred: Float64s) -> Float64s:
    return np.asarray(centred.T @ centred / len(centred))


def _signed(columns: Float64s) -> Float64s:
    """Return columns with a positive largest entry, because solvers may differ in sign."""
    largest = np.abs(columns).argmax(axis=0)
    signs = np.sign(columns[largest, np.arange(columns.shape[1])])
    return np.asarray(columns * np.where(signs == 0, 1.0, signs))


_PASSES_OF_MEANS = 10
_PASSES = 40
_LEAST_VARIANCE = 1e-3


def fitted_mixture(points: Float64s, words: int, rng: np.random.Generator) -> Mixture:
    """Return a mixture of `words` components fitted on points, float64 (n, c), with n well above
    `words`.

    The fit starts from k-means and runs a fixed number of passes.
    """
    means = _k_means(points, words, rng)
    spread = np.tile(points.std(axis=0), (words, 1))
    mixture = Mixture(np.full(words, 1 / words), means, np.maximum(spread, _LEAST_VARIANCE))
    for _ in range(_PASSES):
        mixture = _improved(mixture, points)
    return mixture


def _improved(mixture: Mixture, points: Float64s) -> Mixture:
    counted = mixture.responsibilities(points)
    totals = counted.sum(axis=0) + 1e-9
    means = counted.T @ points / totals[:, None]
    variances = counted.T @ points**2 / totals[:, None] - means**2
    sds = np.sqrt(np.maximum(variances, _LEAST_VARIANCE))
    return Mixture(totals / totals.sum(), means, sds)


def _k_means(points: Float64s, words: int, rng: np.random.Generator) -> Float64s:
    means = points[rng.choice(len(points), words, replace=False)]
    for _ in range(_PASSES_OF_MEANS):
        nearest = _nearest(points, means)
        means = np.array(
            [
                points[nearest == word].mean(axis=0) if np.any(nearest == word) else means[word]
                for word in range(words)
            ]
        )
    return means


def _nearest(points: Float64s, means: Float64s) -> Int64s:
    return np.asarray(((means**2).sum(axis=1) - 2 * points @ means.T).argmin(axis=1))


_LEAST_MINUTIAE = 8


@dataclass(frozen=True, kw_only=True)
class VectorsOptions:
    """The options of `python -m benchmarks vectors`."""

    out: Annotated[Path, "file for the model", {"required": True}]
    drawn: Annotated[int, "fingers drawn"] = 1_200
    fingers: Annotated[int, "fingers made of them"] = 3_000
    views: Annotated[int, "readings of each"] = 3
    seed: Annotated[int, "seed of the fingers"] = 3100


def main(arguments: Sequence[str]) -> int:
    """Draw, simulate, fit and write the model; print the digest that the code must state."""
    options = parsed(VectorsOptions, "vectors", __doc__, arguments)
    began = time.process_time()
    with one_thread_each():
        skins = drawn_skins(options.drawn, options.seed)
        print(f"{len(skins)} fingers drawn, {time.process_time() - began:.0f} s")
        rng = np.random.default_rng([options.seed, 1])
        fingers = [seen_fingers(skins, options.views, rng) for _ in range(options.fingers)]
        print(f"{len(fingers)} fingers read, {time.process_time() - began:.0f} s")
        model = fitted_model(fingers, rng)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_bytes(to_file(to_arrays(model)))
    print(f"{options.out.stat().st_size:,} bytes, {time.process_time() - began:.0f} s")
    print(f"digest {model.digest}")
    return 0


def drawn_skins(count: int, seed: int) -> list[Skin]:
    """Return drawn fingers, ten for each person."""
    return [
        skin_of(master_print(FingerIdentity(seed, number // 10, FINGERS[number % 10])))
        for number in range(count)
    ]


def seen_fingers(skins: Sequence[Skin], views: int, rng: np.random.Generator) -> list[Description]:
    """Return descriptions of a new finger, all read by the same kind of extractor."""
    finger = bent(skins[int(rng.integers(len(skins)))], rng)
    extractor = (ROUGH, FINE)[int(rng.integers(2))]
    seen: list[Description] = []
    while len(seen) < views:
        minutiae = simulated_extraction(finger, extractor, rng)
        if len(minutiae) >= _LEAST_MINUTIAE:
            seen.append(describe(minutiae))
    return seen
