from __future__ import annotations

import numpy as np
import pytest

from domain.errors import ModelError
from domain.searches.evidence import EvidenceSource
from matching.levels import Level, Probabilities, Scale, make_weights

SCALE = Scale(
    EvidenceSource.NAME,
    levels=(
        Level("same", "The same.", frequency="name"),
        Level("close", "Close.", frequency="name", frequency_weight=0.5, reference="same"),
        Level("different", "Different."),
    ),
    frequencies=("name",),
)
PROBABILITIES = {
    "same": Probabilities(0.5, 0.001),
    "close": Probabilities(0.2, 0.01),
    "different": Probabilities(0.3, 0.9),
}


def test_bits_are_log2_of_m_over_u() -> None:
    assert Probabilities(0.5, 0.125).bits == pytest.approx(2.0)


def test_a_level_with_a_frequency_earns_m_over_that_frequency() -> None:
    weights = make_weights(SCALE, PROBABILITIES, {"name": 1e-6})
    bits, used = weights.of(np.array([1], dtype=np.int8), np.array([0.02]), np.array([[0.01]]))
    assert bits[0] == pytest.approx(np.log2(0.5 / 0.02))
    assert used[0] == 0.02


def test_a_near_match_earns_its_share_of_the_adjustment() -> None:
    weights = make_weights(SCALE, PROBABILITIES, {"name": 1e-6})
    bits, _ = weights.of(np.array([2], dtype=np.int8), np.array([0.02]), np.array([[0.01]]))
    assert bits[0] == pytest.approx(np.log2(0.2 / 0.01) + 0.5 * np.log2(0.001 / 0.02))


def test_no_term_is_rarer_than_the_floor() -> None:
    weights = make_weights(SCALE, PROBABILITIES, {"name": 1e-4})
    bits, used = weights.of(np.array([1], dtype=np.int8), np.array([0.0]), np.array([[0.0]]))
    assert bits[0] == pytest.approx(np.log2(0.5 / 1e-4))
    assert used[0] == 1e-4


def test_not_compared_and_levels_without_frequency_are_left_alone() -> None:
    weights = make_weights(SCALE, PROBABILITIES, {"name": 1e-6})
    bits, used = weights.of(
        np.array([0, 3], dtype=np.int8), np.array([0.02]), np.array([[0.02], [0.02]])
    )
    assert bits.tolist() == [0.0, weights.floor_bits]
    assert used.tolist() == [0.0, 0.0]


def test_a_model_with_other_levels_is_refused() -> None:
    with pytest.raises(ModelError, match="levels of name"):
        make_weights(SCALE, {"same": Probabilities(0.5, 0.1)}, {"name": 1e-6})
