"""Converts values to unit vectors."""

from typing import Any

import numpy as np
import numpy.typing as npt

from domain.errors import InvalidTemplateError
from domain.prints.templates import TemplateFormat


def unit_vectors(
    values: npt.NDArray[np.floating[Any]], fmt: TemplateFormat
) -> npt.NDArray[np.float32]:
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
    vectors: npt.NDArray[np.float32] = (wide / lengths[:, None]).astype(np.float32)
    vectors.flags.writeable = False
    return vectors


def unit_vector(
    values: npt.NDArray[np.floating[Any]], fmt: TemplateFormat
) -> npt.NDArray[np.float32]:
    """Return one template, (d,), normalised as by `unit_vectors`: float32 (d,)."""
    (vector,) = unit_vectors(values[None], fmt)
    return np.asarray(vector)
