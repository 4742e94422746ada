"""Cosines of different people, counted by the hundred million."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matching.biometric import COSINES
from matching.parameters import COSINE_STEP

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK = 2048


def count_impostors(
    probes: npt.NDArray[np.float32], gallery: npt.NDArray[np.float32], own: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Return int64 (bins,): comparisons of each probe with all other people, per bin of COSINES.

    `probes`: float32 (n, d), rows of unit length. `gallery`: float32 (m, d), likewise. `own`:
    int64 (n,), the gallery row of the probe's own person, which is left out; -1 for none.
    """
    counts = np.zeros(len(COSINES), dtype=np.int64)
    for rows, columns in _blocks(len(probes), len(gallery)):
        cosines = probes[rows] @ gallery[columns].T
        counts += _histogram(cosines)
        held = own[rows] - columns.start
        mated = np.flatnonzero((held >= 0) & (held < cosines.shape[1]))
        counts -= _histogram(cosines[mated, held[mated]])
    return counts


def _blocks(n: int, m: int) -> Iterator[tuple[slice, slice]]:
    for row in range(0, n, _BLOCK):
        for column in range(0, m, _BLOCK):
            yield slice(row, min(row + _BLOCK, n)), slice(column, min(column + _BLOCK, m))


def _histogram(cosines: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    bins = np.rint((cosines.ravel() + np.float32(1.0)) * np.float32(1.0 / COSINE_STEP))
    return np.bincount(bins.astype(np.int32).clip(0, len(COSINES) - 1), minlength=len(COSINES))
