"""Long lists of values, cut to what one statement may name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

_T = TypeVar("_T")

_STEP = 5_000
"""Well under the 32,766 variables of SQLite and the 65,535 of PostgreSQL."""


def in_steps(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """Yield the values in slices that fit one statement; nearly always there is one."""
    for start in range(0, len(values), _STEP):
        yield values[start : start + _STEP]
