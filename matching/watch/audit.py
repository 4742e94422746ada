"""Tests whether examiners exclude more proposals than the error rate of proposals allows.

Of searches that end without an identification, at most a share `bound` should have had a proposal
that examiners excluded. Against each greater share q the likelihood ratio of a search, q / bound
if a proposal was excluded and (1 - q) / (1 - bound) if not, has a mean of at most 1 as long as the
true share is at most `bound`. Ratios are multiplied from search to search as in
`matching.watch.seconds`, so the probability of ever raising a false alarm is at most 1 / `ALARM`.
"""

from matching.parameters import PROPOSED_FPIR
from matching.policy import Mode

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
