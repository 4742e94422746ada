"""Vectors as small integers, and cosines from them that are reproducible to the last bit.

A stored component is an integer of 8 bits, a probe component an integer of 14 bits. A product of
two unit vectors scaled in this way stays below 2**24 in every partial sum (Cauchy-Schwarz: 127 *
sqrt(d) for the stored vector, d up to 256, and 8192 plus a little rounding for the probe). Float32
arithmetic on them is therefore exact, and no order of summation, batch size or thread count can
change a cosine. This is why a stored search can be replayed. With 192 dimensions the error against
float32 vectors is about 5e-4 (standard deviation), two hundred times smaller than the spread of
impostors.
"""

import numpy as np
import numpy.typing as npt

from domain.errors import InvalidInputError
from domain.prints.templates import IndexedFormat

MOST_DIMENSIONS = 256
_STORED_PEAK = 127.0
_PROBE_LENGTH = 8192.0
_ROWS_AT_ONCE = 8192
"""Vectors rotated at a time. This limits the float64 copy to 13 MB."""


def check_dimension(fmt: IndexedFormat) -> None:
    """Check that the index can hold templates and codes of a format. Raises InvalidInputError."""
    template, codes = fmt.template, (fmt.mark_codes, fmt.tenprint_codes)
    if template.dimension % 2 or not 0 < template.dimension <= MOST_DIMENSIONS:
        raise InvalidInputError(
            f"Templates in the index must have an even number of values, at most "
            f"{MOST_DIMENSIONS}."
        )
    if any(code.parts % 2 or not 0 < code.dimension <= template.dimension for code in codes):
        raise InvalidInputError(
            f"The index codes of {template.label} must have an even number of groups, and no "
            "more components than a template has values."
        )


def stored_values(
    vectors: npt.NDArray[np.floating], rotation: npt.NDArray[np.float64] | None
) -> npt.NDArray[np.int8]:
    """Return vectors rotated and scaled so that the largest component is 127; int8 (..., d).

    `vectors` float32 (..., d); zero rows stay zero. The rotation is in float64, so that the
    integers do not depend on how many vectors are converted together.
    """
    d = vectors.shape[-1]
    flat = vectors.reshape(-1, d)
    result = np.empty(flat.shape, dtype=np.int8)
    for start in range(0, len(flat), _ROWS_AT_ONCE):
        part = rotated(flat[start : start + _ROWS_AT_ONCE], rotation)
        peaks = np.abs(part).max(axis=1, keepdims=True)
        np.multiply(part, _STORED_PEAK / np.maximum(peaks, 1e-30), out=part)
        result[start : start + _ROWS_AT_ONCE] = np.rint(part)
    return result.reshape(vectors.shape)


def probe_values(
    vectors: npt.NDArray[np.float32], rotation: npt.NDArray[np.float64] | None
) -> npt.NDArray[np.float32]:
    """Return unit vectors rotated and scaled to whole numbers; float32 (..., d).

    `vectors` float32 (..., d), each of unit length or zero.
    """
    d = vectors.shape[-1]
    part = rotated(vectors.reshape(-1, d), rotation)
    lengths = np.sqrt(np.einsum("nd,nd->n", part, part))[:, None]
    scaled = np.rint(part * (_PROBE_LENGTH / np.maximum(lengths, 1e-30)))
    values: npt.NDArray[np.float32] = scaled.astype(np.float32).reshape(vectors.shape)
    return values


def rotated(
    vectors: npt.NDArray[np.floating], rotation: npt.NDArray[np.float64] | None
) -> npt.NDArray[np.float64]:
    """Return vectors (n, d) after a rotation, as a new float64 array."""
    wide = vectors.astype(np.float64)
    return wide if rotation is None else wide @ rotation


def stored_lengths(vectors: npt.NDArray[np.int8]) -> npt.NDArray[np.float32]:
    """Return the Euclidean lengths of stored vectors, int8 (n, f, d); float32 (n, f)."""
    flat = vectors.reshape(-1, vectors.shape[2])
    found = np.empty(len(flat), dtype=np.float32)
    for start in range(0, len(flat), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        found[part] = lengths(flat[part].astype(np.float32))
    return found.reshape(vectors.shape[:2])


def lengths(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the Euclidean lengths of stored vectors held as float32 (..., d)."""
    squares: npt.NDArray[np.float32] = np.vecdot(values, values)
    return np.sqrt(squares)


def probe_lengths(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the Euclidean lengths of probes held as float32 (..., d).

    Computed in float64: the squares of a probe's components sum to about 2**26, where float32
    rounds and the result would depend on the order of addition.
    """
    wide = values.astype(np.float64)
    roots: npt.NDArray[np.float64] = np.sqrt(np.vecdot(wide, wide))
    return roots.astype(np.float32)
