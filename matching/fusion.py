"""Prints and details on one scale: limits of what details add, thresholds of a proposal."""

import numpy as np

from domain.arrays import Bools
from matching import parameters
from matching.levels import Bits
from matching.print_parameters import FAILED_CAPTURE, HIGHEST_RATE, PROCESS_ERROR


def prior_bits(gallery_size: int) -> float:
    """Return log2(p_mate / N) for a search of N people. It is counted once in each search."""
    return float(np.log2(parameters.MATE_RATE / max(gallery_size, 1)))


def bounded(bits: Bits, failing: float, false: Bits | float) -> Bits:
    """Return log2 of ((1 - failing) R + failing) / (1 - false + false R) for a ratio R of `bits`.

    Computed with logarithms, so that large sums stay finite.
    """
    numerator = np.logaddexp2(bits + np.log2(1.0 - failing), np.log2(failing))
    denominator = np.logaddexp2(np.log2(1.0 - false), bits + np.log2(false))
    return np.asarray(numerator - denominator)


def posterior(log2_odds: Bits) -> Bits:
    """Return probabilities, float64 of the same shape, from log2 odds."""
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(log2_odds, -500.0, 500.0))))


def promotion(bits: Bits, gallery_size: int) -> Bits:
    """Return the bits that details add in a search led by prints, (k,), given their sum (k,).

    A person on record may give another person's identity (rate pi), so disagreement is weak
    evidence. A stranger may give the identity of a person on record, or be that person's twin; a
    given candidate is that person with probability q = rho / N. Agreement is therefore worth at
    most log2(N / rho) bits. Details of 0 bits stay 0, and details never lower a candidate.
    """
    one_of_all = parameters.BORROWED_IDENTITY_RATE / max(gallery_size, 1)
    return np.where(
        bits > 0.0, np.maximum(bounded(bits, parameters.FALSE_IDENTITY_RATE, one_of_all), 0.0), 0.0
    )


def rate_of_none(gallery_size: int, comparisons: int) -> float:
    """Return the rate of searches of N people with a stranger more similar than any counted.

    If none occurred in n comparisons, the upper 95 % bound is 3 / n, so the rate is 3 N /
    `comparisons`.
    """
    return 3.0 * max(gallery_size, 1) / comparisons


def reach(comparisons: int) -> int:
    """Return the largest gallery in which this many comparisons leave `PROPOSED_LEAST_BITS`.

    The prior is subtracted: log2(p_mate / r) with r = 3 N / `comparisons`.
    """
    return int(parameters.MATE_RATE * comparisons / 3.0 / 2.0**parameters.PROPOSED_LEAST_BITS)


def supported(bits: Bits, gallery_size: int, rate: Bits | float) -> Bits:
    """Return the bits of prints and details together that counts and the process support.

    `rate`: how often a search has a stranger this similar, one number or float64 in the shape of
    `bits`. A search may also be wrong for another reason, at the rate `PROCESS_ERROR`. With r the
    greater of the two rates, a given candidate of N is that wrong answer with probability q = r /
    N, and no ratio exceeds N / r. A capture that shows nothing of its person has the rate
    `FAILED_CAPTURE`, which limits the bits from below.
    """
    people = max(gallery_size, 1)
    worst = np.clip(rate, PROCESS_ERROR, HIGHEST_RATE)
    return bounded(bits, FAILED_CAPTURE, worst / people)


PRINTS_SHARE = 0.8
"""Share of the target rate for prints only. Set by hand, 2026-11-26: people who give false details
are found as often as by prints at four fifths of the target, and the remaining fifth is enough to
find almost all honest people."""


def either_thresholds(
    prints: Bits, totals: Bits, false_positive_rate: float
) -> tuple[float, float]:
    """Return the thresholds of prints and of totals; a candidate who reaches either is proposed.

    They share the target false positive rate: `PRINTS_SHARE` of it is for prints only, and the
    rest for people whom details lift over the other threshold. People who give false details are
    therefore found as often as by prints at that share of the target, however much strangers gain
    by chance agreement of details.

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


def is_proposed(prints: Bits, totals: Bits, thresholds: tuple[float, float]) -> Bools:
    """Return bool (n,): whether the rule proposes each candidate."""
    return np.asarray((prints >= thresholds[0]) | (totals >= thresholds[1]))
