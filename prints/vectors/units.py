"""Values to unit vectors."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from domain.errors import InvalidTemplateError
from domain.templates import TemplateFormat


def unit_vector(
    values: npt.NDArray[np.floating[Any]], fmt: TemplateFormat
) -> npt.NDArray[np.float32]:
    """Return `values` as float32 (d,), L2-normalised once, read-only; the input is left alone.

    Raises InvalidTemplateError for another dimension, values that are not finite, or all zeros.
    """
    if values.shape != (fmt.dimension,):
        raise fmt.other_dimension()
    wide = values.astype(np.float64)
    length = float(np.linalg.norm(wide))
    if not np.isfinite(length):
        raise InvalidTemplateError("The template holds a value that is not finite.")
    if length < 1e-6:
        raise InvalidTemplateError("The values of the template are all zero.")
    # In float64, since the length of large float32 values may be beyond float32.
    vector: npt.NDArray[np.float32] = (wide / length).astype(np.float32)
    vector.flags.writeable = False
    return vector
