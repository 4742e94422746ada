"""Compares a probe with stored templates, finger by finger: similarities for evidence.

The index only proposes candidates. The similarities that count are computed here, from the
templates in the database. They are therefore the same whenever they are computed again: they do
not depend on the content of an index and its segments, even if both are rebuilt. Products are
summed in float64 and rounded to float32 once, so the order in which a processor adds makes no
difference.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.arrays import Float32s, Float64s, Int64s, UInt8s, UInt64s
from domain.errors import InvalidTemplateError
from domain.prints.captures import FINGER_COUNT, CaptureColumns, MarkProbe, PrintProbe
from domain.prints.prints import FingerComparisons, Impression
from domain.prints.templates import TemplateFormat

ARITHMETIC = "float16 templates, float64 sums, float32 cosines/1"
"""The number formats of a search, as it states them; last, the version of the rules."""

_NAN = np.float32(np.nan)
_NOTHING = np.uint8(0)


def compare(probe: PrintProbe, held: CaptureColumns, places: Int64s) -> FingerComparisons:
    """Return the comparisons of a probe with captures at `places`, int64 (k,), in that order.

    A tenprint probe is compared with tenprints in every finger that both sides have. In a
    comparison with marks, or of a mark, only the finger that agrees most is kept. Column j is then
    finger j + 1 of the tenprint, whichever side that is. Between two marks, it is the first finger
    that the probe may be.
    """
    if held.are_marks:
        cosines = _highest_alone(_with_marks(probe, held, places))
    elif isinstance(probe, MarkProbe):
        fingers = np.asarray(probe.searched_positions) - 1
        cosines = _highest_alone(
            _cosines("nfd,d->nf", held, places, fingers=fingers, probe=probe.vector)
        )
    else:
        fingers = probe.presence.nonzero()[0]
        cosines = _cosines(
            "nfd,fd->nf", held, places, fingers=fingers, probe=probe.vectors[fingers]
        )
    return _comparisons(cosines, held.qualities[places], held.impression_codes[places])


def finger_similarities(vectors: Float32s, held: CaptureColumns, places: Int64s) -> Float32s:
    """Return the highest cosine of several vectors with each finger of tenprints.

    `vectors`: float32 (t, d), all of one print. The result is float32 (k, 10), with NaN for
    missing fingers.
    """
    products = _products("nfd,td->nft", held.vectors[places], vectors)
    return np.where(held.presence[places], products.max(axis=2), _NAN)


def _cosines(
    rule: str, held: CaptureColumns, places: Int64s, *, fingers: Int64s, probe: Float32s
) -> Float32s:
    """Return float32 (k, 10): similarities at `fingers`, int64 (f,); NaN elsewhere."""
    # The fingers of a capture are adjacent: all ten are copied at once, fewer one by one.
    is_all = len(fingers) == FINGER_COUNT
    picked = (places,) if is_all else (places[:, None], fingers)
    products = _products(rule, held.vectors[picked], probe)
    cosines = np.full((len(places), FINGER_COUNT), _NAN, dtype=np.float32)
    cosines[:, fingers] = np.where(held.presence[picked], products, _NAN)
    return cosines


def _with_marks(probe: PrintProbe, held: CaptureColumns, places: Int64s) -> Float32s:
    """Return float32 (k, 10): similarities with marks; NaN where there is no similarity."""
    vectors = held.vectors[places, 0]
    if isinstance(probe, MarkProbe):
        cosines = np.full((len(places), FINGER_COUNT), _NAN, dtype=np.float32)
        column = min(probe.searched_positions) - 1
        cosines[:, column] = _products("nd,d->n", vectors, probe.vector)
        return cosines
    products = _products("nd,fd->nf", vectors, probe.vectors)
    return np.where(held.presence[places] & probe.presence, products, _NAN)


def _products(rule: str, vectors: npt.NDArray[np.floating], probe: Float32s) -> Float32s:
    products: Float64s = np.einsum(rule, vectors, probe, dtype=np.float64)
    return products.astype(np.float32)


def _highest_alone(cosines: Float32s) -> Float32s:
    """Return the cosines with all but the highest of each row set to NaN."""
    highest = np.where(np.isnan(cosines), np.float32(-np.inf), cosines).argmax(axis=1)
    return np.where(np.arange(FINGER_COUNT) == highest[:, None], cosines, _NAN)


def _comparisons(
    cosines: Float32s, qualities: UInt8s, impression_codes: UInt8s
) -> FingerComparisons:
    """Return comparisons. Qualities and codes are uint8 (k, 10), or (k, 1) for marks."""
    blank = np.isnan(cosines)
    return FingerComparisons(
        cosines=cosines,
        qualities=np.where(blank, _NOTHING, qualities),
        impression_codes=np.where(blank, _NOTHING, impression_codes),
    )


_PLANES = 256
_POSITIONS = 256
"""The number of values of the byte that gives a finger's position."""
_FINGER_BYTES = 1 + _PLANES // 8
_LABEL = b"identlink probe planes 1"


