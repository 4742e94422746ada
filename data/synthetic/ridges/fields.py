"""Smooth random fields, smooth warps and sampling between pixels."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy import fft

from domain.arrays import Float32s, Float64s, Intps

Field = Float32s
"""float32 (h, w)."""

_MODES = 4


def as_field(values: npt.ArrayLike) -> Field:
    """Return `values` as float32, without copying if they already are."""
    return np.asarray(values, dtype=np.float32)


def smooth_noise(rng: np.random.Generator, side: int, sigma_px: float) -> Field:
    """Return float32 (side, side): Gaussian noise of unit variance, blurred by `sigma_px`."""
    noise = rng.standard_normal((side, side), dtype=np.float32)
    blurred = blur(noise, sigma_px)
    return as_field(blurred / blurred.std())


def blur(field: Field, sigma_px: float) -> Field:
    """Return `field`, float32 (n, n), blurred by a Gaussian. The edges wrap around."""
    side = field.shape[0]
    rows = np.exp(-2.0 * (np.pi * sigma_px * fft.fftfreq(side)) ** 2)
    columns = np.exp(-2.0 * (np.pi * sigma_px * fft.rfftfreq(side)) ** 2)
    response = np.outer(rows, columns).astype(np.float32)
    return as_field(fft.irfft2(fft.rfft2(field) * response, s=field.shape))


def sample(field: Field, x_px: Field, y_px: Field) -> Field:
    """Return `field` at real-valued points, bilinearly. Beyond the edge, the edge is repeated.

    `x_px`, `y_px`: float32 of the same shape, columns and rows. Returns float32 of that shape.
    """
    return next(sample_each((field,), x_px, y_px))


def sample_each(fields: Sequence[Field], x_px: Field, y_px: Field) -> Iterator[Field]:
    """Yield the same of several fields of one shape: most of the work is to find the points."""
    height, width = fields[0].shape
    x = np.clip(x_px, 0.0, width - 1.001)
    y = np.clip(y_px, 0.0, height - 1.001)
    # Half as wide as an index: half as much to write.
    column, row = x.astype(np.int32), y.astype(np.int32)
    across, down = x - column.astype(np.float32), y - row.astype(np.float32)
    above = (row * np.int32(width) + column).astype(np.intp)
    below = above + width
    for field in fields:
        top = _across(field, above, across)
        yield as_field(top + down * (_across(field, below, across) - top))


def _across(field: Field, at: Intps, across: Field) -> Field:
    """Return the values between these places of a field and their neighbours on the right."""
    flat = field.ravel()
    left = flat.take(at)
    return as_field(left + across * (flat.take(at + 1) - left))


@dataclass(frozen=True, slots=True, eq=False)
class Warp:
    """A slowly varying displacement over a square: a short cosine series in each direction.

    `x_terms`, `y_terms`: float32 (4, 4), amplitudes in pixels by row and column frequency.
    """

    x_terms: Field
    y_terms: Field
    side_px: float

    def at(self, x_px: Field, y_px: Field) -> tuple[Field, Field]:
        """Return the displacement in x and y at points, float32 of the same shape."""
        across = _cosines(x_px, self.side_px)
        down = _cosines(y_px, self.side_px)
        dx = np.einsum("jk,j...,k...->...", self.x_terms, down, across)
        dy = np.einsum("jk,j...,k...->...", self.y_terms, down, across)
        return dx.astype(np.float32), dy.astype(np.float32)

    def grid(self, side: int) -> tuple[Field, Field]:
        """Return the displacement at every pixel of a square, float32 (side, side) each."""
        basis = _cosines(np.arange(side, dtype=np.float32), self.side_px)
        dx = basis.T @ self.x_terms @ basis
        dy = basis.T @ self.y_terms @ basis
        return dx.astype(np.float32), dy.astype(np.float32)


def random_warp(rng: np.random.Generator, side_px: float, rms_px: float) -> Warp:
    """Return a warp whose displacement has about this root mean square in each direction."""
    frequency = np.arange(_MODES)
    fall = 1.0 / (1.0 + frequency[:, None] ** 2 + frequency[None, :] ** 2)
    fall[0, 0] = 0.0  # a shift of the whole is placement, not distortion
    scale = rms_px / np.sqrt(np.sum((fall * _mode_rms()) ** 2))
    terms = rng.standard_normal((2, _MODES, _MODES)) * fall * scale
    return Warp(terms[0].astype(np.float32), terms[1].astype(np.float32), side_px)


def _mode_rms() -> Float64s:
    one = np.where(np.arange(_MODES) == 0, 1.0, np.sqrt(0.5))
    return np.outer(one, one)


def _cosines(position_px: Field, side_px: float) -> Field:
    frequency = np.arange(_MODES, dtype=np.float32).reshape((-1,) + (1,) * position_px.ndim)
    return as_field(np.cos(np.float32(np.pi / side_px) * frequency * (position_px + 0.5)))
