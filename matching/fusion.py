"""Prints and details on one scale: the most that details may add, and their lower limit."""

import numpy as np

from matching.levels import Bits
from matching.parameters import (
    BORROWED_IDENTITY_RATE,
    FALSE_IDENTITY_RATE,
    MATE_RATE,
    PROPOSED_LEAST_BITS,
)
from matching.print_parameters import FAILED_CAPTURE, HIGHEST_RATE, PROCESS_ERROR


def prior_bits(gallery_size: int) -> float:
    """Return log2(p_mate / N) for a search of N people. It is counted once in each search."""
    return float(np.log2(MATE_RATE / max(gallery_size, 1)))


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
    """Return the bits that details add in a search led by prints, (k,), given the plain sum of
    these bits (k,).

    A person on record may give another person's identity (rate pi), so disagreement is weak
    evidence. A stranger may give the identity of a person on record, or be that person's twin; a
    given candidate is that person with probability q = rho / N. Agreement is therefore worth at
    most log2(N / rho) bits. Details of 0 bits stay 0, and details never lower a candidate.
    """
    one_of_all = BORROWED_IDENTITY_RATE / max(gallery_size, 1)
    return np.where(
        bits > 0.0, np.maximum(bounded(bits, FALSE_IDENTITY_RATE, one_of_all), 0.0), 0.0
    )


def rate_of_none(gallery_size: int, comparisons: int) -> float:
    """Return the rate at which a search of N people has a stranger more similar than any that was
    counted.

    If none occurred in n comparisons, the upper 95 % bound is 3 / n, so the rate is 3 N /
    `comparisons`.
    """
    return 3.0 * max(gallery_size, 1) / comparisons


def reach(comparisons: int) -> int:
    """Return the largest gallery in which this many comparisons leave `PROPOSED_LEAST_BITS`.

    The prior is subtracted: log2(p_mate / r) with r = 3 N / `comparisons`.
    """
    return int(MATE_RATE * comparisons / 3.0 / 2.0**PROPOSED_LEAST_BITS)


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
