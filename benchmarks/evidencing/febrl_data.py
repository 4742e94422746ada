"""The inputs of the FEBRL comparison: two files, and pairs of their ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd  # type: ignore[import-untyped]  # pandas ships without types

Pairs = Sequence[tuple[str, str]]
"""Pairs of ids, a pandas MultiIndex."""


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Two files to link, or one against itself, and the true pairs."""

    name: str
    left: pd.DataFrame
    right: pd.DataFrame
    truth: frozenset[tuple[str, str]]

    @property
    def is_one_file(self) -> bool:
        """Whether one file is searched for duplicates."""
        return self.left is self.right
