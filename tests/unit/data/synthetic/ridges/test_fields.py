from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.synthetic.ridges.fields import as_field, blur, random_warp, sample, smooth_noise


def test_smooth_noise_has_unit_variance_and_is_smooth() -> None:
    noise = smooth_noise(np.random.default_rng(1), 128, 5.0)

    assert noise.std() == pytest.approx(1.0, abs=1e-3)
    assert np.abs(np.diff(noise, axis=1)).max() < 1.0
    assert noise.dtype == np.float32


def test_blur_keeps_the_mean_and_spreads_a_point() -> None:
    point = np.zeros((64, 64), dtype=np.float32)
    point[32, 32] = 1.0

    blurred = blur(point, 2.0)

    assert blurred.sum() == pytest.approx(1.0, abs=1e-4)
    assert blurred.max() == pytest.approx(1.0 / (2.0 * np.pi * 4.0), rel=0.02)
    assert point.sum() == 1.0


@settings(deadline=None)
@given(x=st.floats(0.0, 30.9), y=st.floats(0.0, 20.9), across=st.floats(-2, 2))
def test_sampling_a_plane_is_exact(x: float, y: float, across: float) -> None:
    columns, rows = np.meshgrid(np.arange(32.0), np.arange(22.0))
    plane = as_field(across * columns - 3.0 * rows + 1.0)

    value = sample(plane, as_field([x]), as_field([y]))[0]

    assert value == pytest.approx(across * x - 3.0 * y + 1.0, abs=1e-3)


def test_beyond_the_edge_the_edge_is_repeated() -> None:
    field = as_field(np.arange(12.0).reshape(3, 4))

    values = sample(field, as_field([-5.0, 99.0]), as_field([-5.0, 99.0]))

    assert values == pytest.approx([0.0, 11.0], abs=0.01)


def test_a_warp_moves_points_as_its_grid_says() -> None:
    warp = random_warp(np.random.default_rng(3), 64.0, 4.0)
    dx, dy = warp.grid(64)

    at_x, at_y = warp.at(as_field([10.0, 50.0]), as_field([20.0, 7.0]))

    assert at_x == pytest.approx([dx[20, 10], dx[7, 50]], abs=1e-4)
    assert at_y == pytest.approx([dy[20, 10], dy[7, 50]], abs=1e-4)


def test_warps_have_the_root_mean_square_asked_for_and_no_shift() -> None:
    rng = np.random.default_rng(3)
    grids = np.array([random_warp(rng, 64.0, 4.0).grid(64) for _ in range(300)])

    assert np.sqrt(np.mean(grids**2)) == pytest.approx(4.0, rel=0.1)
    assert grids.mean(axis=(2, 3)) == pytest.approx(np.zeros((300, 2)), abs=1e-3)
