"""Proposed if prints reach one threshold, or prints and details together reach another.

The target false positive rate is shared between both: `PRINTS_SHARE` of it for prints alone, and
the rest for people lifted by details over the other threshold. People with false details are then
found as often as by prints at that share of the target, whatever strangers gain by chance
agreement of details.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from matching.levels import Bits

PRINTS_SHARE = 0.8
"""Share of the target rate for prints alone. Set by hand, 2026-11-26: liars are found as by
prints at four fifths of the target, and the fifth that is left finds almost all honest people."""


def either_thresholds(
    prints: Bits, totals: Bits, false_positive_rate: float
) -> tuple[float, float]:
    """Return the thresholds of prints and of totals.

    `prints`, `totals`: float64 (n,), the strongest of each search of a person not on record,
    without and with details. At most `false_positive_rate` n of them reach either one.
    """
    by_prints = _above(prints, int(PRINTS_SHARE * false_positive_rate * len(prints)))
    left = int(false_positive_rate * len(prints)) - int((prints >= by_prints).sum())
    return by_prints, _above(totals[prints < by_prints], left)


def _above(tops: Bits, allowed: int) -> float:
    """Return a hundredth of a bit above the first that must stay below."""
    if allowed >= len(tops):
        return -np.inf
    place = len(tops) - 1 - allowed
    return float(np.round(np.partition(tops, place)[place] + 0.01, 2))


def is_proposed(
    prints: Bits, totals: Bits, thresholds: tuple[float, float]
) -> npt.NDArray[np.bool_]:
    """Return bool (n,): the proposals of the rule."""
    return np.asarray((prints >= thresholds[0]) | (totals >= thresholds[1]))
