from __future__ import annotations

import numpy as np
import pytest

from data.synthetic.ridges.fields import Field, as_field, smooth_noise
from data.synthetic.ridges.master import grow_ridges, refine
from data.synthetic.ridges.parameters import GROWTH


@pytest.mark.parametrize("theta_rad", [0.0, 0.7, 1.5708, 2.6])
def test_ridges_run_as_the_field_says_at_the_period_asked_for(theta_rad: float) -> None:
    field = np.full((GROWTH.cells, GROWTH.cells), theta_rad, dtype=np.float32)

    spectrum = np.abs(np.fft.fft2(grow_ridges(field, np.random.default_rng(2)))) ** 2

    frequency = np.fft.fftfreq(GROWTH.cells)
    total = spectrum.sum()
    down, across = np.meshgrid(frequency, frequency, indexing="ij")
    radius = (spectrum * np.hypot(down, across)).sum() / total
    # The mean of the doubled angle of the wave vector; y runs upwards.
    normal = np.angle((spectrum * (across - 1j * down) ** 2).sum()) / 2.0
    assert radius == pytest.approx(1.0 / GROWTH.period_cells, rel=0.05)
    assert abs(np.cos(normal - theta_rad)) < 0.05


def _grown_plainly(theta_rad: Field, rng: np.random.Generator) -> Field:
    """Return what the definition says: every filter over the whole grid, weighted in each cell."""
    n, count = GROWTH.cells, GROWTH.orientations
    down, across = np.fft.fftfreq(n)[:, None], np.fft.fftfreq(n)[None, :]
    off_band = (np.hypot(down, across) - 1 / GROWTH.period_cells) / GROWTH.radial_sigma
    wave = np.exp(2j * np.arctan2(-down, across))
    ridges = rng.standard_normal((n, n), dtype=np.float32)
    angles = [np.pi * number / count for number in range(count)]
    turns = [0.5 * np.angle(-wave * np.exp(-2j * angle)) for angle in angles]
    passed = [
        np.exp(-0.5 * (off_band**2 + (turn / GROWTH.angular_sigma_rad) ** 2)) for turn in turns
    ]
    apart = [np.abs(0.5 * np.angle(np.exp(2j * (theta_rad - angle)))) for angle in angles]
    weights = [np.maximum(1 - one * count / np.pi, 0) for one in apart]
    for _ in range(GROWTH.rounds):
        spectrum = np.fft.fft2(np.tanh(GROWTH.gain / ridges.std() * ridges))
        ridges = np.zeros((n, n))
        for one, weight in zip(passed, weights, strict=True):
            ridges += weight * np.fft.ifft2(spectrum * one).real
    return as_field(ridges / (np.sqrt(2) * ridges.std()))


def test_growth_is_that_of_whole_filters_on_the_whole_grid() -> None:
    turns = smooth_noise(np.random.default_rng(5), GROWTH.cells, 22.0)
    field = np.mod(as_field(turns + 0.7), np.float32(np.pi))

    grown = grow_ridges(field, np.random.default_rng(2))

    assert np.abs(grown - _grown_plainly(field, np.random.default_rng(2))).max() < 1e-3


def test_growth_is_repeatable_and_leaves_the_field_alone() -> None:
    field = np.full((GROWTH.cells, GROWTH.cells), 0.3, dtype=np.float32)
    before = field.copy()

    one = grow_ridges(field, np.random.default_rng(2))
    again = grow_ridges(field, np.random.default_rng(2))

    assert np.array_equal(one, again)
    assert np.array_equal(field, before)
    assert np.sqrt(np.mean(one**2)) == pytest.approx(np.sqrt(0.5), rel=1e-3)


def test_refining_keeps_the_values_on_the_old_grid() -> None:
    steps = np.arange(32) / 32
    wave = as_field(np.sin(2 * np.pi * (5 * steps[None, :] + 3 * steps[:, None])))

    fine = refine(wave, 2)

    assert fine.shape == (64, 64)
    assert fine[::2, ::2] == pytest.approx(wave, abs=1e-5)
    between = np.sin(2 * np.pi * (5 * (7.5 / 32) + 3 * (4 / 32)))
    assert fine[8, 15] == pytest.approx(between, abs=1e-5)
