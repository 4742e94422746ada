"""Tests whether live searches agree with rehearsals: martingales on the second candidate, and on
how often examiners exclude a proposal.

The second candidate of a search is never more similar than the most similar stranger, unless a
person is on record twice. The probability p that a rehearsal has a stranger as similar therefore
holds for the second candidate, and k p^(k - 1) has a mean of at most 1 as long as live searches
are like the rehearsals. Evidence is multiplied from search to search, W <- (W + 1 / (t (t + 1)))
e. Since the weights of all starts add up to one, the probability that W ever reaches A is at most
1 / A (Ville, 1939).

Of searches that end without an identification, at most a share `bound` should have had a proposal
that examiners excluded. Against each greater share q the likelihood ratio of a search, q / bound
if a proposal was excluded and (1 - q) / (1 - bound) if not, has a mean of at most 1 as long as the
true share is at most `bound`. These ratios are multiplied in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.searches.models import Counted
from matching.experience import upper_share
from matching.parameters import PROPOSED_FPIR
from matching.policy import Mode
from matching.watch.detecting import MOST, SHARES

ALARM = 1e4
"""W from which live searches count as different from what was counted. This is ever wrong in at
most one of ten thousand streams."""

LEAST_CHANCE_GROWTH = 1.25
"""The probability is at least this many times the share of rehearsals: galleries change."""

_CONFIDENCE = 0.99


def chance(rehearsed: Counted, step: int) -> float:
    """Return an upper bound on the chance that a search has a stranger as similar as this step."""
    seen = rehearsed.at_least(step)
    share = seen / max(rehearsed.searches, 1)
    bound = upper_share(seen, rehearsed.searches, _CONFIDENCE)
    return min(1.0, max(bound, LEAST_CHANCE_GROWTH * share))


@dataclass(frozen=True, slots=True)
class Martingale:
    """W after this many searches, separately for each bet."""

    searches: int = 0
    grown: tuple[float, ...] = (0.0,) * len(SHARES)

    @property
    def evidence(self) -> float:
        """W: the mean over the bets."""
        return float(np.mean(self.grown))

    @property
    def is_alarm(self) -> bool:
        """Whether the evidence is enough."""
        return self.evidence >= ALARM

    def seen(self, e: float) -> Martingale:
        """Return W after one more search with this e-value, when each bet stakes its share."""
        return self.times([1.0 + share * (e - 1.0) for share in SHARES])

    def times(self, ratios: Sequence[float]) -> Martingale:
        """Return W after one more search with this ratio for each bet, of mean at most 1."""
        at = self.searches + 1
        start = 1.0 / (at * (at + 1.0))
        grown = tuple(
            min((w + start) * ratio, MOST) for w, ratio in zip(self.grown, ratios, strict=True)
        )
        return Martingale(at, grown)


LARGEST_FACTOR = 3.0
"""No rehearsed gallery may propose strangers at more than this multiple of the target: the rate is
an upper 95 % bound, and galleries grow."""

_MULTIPLES = (2.0, 8.0, 40.0)
"""The shares that the bets are on, as multiples of the bound: one for each sum that is kept."""
_HIGHEST = 0.9


def bound_of(mode: Mode) -> float:
    """Return the share of searches without a link that may have an excluded proposal."""
    return LARGEST_FACTOR * PROPOSED_FPIR[mode]


def ratios(bound: float, *, is_excluded: bool) -> tuple[float, ...]:
    """Return the likelihood ratios of one search that ended without an identification."""
    shares = [min(multiple * bound, _HIGHEST) for multiple in _MULTIPLES]
    if is_excluded:
        return tuple(share / bound for share in shares)
    return tuple((1.0 - share) / (1.0 - bound) for share in shares)
