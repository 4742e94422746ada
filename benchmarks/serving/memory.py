"""Whether the server's memory stays flat over many searches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks.serving.clients import SearchClient, submit_for
from benchmarks.serving.server import Served

_ROUND_S = 5.0
_SETTLING = 0.2
"""The first share of the samples, left out of the slope while caches fill."""


def memory_over(
    served: Served,
    bodies: Sequence[bytes],
    *,
    clients: int,
    searches: int,
    connect: Callable[[], SearchClient],
) -> dict[str, Any]:
    """Submit at least so many searches and return the private memory sampled on the way.

    `slope_bytes_per_search` is the least-squares line through the samples after the first fifth.
    """
    samples = [(0, served.private_bytes())]
    errors = 0
    while samples[-1][0] < searches and errors <= searches:
        load = submit_for(_ROUND_S, bodies, clients, connect)
        errors += load.errors
        samples.append((samples[-1][0] + len(load.durations_ms), served.private_bytes()))
    return {
        "searches": samples[-1][0],
        "errors": errors,
        "samples": samples,
        "slope_bytes_per_search": slope(samples),
    }


def slope(samples: Sequence[tuple[int, int]]) -> float:
    """Return bytes a search, of (searches, bytes) in order; NaN for fewer than two samples."""
    kept = samples[int(len(samples) * _SETTLING) :]
    if len(kept) < 2:
        return float("nan")
    counts, sizes = np.array(kept, dtype=np.float64).T
    away = counts - counts.mean()
    return float(away @ sizes / (away @ away)) if away.any() else float("nan")
