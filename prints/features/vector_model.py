"""The fitted model of vectors: arrays in an npz file, identified by the SHA-256 of its content."""

import hashlib
import io
import json
import zipfile
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from domain.arrays import AnyArray, Float64s
from domain.errors import ModelError
from domain.prints.prints import PrintTool
from prints.features.parameters import DescriptorParameters


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """k normal distributions in c independent dimensions: the codebook of descriptors."""

    shares: Float64s
    """float64 (k,): the weights of the components, above 0, with a sum of 1."""
    means: Float64s
    """float64 (k, c)."""
    sds: Float64s
    """float64 (k, c): above 0."""

    def responsibilities(self, points: Float64s) -> Float64s:
        """Return float64 (n, k): the share of each component in each point, float64 (n, c)."""
        log_densities = self._log_densities(points)
        log_densities -= log_densities.max(axis=1, keepdims=True)
        densities = np.exp(log_densities)
        return np.asarray(densities / densities.sum(axis=1, keepdims=True))

    def mean_log_density(self, points: Float64s) -> float:
        """Return the mean natural logarithm of the density at points, float64 (n, c)."""
        return float(np.logaddexp.reduce(self._log_densities(points), axis=1).mean())

    def _log_densities(self, points: Float64s) -> Float64s:
        precisions = self.sds**-2
        constants = (
            np.log(self.shares)
            - np.log(self.sds).sum(axis=1)
            - 0.5 * points.shape[1] * np.log(2 * np.pi)
            - 0.5 * (self.means**2 * precisions).sum(axis=1)
        )
        crossed = points @ (self.means * precisions).T - 0.5 * (points**2) @ precisions.T
        return np.asarray(crossed + constants)


NAME = "identlink-fisher-lda"
ARITHMETIC = 1
"""Must be increased when the same arrays would give different vectors."""

SHIPPED_FILE = Path(__file__).parent / "models" / "vectors.npz"
SHIPPED_DIGEST = "7af9ede457c88f0a46f428086c63e3fab09975c4a24c9996f332777d761d1820"
"""Digest of the model that comes with identlink. A file with another digest is refused."""

Arrays = dict[str, AnyArray]


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """The projection from descriptors to the coordinates of a codebook."""

    mean: Float64s
    """float64 (d,): the mean of the descriptors."""
    axes: Float64s
    """float64 (d, c): the principal components of the descriptors, partly whitened."""
    direction_weight: float
    """The weight of the direction of a minutia on the image."""


@dataclass(frozen=True, slots=True, eq=False)
class Channel:
    """One kind of neighbourhood, with its codebook."""

    shape: DescriptorParameters
    projection: Projection
    mixture: Mixture
    """The codebook, in c + 2 dimensions."""


@dataclass(frozen=True, slots=True, eq=False)
class VectorModel:
    """Codebooks, and the discriminant map that is applied after them. Immutable."""

    channels: tuple[Channel, ...]
    centre: Float64s
    """float64 (f,): the mean Fisher vector, which is subtracted before the map."""
    directions: Float64s
    """float64 (f, v): the map to vectors of v values, in descending order of variance."""
    digest: str
    """SHA-256 of the content, in hexadecimal."""

    @property
    def tool(self) -> PrintTool:
        """The maker of vectors, under the name used in provenance."""
        return PrintTool(NAME, str(ARITHMETIC), self.digest)


def from_arrays(arrays: Arrays) -> VectorModel:
    """Return the model in arrays with the names that `to_arrays` gives. Raises ModelError."""
    try:
        heading = json.loads(bytes(arrays["heading"]).decode())
        channels = tuple(
            _channel(arrays, number, stated) for number, stated in enumerate(heading["channels"])
        )
        centre = arrays["centre"].astype(np.float64)
        directions = arrays["directions"].astype(np.float64)
    except (KeyError, ValueError, TypeError) as error:
        raise ModelError("The vector model is damaged: reinstall identlink.") from error
    return VectorModel(channels, centre, directions, content_digest(arrays))


def _channel(arrays: Arrays, number: int, stated: dict[str, Any]) -> Channel:
    parts = {
        name: arrays[f"{name}{number}"].astype(np.float64)
        for name in ("mean", "axes", "shares", "means", "sds")
    }
    return Channel(
        DescriptorParameters(**stated["shape"]),
        Projection(parts["mean"], parts["axes"], float(stated["direction_weight"])),
        Mixture(parts["shares"], parts["means"], parts["sds"]),
    )


def to_arrays(model: VectorModel) -> Arrays:
    """Return the arrays of a model, rounded as in a file. The digest is not among them."""
    stated = [
        {
            "shape": asdict(channel.shape),
            "direction_weight": channel.projection.direction_weight,
        }
        for channel in model.channels
    ]
    heading = {"channels": stated}
    arrays: Arrays = {
        "heading": np.frombuffer(json.dumps(heading, sort_keys=True).encode(), dtype=np.uint8),
        "centre": model.centre.astype(np.float32),
        "directions": model.directions.astype(np.float16),
    }
    for number, channel in enumerate(model.channels):
        arrays[f"mean{number}"] = channel.projection.mean.astype(np.float32)
        arrays[f"axes{number}"] = channel.projection.axes.astype(np.float32)
        arrays[f"shares{number}"] = channel.mixture.shares.astype(np.float32)
        arrays[f"means{number}"] = channel.mixture.means.astype(np.float32)
        arrays[f"sds{number}"] = channel.mixture.sds.astype(np.float32)
    return arrays


def to_file(arrays: Arrays) -> bytes:
    """Return arrays as an npz file without pickles, in the order of their names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(arrays):
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w") as member:
                np.lib.format.write_array(member, arrays[name], allow_pickle=False)
    return buffer.getvalue()


def content_digest(arrays: Arrays) -> str:
    """Return the SHA-256 of names, types, shapes and values, however a file packs them."""
    total = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        stated = json.dumps([name, array.dtype.str, list(array.shape)])
        total.update(stated.encode() + array.tobytes())
    return total.hexdigest()


def read_arrays(path: Path, digest: str) -> Arrays:
    """Return the arrays in a file. Raises ModelError if the digest of its content is different."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as packed:
            arrays = {name: packed[name] for name in packed.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError("The vector model cannot be read: reinstall identlink.") from error
    if content_digest(arrays) != digest:
        raise ModelError("The vector model is of another version: reinstall identlink.")
    return arrays


def read_model(path: Path, digest: str) -> VectorModel:
    """Return the model in a file. Raises ModelError if the digest of its content is different."""
    return from_arrays(read_arrays(path, digest))


@lru_cache(maxsize=1)
def shipped_model() -> VectorModel:
    """Return the model that comes with identlink, read at the first call. Raises ModelError."""
    return read_model(SHIPPED_FILE, SHIPPED_DIGEST)
