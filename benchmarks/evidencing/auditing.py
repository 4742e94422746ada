"""The audit of proposals on simulated searches: false alarms at the bound, and delays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.policy import Mode
from matching.watch.audit import bound_of, ratios
from matching.watch.detecting import MOST
from matching.watch.seconds import ALARM

STREAMS, SEARCHES, MOVED_AT, FURTHEST = 1_000, 10_000, 500, 5_000
_TARGET = 0.001
SHARES = (0.01, 0.02, 0.05, 0.1, 0.2)
"""True shares, after the move, of searches without a link that propose a stranger."""


def audit_rows(seed: int) -> Iterator[dict[str, Any]]:
    """Yield a row for streams at the bound, then one for each share after a move."""
    rng = np.random.default_rng(seed)
    home = _alarms(np.full(SEARCHES, bound_of(Mode.TENPRINT)), rng)
    yield _row("at the bound, .003", home)
    for share in SHARES:
        moved = np.repeat([_TARGET, share], [MOVED_AT, FURTHEST])
        found = _alarms(moved, rng)
        early = found <= MOVED_AT
        yield _row(f"from .001 to {share}", np.where(early, np.nan, found - MOVED_AT))


def _row(what: str, delays: npt.NDArray[np.float64]) -> dict[str, Any]:
    return {
        "what": what,
        "streams": len(delays),
        "alarms": int(np.isfinite(delays).sum()),
        "median": float(np.nanmedian(delays)),
        "nine_in_ten": float(np.nanquantile(delays, 0.9, method="higher")),
    }


def _alarms(shares: npt.NDArray[np.float64], rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return the search of the first alarm of each stream, infinity if there is none."""
    bound = bound_of(Mode.TENPRINT)
    kept, excluded = (np.array(ratios(bound, is_excluded=one)) for one in (False, True))
    grown, first = np.zeros((STREAMS, len(kept))), np.full(STREAMS, np.inf)
    for at, share in enumerate(shares.tolist(), 1):
        met = np.where((rng.random(STREAMS) < share)[:, None], excluded, kept)
        grown = np.minimum((grown + 1.0 / (at * (at + 1.0))) * met, MOST)
        first = np.where(grown.mean(axis=1) >= ALARM, np.minimum(first, at), first)
    return first
