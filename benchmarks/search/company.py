"""The cost of a search by the number of searches that share one pass over the index."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from domain.probes import MarkProbe, TenprintProbe
from indexing.gallery_index import GalleryIndex

SIZES = (1, 2, 4, 8)
_QUERIES = 64
_ROUNDS = 3
_Probe = TypeVar("_Probe")


def costs_in_company(
    index: GalleryIndex, tenprints: Sequence[TenprintProbe], marks: Sequence[MarkProbe]
) -> list[dict[str, Any]]:
    """Return CPU milliseconds a search, the least of three rounds, for each size of company."""
    kinds: tuple[tuple[str, Callable[[int], float]], ...] = (
        ("tenprint", lambda size: _cost_ms(index.search_tenprints, tenprints, size)),
        ("mark of unknown finger", lambda size: _cost_ms(index.search_marks, marks, size)),
    )
    return [
        {"search": name, "together": size, "cpu_ms": cost_ms(size)}
        for name, cost_ms in kinds
        for size in SIZES
    ]


def _cost_ms(search: Callable[..., object], probes: Sequence[_Probe], size: int) -> float:
    asked = probes[:_QUERIES]
    rounds = []
    for _ in range(_ROUNDS):
        begun_ns = time.thread_time_ns()
        for first in range(0, len(asked), size):
            search(asked[first : first + size], k=100)
        rounds.append((time.thread_time_ns() - begun_ns) / len(asked) / 1e6)
    return min(rounds)
