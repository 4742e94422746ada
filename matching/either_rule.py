"""A candidate is proposed if the prints reach one threshold, or prints and details together
another.

The two thresholds share the target false positive rate: `PRINTS_SHARE` of it is for prints only,
and the rest for people whom details lift over the other threshold. People who give false details
are therefore found as often as by prints at that share of the target, however much strangers gain
by chance agreement of details.
"""

import numpy as np
import numpy.typing as npt

from matching.levels import Bits

PRINTS_SHARE = 0.8
"""Share of the target rate for prints only. Set by hand, 2026-11-26: people who give false details
are found as often as by prints at four fifths of the target, and the remaining fifth is enough to
find almost all honest people."""


def either_thresholds(
    prints: Bits, totals: Bits, false_positive_rate: float
) -> tuple[float, float]:
    """Return the thresholds of prints and of totals.

    `prints`, `totals`: float64 (n,), the strongest candidate of each search for a person not on
    record, without and with details. At most `false_positive_rate` * n of the searches reach
    either threshold.
    """
    by_prints = _above(prints, int(PRINTS_SHARE * false_positive_rate * len(prints)))
    left = int(false_positive_rate * len(prints)) - int((prints >= by_prints).sum())
    return by_prints, _above(totals[prints < by_prints], left)


def _above(tops: Bits, allowed: int) -> float:
    """Return a threshold .01 bits above the highest value that must stay below it."""
    if allowed >= len(tops):
        return -np.inf
    place = len(tops) - 1 - allowed
    return float(np.round(np.partition(tops, place)[place] + 0.01, 2))


def is_proposed(
    prints: Bits, totals: Bits, thresholds: tuple[float, float]
) -> npt.NDArray[np.bool_]:
    """Return bool (n,): whether the rule proposes each candidate."""
    return np.asarray((prints >= thresholds[0]) | (totals >= thresholds[1]))
