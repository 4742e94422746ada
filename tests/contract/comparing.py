"""Equality of values that hold arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domain.prints.prints import Impression


def are_close(left: Sequence[Impression], right: Sequence[Impression]) -> bool:
    """Whether two captures are the same up to the rounding of float16."""
    return _labels(left) == _labels(right) and all(
        np.allclose(a.vector, b.vector, atol=2e-3) for a, b in zip(left, right, strict=True)
    )


def are_identical(left: Sequence[Impression], right: Sequence[Impression]) -> bool:
    """Whether two captures are the same to the last bit."""
    return _labels(left) == _labels(right) and all(
        a.vector.tobytes() == b.vector.tobytes() for a, b in zip(left, right, strict=True)
    )


def _labels(impressions: Sequence[Impression]) -> list[tuple[object, ...]]:
    return [(i.position, i.impression_type, i.quality, i.fmt) for i in impressions]