@dataclass(frozen=True, slots=True, eq=False)
class PlaneSketcher:
    """Makes keyed sketches by which nearly equal probes are recognised, and no more. Thread-safe.

    The sketch of a finger states on which side of 256 secret planes its template lies. The share
    of planes on which two templates disagree estimates the angle between them (random hyperplane
    rounding, Charikar 2002). Without the key, a sketch reveals nothing. Even with the key, it is
    not a template.
    """

    planes: Float32s
    """float32 (d, 256): the normals of the secret planes."""
    near_planes: int
    """Fingers that disagree on at most this many planes are nearly the same."""

    def sketch(self, impressions: Sequence[Impression]) -> bytes:
        """Return the sketch of a probe: each finger's position and sides of the 256 planes."""
        vectors = np.stack([impression.vector for impression in impressions])
        sides = np.packbits(vectors @ self.planes > 0, axis=1)
        positions = np.array([[int(i.position)] for i in impressions], dtype=np.uint8)
        return np.hstack([positions, sides]).tobytes()

    def near(self, sketch: bytes, others: Sequence[bytes]) -> list[int]:
        """Return the indices of the other sketches with nearly the same print of a finger."""
        lengths = np.array([len(other) for other in others], dtype=np.int64)
        near = self.near_among(sketch, b"".join(others), lengths)
        return [int(at) for at in near]

    def near_among(self, sketch: bytes, others: bytes, lengths: Int64s) -> Int64s:
        """Return what `near` returns, int64 (m,) ascending, for other sketches that are
        concatenated in one byte string.

        `lengths`: int64 (n,), the number of bytes of each sketch.
        """
        if not others:
            return np.empty(0, dtype=np.int64)
        own_positions, own_sides = _fingers(sketch)
        positions, sides = _fingers(others)
        # All fingers at once, by position: no position occurs twice in a sketch.
        known, opposite = np.zeros(_POSITIONS, np.bool_), np.zeros((_POSITIONS, 4), np.uint64)
        known[own_positions], opposite[own_positions] = True, own_sides
        counts = np.bitwise_count(sides ^ opposite[positions]).astype(np.uint16)
        # Faster than a sum over an axis of four.
        differing = counts[:, 0] + counts[:, 1] + counts[:, 2] + counts[:, 3]
        near = np.flatnonzero((differing <= self.near_planes) & known[positions])
        ends = np.cumsum(lengths // _FINGER_BYTES)
        return np.unique(np.searchsorted(ends, near, side="right"))


def plane_sketcher(key: bytes, *, dimension: int, near_planes: int) -> PlaneSketcher:
    """Return a sketcher whose planes depend only on the key and the dimension."""
    seed = int.from_bytes(hashlib.sha256(_LABEL + key).digest()[:16], "big")
    rng = np.random.Generator(np.random.Philox(key=seed))
    planes = rng.standard_normal((dimension, _PLANES), dtype=np.float32)
    planes.flags.writeable = False
    return PlaneSketcher(planes, near_planes)


def _fingers(sketches: bytes) -> tuple[UInt8s, UInt64s]:
    """Return positions uint8 (n,) and sides uint64 (n, 4)."""
    rows = np.frombuffer(sketches, dtype=np.uint8).reshape(-1, _FINGER_BYTES)
    return rows[:, 0], np.ascontiguousarray(rows[:, 1:]).view(np.uint64)


def unit_vectors(values: npt.NDArray[np.floating[Any]], fmt: TemplateFormat) -> Float32s:
    """Return `values`, (n, d), as float32 (n, d) with each row L2-normalised once; read-only.

    The input is not changed. Raises InvalidTemplateError for another dimension. For values that
    are not finite or all zero, the error has a pointer to the row, such as `/3`.
    """
    if values.ndim != 2 or values.shape[1] != fmt.dimension:
        raise fmt.other_dimension()
    wide = values.astype(np.float64)
    # Row by row, so that equal templates have bit-for-bit equal lengths in any batch.
    lengths = np.sqrt(np.array([row @ row for row in wide]))
    for bad, detail in (
        (~np.isfinite(lengths), "The template contains a value that is not finite."),
        (lengths < 1e-6, "The values of the template are all zero."),
    ):
        if bad.any():
            raise InvalidTemplateError(detail, pointer=f"/{bad.argmax()}")
    # In float64, because the length of large float32 values may not fit in float32.
    vectors: Float32s = (wide / lengths[:, None]).astype(np.float32)
    vectors.flags.writeable = False
    return vectors


def unit_vector(values: npt.NDArray[np.floating[Any]], fmt: TemplateFormat) -> Float32s:
    """Return one template, (d,), normalised as by `unit_vectors`: float32 (d,)."""
    (vector,) = unit_vectors(values[None], fmt)
    return np.asarray(vector)
