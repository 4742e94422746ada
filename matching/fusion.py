"""Prints and details on one scale: the most that details may add, and their lower bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matching.parameters import BORROWED_IDENTITY_RATE, FALSE_IDENTITY_RATE, MATE_RATE

if TYPE_CHECKING:
    from matching.levels import Bits


def prior_bits(gallery_size: int) -> float:
    """Return log2(p_mate / N) for a search of N people; once per search."""
    return float(np.log2(MATE_RATE / max(gallery_size, 1)))


def bounded_details(bits: Bits, gallery_size: int) -> Bits:
    """Return the bits of details beside prints, given their plain sum; same shape, both in bits.

    A person on record may give another's identity (rate pi), so disagreement is weak evidence:
    numerator (1 - pi) * 2^bits + pi. A stranger may give the identity of a person on record, or be
    that person's twin, and this candidate is that person with chance q = rho / N: denominator 1 -
    q + q * 2^bits. Agreement is therefore worth at most log2(N / rho) bits; details of 0 bits stay
    0. Computed in exponents, so that large sums stay finite.
    """
    pi, one_of_all = FALSE_IDENTITY_RATE, BORROWED_IDENTITY_RATE / max(gallery_size, 1)
    numerator = np.logaddexp2(bits + np.log2(1.0 - pi), np.log2(pi))
    denominator = np.logaddexp2(np.log2(1.0 - one_of_all), bits + np.log2(one_of_all))
    return np.asarray(np.where(bits == 0.0, 0.0, numerator - denominator))


def promotion(bits: Bits, gallery_size: int) -> Bits:
    """Return the bits that details add in a print-led search: bounded, and never below 0."""
    return np.maximum(bounded_details(bits, gallery_size), 0.0)
