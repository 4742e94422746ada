"""The coarse code of a finger: its leading principal components, product-quantised to 4 bits.

One codec serves tenprints (the short codes of ten fingers side by side, zero for missing fingers)
and marks (one longer code for each finger). In the same number of bytes, the leading components
keep more of a template than a random projection does. A rotation among these components spreads
their variance evenly over the groups. See `docs/adr/0003-exhaustive-fast-scan.md`.
"""

import hashlib
from dataclasses import dataclass

import numpy as np

from domain.arrays import AnyArray, Float32s, Float64s, Int8s, UInt8s, UInt16s
from domain.prints.captures import FINGER_COUNT
from domain.prints.templates import IndexedFormat
from indexing.codes.columns import has_fingers
from indexing.codes.rotation import lengths, orthonormal_matrix
from indexing.codes.vector_index import decoded, encode, train_centroids
from indexing.parameters import MIXING_NUMBER

_FINGERS_SKIPPED = 5
"""Components and long codes are trained on one in this many fingers of the sample: enough."""
_ROWS_AT_ONCE = 2048
"""Encounters encoded at a time. This limits the float32 copy to 16 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class Codec:
    """Turns stored vectors into codes, and probes into scan queries. Immutable."""

    finger_projection: Float32s
    """float32 (d, long dimension), orthonormal columns."""
    tenprint_projection: Float32s
    """float32 (d, short dimension), orthonormal columns."""
    finger_centroids: Float32s
    """float32 (parts, 16, part dimension): centroids of the long code."""
    tenprint_centroids: Float32s
    """float32 (10 * parts, 16, part dimension): centroids of the short codes."""
    trained_on: int
    """Number of encounters in the training sample."""
    residual: float | None = None
    """Residual of the training sample; see `residual_of`. None for an older codec."""
    tenprint_mean: Float32s | None = None
    """float32 (short dimension,): the mean of projected fingers, a direction all templates share.

    None for a codec made before it was measured.
    """

    @property
    def digest(self) -> str:
        """SHA-256 digest, hexadecimal. Only codes of one codec are comparable."""
        arrays = [
            self.finger_projection,
            self.tenprint_projection,
            self.finger_centroids,
            self.tenprint_centroids,
        ]
        if self.tenprint_mean is not None:
            arrays.append(self.tenprint_mean)
        return hashlib.sha256(
            b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)
        ).hexdigest()

    def finger_codes(self, vectors: Int8s) -> UInt8s:
        """Return the long codes of stored fingers int8 (n, d); uint8 (n, parts / 2)."""
        parts = [
            encode(self.finger_centroids, self.finger_queries(_unit(part)))
            for part in _slices(vectors)
        ]
        return np.concatenate(parts) if parts else _no_codes(self.finger_centroids)

    def tenprint_codes(self, vectors: Int8s, finger_bits: UInt16s) -> UInt8s:
        """Return the codes of stored encounters int8 (n, 10, d); uint8 (n, 5 * parts).

        A capture with few fingers is scaled up. The scan then ranks in the same way as the exact
        comparison: by the sum of cosines divided by the square root of the number of fingers.
        """
        parts = [
            encode(self.tenprint_centroids, _tenprint_rows(self.tenprint_projection, part, bits))
            for part, bits in zip(_slices(vectors), _slices(finger_bits), strict=True)
        ]
        return np.concatenate(parts) if parts else _no_codes(self.tenprint_centroids)

    def residual_of(self, vectors: Int8s, finger_bits: UInt16s) -> float:
        """Return the mean share of a finger's squared length that its long code loses.

        `vectors` int8 (n, 10, d), `finger_bits` uint16 (n,), with at least one finger. The value
        changes when templates arrive whose directions differ from those in the training sample.
        """
        return _residual(
            self.finger_projection, self.finger_centroids, _some(vectors, finger_bits)
        )

    def finger_queries(self, probes: Float32s) -> Float32s:
        """Return scan queries for probe fingers float32 (q, d)."""
        return np.ascontiguousarray(probes @ self.finger_projection)

    def tenprint_queries(self, probes: Float32s) -> Float32s:
        """Return scan queries for probe captures float32 (q, 10, d).

        The direction that all templates share is subtracted. A code keeps this direction fully and
        the others only in part, so without the subtraction captures of many fingers would all rank
        above a mate with few fingers.
        """
        leading: Float32s = probes @ self.tenprint_projection
        if self.tenprint_mean is not None:
            leading -= lengths(probes)[..., None] * self.tenprint_mean
        return leading.reshape(len(probes), -1)


def train_codec(vectors: Int8s, finger_bits: UInt16s, fmt: IndexedFormat) -> Codec:
    """Return the codec fitted to a sample of stored encounters.

    The same sample always gives the same codec. `vectors` int8 (n, 10, d), `finger_bits` uint16
    (n,). The index format determines the shapes of the codes.
    """
    fingers = _some(vectors, finger_bits)
    components = _principal_components(fingers)
    finger_projection = _mixed(components[:, : fmt.mark_codes.dimension])
    tenprint_projection = _mixed(components[:, : fmt.tenprint_codes.dimension])
    tenprints = _tenprint_rows(tenprint_projection, vectors, finger_bits)
    finger_centroids = train_centroids(fingers @ finger_projection, fmt.mark_codes.parts)
    return Codec(
        finger_projection=finger_projection,
        tenprint_projection=tenprint_projection,
        finger_centroids=finger_centroids,
        tenprint_centroids=train_centroids(tenprints, FINGER_COUNT * fmt.tenprint_codes.parts),
        trained_on=len(vectors),
        residual=_residual(finger_projection, finger_centroids, fingers),
        tenprint_mean=(fingers @ tenprint_projection).mean(axis=0),
    )


def _some(vectors: Int8s, finger_bits: UInt16s) -> Float32s:
    """Return every `_FINGERS_SKIPPED`-th finger of encounters, at unit length; float32 (m, d)."""
    return _unit(vectors[has_fingers(finger_bits)][::_FINGERS_SKIPPED])


def _residual(projection: Float32s, centroids: Float32s, unit: Float32s) -> float:
    leading = np.ascontiguousarray(unit @ projection)
    kept = decoded(centroids, encode(centroids, leading))
    # The part outside the components is lost fully; of the part inside, the code's error is lost.
    outside = 1.0 - np.square(leading).sum(axis=1)
    return float((outside + np.square(leading - kept).sum(axis=1)).mean())


def _principal_components(unit: Float32s) -> Float64s:
    """Return directions by falling second moment (not variance: cosines are not centred)."""
    moments = unit.T.astype(np.float64) @ unit.astype(np.float64)
    directions: Float64s = np.linalg.eigh(moments)[1]
    return directions[:, ::-1]


def _mixed(components: Float64s) -> Float32s:
    """Return directions that span the same space. Each is a mixture of all the given ones."""
    blend = orthonormal_matrix(MIXING_NUMBER, components.shape[1])
    return np.ascontiguousarray((components @ blend).astype(np.float32))


def _tenprint_rows(projection: Float32s, vectors: Int8s, finger_bits: UInt16s) -> Float32s:
    present = np.maximum(has_fingers(finger_bits).sum(axis=1), 1)
    scale = np.sqrt(FINGER_COUNT / present).astype(np.float32)
    leading: Float32s = _unit(vectors) @ projection
    leading *= scale[:, None, None]
    return leading.reshape(len(vectors), -1)


def _unit(vectors: Int8s) -> Float32s:
    values: Float32s = vectors.astype(np.float32)
    values /= np.maximum(lengths(values), 1)[..., None]
    return values


def _slices(array: AnyArray) -> list[AnyArray]:
    return [array[start : start + _ROWS_AT_ONCE] for start in range(0, len(array), _ROWS_AT_ONCE)]


def _no_codes(centroids: Float32s) -> UInt8s:
    return np.zeros((0, len(centroids) // 2), dtype=np.uint8)
