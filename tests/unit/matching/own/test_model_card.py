"""A card states what its sample can resolve, among how many people, and no further reach."""

from __future__ import annotations

import numpy as np
import pytest

from matching.evaluation import FPIRS, EvaluationRow, Figure
from matching.fusion import prior_bits, rate_of_none, reach, supported
from matching.metrics import share_interval
from matching.own.model_card import _row
from matching.parameters import PROPOSED_LEAST_BITS

NONE = Figure(0.0, 0.0, 0.0)


def row(nonmated: int) -> EvaluationRow:
    """Return figures without a miss."""
    fnir = tuple(NONE for _ in FPIRS)
    return EvaluationRow(
        "one finger", "prints", "all", 200, nonmated, fnir, (0.99,), NONE, NONE, NONE
    )


@pytest.mark.parametrize(
    ("nonmated", "rates"), [(299, 0), (300, 1), (600, 2), (2_999, 2), (3_000, 3)]
)
def test_rates_that_the_sample_cannot_resolve_are_left_out(nonmated: int, rates: int) -> None:
    told = _row(row(nonmated), 12_000)
    assert len(told["fnir"]) == rates
    assert told["gallery"] == 12_000
    assert told["rank_1"][1] < told["rank_1"][0] < told["rank_1"][2]


@pytest.mark.parametrize("comparisons", [10**6, 1_300_000_000])
def test_at_the_reach_the_strongest_evidence_just_has_the_bits_of_a_proposal(
    comparisons: int,
) -> None:
    most = reach(comparisons)
    (bits,) = supported(np.array([1e4]), most, rate_of_none(most, comparisons))
    assert prior_bits(most) + bits == pytest.approx(PROPOSED_LEAST_BITS, abs=0.02)


def test_an_interval_contains_the_share_and_narrows_with_more_searches() -> None:
    low, high = share_interval(5, 50)
    narrow = share_interval(500, 5_000)
    assert low < narrow[0] < 0.1 < narrow[1] < high
    assert share_interval(0, 0) == (0.0, 1.0)
