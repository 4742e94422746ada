from __future__ import annotations

import numpy as np

from matching.biometric import COSINES
from matching.training.impostors import count_impostors


def unit_rows(rng: np.random.Generator, n: int) -> np.ndarray:
    rows = rng.normal(size=(n, 16)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_every_pair_of_different_people_is_counted_once_in_its_bin() -> None:
    rng = np.random.default_rng(2)
    probes, gallery = unit_rows(rng, 70), unit_rows(rng, 3000)
    own = np.where(np.arange(70) % 2, np.arange(70), -1)
    counts = count_impostors(probes, gallery, own)
    cosines = probes @ gallery.T
    cosines[own >= 0, own[own >= 0]] = np.nan
    expected = np.histogram(
        cosines[~np.isnan(cosines)], bins=np.append(COSINES - 0.0025, COSINES[-1] + 0.0025)
    )[0]
    assert counts.sum() == 70 * 3000 - 35
    assert np.abs(counts - expected).max() <= 2  # rounding at the edge of a bin
