from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.fusion import bounded_details, prior_bits, promotion
from matching.parameters import BORROWED_IDENTITY_RATE, FALSE_IDENTITY_RATE, MATE_RATE

BITS = st.floats(-200, 200)
SIZES = st.integers(1, 50_000_000)


def test_the_prior_is_the_mate_rate_spread_over_everybody() -> None:
    assert prior_bits(1024) == pytest.approx(np.log2(MATE_RATE) - 10)
    assert prior_bits(0) == prior_bits(1)


@given(BITS, SIZES)
def test_disagreement_never_says_more_than_a_false_identity_allows(bits: float, size: int) -> None:
    assert bounded_details(np.array([bits]), size)[0] >= np.log2(FALSE_IDENTITY_RATE) - 1e-9


@given(BITS, SIZES)
def test_agreement_never_says_more_than_a_borrowed_identity_allows(bits: float, size: int) -> None:
    most = np.log2(size / BORROWED_IDENTITY_RATE)
    assert bounded_details(np.array([bits]), size)[0] <= most + 1e-9


@given(BITS, SIZES)
def test_details_promote_and_never_demote(bits: float, size: int) -> None:
    assert promotion(np.array([bits]), size)[0] >= 0.0


@given(BITS, BITS, SIZES)
def test_stronger_agreement_never_promotes_less(one: float, other: float, size: int) -> None:
    low, high = sorted((one, other))
    first, second = promotion(np.array([low, high]), size)
    assert first <= second + 1e-12


def test_large_sums_stay_finite() -> None:
    assert np.isfinite(bounded_details(np.array([-1e4, 1e4]), 10**7)).all()
