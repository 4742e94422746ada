from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.fusion import bounded, prior_bits, promotion, rate_of_none, supported
from matching.parameters import BORROWED_IDENTITY_RATE, MATE_RATE
from matching.print_parameters import PROCESS_ERROR

BITS = st.floats(-200, 200)
SIZES = st.integers(1, 50_000_000)


def test_the_prior_is_the_mate_rate_spread_over_everybody() -> None:
    assert prior_bits(1024) == pytest.approx(np.log2(MATE_RATE) - 10)
    assert prior_bits(0) == prior_bits(1)


@given(BITS, st.floats(1e-6, 0.5), st.floats(1e-12, 0.5))
def test_no_ratio_says_more_than_the_rates_of_failing_and_false_answers_allow(
    bits: float, failing: float, false: float
) -> None:
    (found,) = bounded(np.array([bits]), failing, false)
    assert np.log2(failing) - 1e-6 <= found + 1.0
    assert found <= -np.log2(false) + 1e-6


@given(BITS, SIZES)
def test_counts_never_change_the_side_that_evidence_is_on(bits: float, size: int) -> None:
    (found,) = supported(np.array([bits]), size, rate_of_none(size, 10**9))
    assert found * bits >= -1e-6
    assert abs(found) <= abs(bits) + 1e-6


def test_no_evidence_stays_none() -> None:
    assert abs(bounded(np.zeros(1), 0.001, 1e-9)[0]) < 1e-12


@pytest.mark.parametrize(
    ("size", "comparisons", "rate"),
    [(12_000, 10**9, PROCESS_ERROR), (10**6, 10**9, 3e-3), (10**7, 10**6, 0.5)],
)
def test_what_counts_support_follows_from_their_number(
    size: int, comparisons: int, rate: float
) -> None:
    (most,) = supported(np.array([1e4]), size, rate_of_none(size, comparisons))
    assert most == pytest.approx(np.log2(size / rate), abs=0.01)


@given(BITS, SIZES)
def test_agreement_never_says_more_than_a_borrowed_identity_allows(bits: float, size: int) -> None:
    most = np.log2(size / BORROWED_IDENTITY_RATE)
    assert promotion(np.array([bits]), size)[0] <= most + 1e-9


@given(BITS, SIZES)
def test_details_promote_and_never_demote(bits: float, size: int) -> None:
    assert promotion(np.array([bits]), size)[0] >= 0.0


@given(BITS, BITS, SIZES)
def test_stronger_agreement_never_promotes_less(one: float, other: float, size: int) -> None:
    low, high = sorted((one, other))
    first, second = promotion(np.array([low, high]), size)
    assert first <= second + 1e-12


def test_large_sums_stay_finite() -> None:
    assert np.isfinite(bounded(np.array([-1e4, 1e4]), 0.1, 1e-7)).all()
