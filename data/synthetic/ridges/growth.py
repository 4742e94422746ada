"""Ridges grown from noise by repeated oriented band-pass filtering."""

from __future__ import annotations

from functools import cache

import numpy as np

from data.synthetic.ridges.fields import Field, as_field
from data.synthetic.ridges.parameters import GROWTH


def grow_ridges(theta_rad: Field, rng: np.random.Generator) -> Field:
    """Return ridges that follow an orientation field; positive on a ridge, about -1 to 1.

    `theta_rad`: float32 (cells, cells) in [0, pi), anticlockwise from the x axis, y up.
    Returns float32 (cells, cells), band-limited: the last round is not saturated.
    """
    position = theta_rad * np.float32(GROWTH.orientations / np.pi)
    low = np.floor(position)
    fraction = position - low
    lower = low.astype(np.intp) % GROWTH.orientations
    upper = (lower + 1) % GROWTH.orientations
    ridges = rng.standard_normal(theta_rad.shape, dtype=np.float32)
    for _ in range(GROWTH.rounds):
        ridges = np.tanh(np.float32(GROWTH.gain) / ridges.std() * ridges)
        filtered = np.fft.irfft2(np.fft.rfft2(ridges)[None] * _filter_bank(), s=ridges.shape)
        below = np.take_along_axis(filtered, lower[None], axis=0)[0]
        above = np.take_along_axis(filtered, upper[None], axis=0)[0]
        ridges = below + fraction * (above - below)
    return as_field(ridges / (np.sqrt(2.0) * ridges.std()))


def refine(field: Field, factor: int) -> Field:
    """Return a periodic float32 (n, n) field on a grid finer by `factor`, exactly band-limited."""
    side, fine = field.shape[0], field.shape[0] * factor
    half = side // 2
    spectrum = np.fft.rfft2(field)
    padded = np.zeros((fine, fine // 2 + 1), dtype=spectrum.dtype)
    padded[:half, :half] = spectrum[:half, :half]
    padded[-half:, :half] = spectrum[-half:, :half]
    refined = np.fft.irfft2(padded, s=(fine, fine)) * factor**2
    return as_field(refined)


@cache
def _filter_bank() -> Field:
    """Return float32 (orientations, cells, cells // 2 + 1): even, zero phase, real."""
    down = np.fft.fftfreq(GROWTH.cells)[:, None]
    across = np.fft.rfftfreq(GROWTH.cells)[None, :]
    # Rows run downwards and angles are taken with y up, hence the minus.
    direction = np.arctan2(-down, across)
    off_band = (np.hypot(down, across) - 1.0 / GROWTH.period_cells) / GROWTH.radial_sigma
    radial = np.exp(-0.5 * off_band**2)
    normals = np.pi * np.arange(GROWTH.orientations) / GROWTH.orientations + 0.5 * np.pi
    turn = 0.5 * np.angle(np.exp(2j * (direction[None] - normals[:, None, None])))
    angular = np.exp(-0.5 * (turn / GROWTH.angular_sigma_rad) ** 2)
    bank = as_field(radial[None] * angular)
    bank.flags.writeable = False
    return bank
