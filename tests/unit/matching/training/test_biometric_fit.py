"""Known truth is drawn, fitted, and must be recovered."""

from __future__ import annotations

import numpy as np
import pytest

from matching.biometric import COSINES, FingerPairs, closeness, print_bits
from matching.biometric_tables import RESIDUALS, biometric_model, mated_density
from matching.calibration import IDENTITY
from matching.parameters import TAIL_SUPPORT
from matching.training.biometric_fit import fit_pairing, residual_density, shared_spread
from matching.training.inputs import MatedFingers, PairingSample

MEANS, SPREAD, OWN = (0.4, 0.015, 0.02), 0.25, 0.3
IMPOSTOR_SD = 0.11


def drawn(rng: np.random.Generator, people: int = 6000) -> PairingSample:
    first = rng.integers(30, 90, (people, 10)).astype(np.uint8)
    second = rng.integers(30, 90, (people, 10)).astype(np.uint8)
    expected = MEANS[0] + MEANS[1] * first + MEANS[2] * second
    shared = rng.normal(0, SPREAD, (people, 1))
    close = expected + shared + rng.normal(0, OWN, (people, 10))
    cosines = np.where(rng.random((people, 10)) < 0.05, np.nan, 1.0 - np.exp(-close))
    return PairingSample(MatedFingers(cosines.astype(np.float32), first, second), impostors())


def impostors(total: float = 1e9) -> np.ndarray:
    density = np.exp(-0.5 * (COSINES / IMPOSTOR_SD) ** 2)
    return np.floor(total * density / density.sum()).astype(np.int64)


@pytest.fixture(scope="module")
def sample() -> PairingSample:
    return drawn(np.random.default_rng(4))


def test_expectation_and_spread_are_recovered(sample: PairingSample) -> None:
    fit = fit_pairing(sample)
    assert fit.means == pytest.approx(MEANS, rel=0.05)
    assert fit.spread == pytest.approx(SPREAD, rel=0.05)


def test_the_residual_density_is_recovered(sample: PairingSample) -> None:
    fit = fit_pairing(sample)
    mean = fit.residuals @ RESIDUALS
    deviation = np.sqrt(fit.residuals @ (RESIDUALS - mean) ** 2)
    assert fit.residuals.sum() == pytest.approx(1.0)
    assert mean == pytest.approx(0.0, abs=0.02)
    assert deviation == pytest.approx(OWN, rel=0.15)


def test_joint_bits_are_the_true_ratio_where_training_supports_it(sample: PairingSample) -> None:
    model = biometric_model([fit_pairing(sample)] * 6, IDENTITY, IDENTITY)
    cosines = np.full((1, 10), np.nan, dtype=np.float32)
    cosines[0, :2] = (0.5, 0.55)
    thirties, zeros = np.full((1, 10), 30, dtype=np.uint8), np.zeros((1, 10), dtype=np.uint8)
    found = print_bits(model, FingerPairs(cosines, thirties, zeros, thirties, zeros)).joint[0]
    assert found == pytest.approx(_true_bits(cosines[0, :2], MEANS[0] + 30 * 0.035), abs=1.3)


def _true_bits(cosines: np.ndarray, expected: float) -> float:
    """The ratio of a bivariate normal of closeness to two independent impostor densities."""
    deviations = closeness(cosines.astype(np.float64)) - expected
    covariance = np.full((2, 2), SPREAD**2) + np.diag([OWN**2] * 2)
    quadratic = deviations @ np.linalg.solve(covariance, deviations)
    mated = -0.5 * quadratic - 0.5 * np.log(np.linalg.det(2 * np.pi * covariance))
    mated += -np.log(1.0 - cosines).sum()  # change of variable, from closeness to cosine
    others = -0.5 * (cosines / IMPOSTOR_SD) ** 2 - 0.5 * np.log(2 * np.pi * IMPOSTOR_SD**2)
    return float((mated - others.sum()) / np.log(2))


def test_fingers_that_share_nothing_have_no_spread() -> None:
    rng = np.random.default_rng(7)
    assert shared_spread(rng.normal(0, 1, (20_000, 10))) < 0.1
    assert shared_spread(np.array([[1.0, np.nan]])) == 0.0


def test_a_heavy_lower_tail_stays_heavy() -> None:
    rng = np.random.default_rng(7)
    residuals = rng.normal(0, 0.2, (4000, 10))
    ruined = rng.random((4000, 10)) < 0.02
    density = residual_density(np.where(ruined, residuals - 2.0, residuals), 0.0)
    assert density[RESIDUALS < -1.2].sum() == pytest.approx(0.02, rel=0.15)


def test_mated_densities_sum_to_one(sample: PairingSample) -> None:
    fit = fit_pairing(sample)
    for expected in (0.5, 1.5, 3.0):
        density = mated_density(fit, expected)
        assert density.sum() == pytest.approx(1.0)
        assert (density > 0).all()


def test_the_highest_ratio_is_of_tails_that_training_has_seen(sample: PairingSample) -> None:
    model = biometric_model([fit_pairing(sample)] * 6, IDENTITY, IDENTITY)
    counted = np.log2(sample.impostors.sum() / TAIL_SUPPORT)
    assert model.tables.max() <= counted + 0.5
