from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from domain.searches.strangers import Strangers

EVERY = np.ones((10, 512), dtype=np.bool_)


def drawn(mean: float = 0.01, spread: float = 0.11) -> np.ndarray:
    return np.random.default_rng(3).normal(mean, spread, (10, 512)).astype(np.float32)


def test_moments_are_those_of_the_cosines() -> None:
    found = Strangers.of(drawn(0.43, 0.11), EVERY).moments()
    assert np.allclose(found, (0.43, 0.11), atol=0.015)


def test_the_persons_own_cosine_is_no_part_of_the_measure() -> None:
    cosines = drawn()
    own = cosines.copy()
    own[:, 7] = 0.95
    without = Strangers.of(np.delete(cosines, 7, axis=1), EVERY[:, 1:]).moments()
    with_own = Strangers.of(own, EVERY).moments()
    assert np.abs(with_own - without).max() < 0.002


def test_a_finger_without_comparisons_has_no_spread() -> None:
    compared = EVERY.copy()
    compared[4] = False
    found = Strangers.of(drawn(), compared)
    assert (found.means[4], found.spreads[4]) == (0, 0)
    assert min(found.spreads[:4] + found.spreads[5:]) > 0


def test_strangers_that_are_much_alike_widen_the_spread() -> None:
    # One stranger in forty shares a centre with the probe: four standard deviations away.
    cosines = drawn(0.0, 0.1)
    cosines[:, ::40] += 0.4
    normal, clustered = (Strangers.of(c, EVERY).moments()[:, 1] for c in (drawn(0, 0.1), cosines))
    assert clustered.mean() > 1.25 * normal.mean()


def test_a_mark_has_one_measure_for_every_finger() -> None:
    found = Strangers.of_mark(drawn().reshape(-1))
    assert len(set(found.means)) == len(set(found.spreads)) == 1


def test_the_measure_survives_being_written_down() -> None:
    found = Strangers.of(drawn(), EVERY)
    assert Strangers.from_data(asdict(found)) == found


@pytest.mark.parametrize(
    "wrong",
    [
        {"people": 5, "means": [0] * 9, "spreads": [0] * 10},
        {"people": 5, "means": [0] * 10, "spreads": [-1] * 10},
        {"people": -1, "means": [0] * 10, "spreads": [0] * 10},
    ],
)
def test_a_measure_out_of_range_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="comparison with other people"):
        Strangers.from_data(wrong)


def test_heavy_tails_widen_the_spread_by_their_fourth_moment() -> None:
    rng = np.random.default_rng(5)
    heavy = (0.1 * rng.standard_t(5, (10, 512))).astype(np.float32)
    found = Strangers.of(heavy, EVERY).moments()[:, 1]
    assert found.max() > 1.3 * heavy.std(axis=1).min()


def test_a_normal_law_is_not_widened() -> None:
    cosines = drawn()
    kept = np.sort(cosines, axis=1)[:, :-1]
    assert np.allclose(Strangers.of(cosines, EVERY).moments()[:, 1], kept.std(axis=1), atol=1e-4)
