"""Where a picture has ridges, how wide, in which direction, and which way up it is.

Uses only NumPy. Blocks of the picture are analysed with short-time Fourier transforms, after the
idea of S. Chikkerur, A. Cartwright and V. Govindaraju, "Fingerprint enhancement using STFT
analysis", Pattern Recognition 40, 2007. The picture must be at 500 pixels per inch.

Above the core of every finger, ridges rise towards the middle and fall beyond it: these arches
tell which way up a print is. Nothing is fitted to prints; only the limit is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from domain.arrays import Bools, Float64s, Int64s
from service.ports.print_reading import GreyImage

STEP_PX = 16
"""Distance from one block to the next. A block is twice as wide."""

_BLOCK_PX, _PADDED_PX = 32, 64
SHORTEST_PX, _LONGEST_PX = 4.0, 18.0
"""Range of the ridge periods examined: those of fingerprints, with room on both sides."""
_BACKGROUND_SIGMA_PX, _DEVIATION_SIGMA_PX = 12.0, 16.0
_LEAST_DEVIATION = 4.0
"""In grey levels. Flatter background is not amplified, so that it does not look like ridges."""
_PEAK_RADIUS = 2.5 / _PADDED_PX


@dataclass(frozen=True, slots=True, eq=False)
class RidgeField:
    """The ridges in the blocks of a picture, every STEP_PX pixels; float64 (h, w) each."""

    directions_rad: Float64s
    """Direction along the ridges, anticlockwise from the right, from -pi/2 to pi/2."""
    periods_px: Float64s
    """Distance from ridge to ridge."""
    shares: Float64s
    """How much of the energy at ridge periods is near its peak, 0 to 1."""
    contrasts: Float64s
    """Standard deviation in grey levels."""

    def ridges(self, *, least_share: float, contrast_part: float = 0.25) -> Bools:
        """Return which blocks show ridges, bool (h, w).

        A block does if it has a peak of at least this share, and at least this part of the
        contrast that strong ridges have in the picture.
        """
        shown = self.shown(least_share=least_share, contrast_part=contrast_part)
        return np.asarray(shown & (self.periods_px > 5) & (self.periods_px < 16))

    def shown(self, *, least_share: float, contrast_part: float = 0.25) -> Bools:
        """Return which blocks show waves of any period, bool (h, w); parameters as in `ridges`."""
        peaked = self.shares > least_share
        strong = np.percentile(self.contrasts[peaked], 95) if peaked.any() else 0.0
        visible = self.contrasts > max(_LEAST_DEVIATION, contrast_part * float(strong))
        return np.asarray(peaked & visible)


def flattened(grey: GreyImage) -> tuple[Float64s, Float64s]:
    """Return grey levels relative to their surroundings, and local deviations; float64 (h, w)."""
    level = grey.astype(np.float64)
    above = level - blurred(level, _BACKGROUND_SIGMA_PX)
    variance = blurred(above * above, _DEVIATION_SIGMA_PX)
    return above, np.sqrt(np.maximum(variance, 1e-6))


def blurred(values: Float64s, sigma_px: float) -> Float64s:
    """Return values (h, w) blurred with a Gaussian, mirrored at the edges."""
    margin = int(3 * sigma_px) + 1
    mode = "reflect" if min(values.shape) > margin else "edge"
    padded = np.pad(values, margin, mode=mode)  # type: ignore[call-overload]
    down = np.fft.fftfreq(padded.shape[0])[:, None]
    across = np.fft.rfftfreq(padded.shape[1])[None]
    kernel = np.exp(-2 * (np.pi * sigma_px) ** 2 * (down**2 + across**2))
    smooth = np.fft.irfft2(np.fft.rfft2(padded) * kernel, s=padded.shape)
    return np.asarray(smooth[margin:-margin, margin:-margin])


def ridge_field(grey: GreyImage, *, shortest_px: float = SHORTEST_PX) -> RidgeField:
    """Return the ridges in the blocks of a picture. Periods below `shortest_px` are ignored."""
    above, deviation = flattened(grey)
    ring = _ring(shortest_px)
    energy = _energy(above / np.maximum(deviation, _LEAST_DEVIATION), ring)
    return _told(_smooth(energy), ring, deviation)


@dataclass(frozen=True, slots=True, eq=False)
class _Ring:
    """The frequencies of ridges in half a plane, in periods per pixel; float64 (f,) each."""

    down: Float64s
    across: Float64s
    columns: int
    """Of the half plane, from the left: beyond them no frequency is kept."""
    kept: Int64s
    """int64 (f,): the places of the frequencies in these columns, flattened."""
    near: Bools
    """bool (f, f): which frequencies are near each frequency."""


@cache
def _ring(shortest_px: float) -> _Ring:
    """Return the frequencies of ridges, up to the shortest period's; the same for all pictures."""
    down, across = np.meshgrid(
        np.fft.fftfreq(_PADDED_PX), np.fft.rfftfreq(_PADDED_PX), indexing="ij"
    )
    columns = int((across[0] <= 1 / shortest_px).sum())
    down, across = down[:, :columns], across[:, :columns]
    radius = np.hypot(down, across)
    kept = np.flatnonzero((radius >= 1 / _LONGEST_PX) & (radius <= 1 / shortest_px))
    down, across = down.ravel()[kept], across.ravel()[kept]
    return _Ring(down, across, columns, kept, _near(down, across))


def _near(down: Float64s, across: Float64s) -> Bools:
    apart = np.hypot(np.subtract.outer(down, down), np.subtract.outer(across, across))
    # A frequency and its opposite are the same wave; near the axis they are at opposite ends of
    # the ring.
    opposite = np.hypot(np.add.outer(down, down), np.add.outer(across, across))
    return np.asarray(np.minimum(apart, opposite) <= _PEAK_RADIUS)


def _energy(values: Float64s, ring: _Ring) -> Float64s:
    """Return float64 (h, w, f): the energy of each block at each frequency."""
    half = _BLOCK_PX // 2
    padded = np.pad(values, ((half, half + STEP_PX), (half, half + STEP_PX)))
    window = np.hanning(_BLOCK_PX + 2)[1:-1]
    blocks = np.lib.stride_tricks.sliding_window_view(padded, (_BLOCK_PX, _BLOCK_PX))
    rows = []
    for row in blocks[::STEP_PX, ::STEP_PX]:
        level = row - row.mean(axis=(1, 2), keepdims=True)
        # As `rfft2` does, but down only where a frequency is kept: of half of the columns.
        across = np.fft.rfft(level * np.outer(window, window), _PADDED_PX)[..., : ring.columns]
        spectrum = np.fft.fft(across, _PADDED_PX, axis=1)
        waves = spectrum.reshape(len(row), -1)[:, ring.kept]
        rows.append(waves.real**2 + waves.imag**2)
    return np.stack(rows)


def _smooth(energy: Float64s) -> Float64s:
    padded = np.pad(energy, ((1, 1), (1, 1), (0, 0)), mode="edge")
    beside = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
    return np.asarray((beside + 2 * energy) / 6)


def _told(energy: Float64s, ring: _Ring, deviation: Float64s) -> RidgeField:
    around = energy * ring.near[energy.argmax(axis=-1)]
    total, peak = energy.sum(axis=-1) + 1e-9, around.sum(axis=-1) + 1e-9
    doubled = 2 * np.arctan2(ring.down, ring.across)
    wave_rad = np.arctan2(around @ np.sin(doubled), around @ np.cos(doubled)) / 2
    height, width = total.shape
    contrasts = deviation[::STEP_PX, ::STEP_PX]
    short = ((0, max(0, height - contrasts.shape[0])), (0, max(0, width - contrasts.shape[1])))
    return RidgeField(
        # Rows count downwards, and ridges are perpendicular to the direction of their wave.
        directions_rad=np.mod(-wave_rad + np.pi, np.pi) - np.pi / 2,
        periods_px=peak / np.maximum(around @ np.hypot(ring.down, ring.across), 1e-9),
        shares=peak / total,
        contrasts=np.pad(contrasts, short, mode="edge")[:height, :width],
    )


MARGIN_PX = 24
"""Margin around the ridges, so that an extractor sees where they end."""

_LEAST_SHARE = 0.2
_LEAST_BLOCKS = 16
"""Four square millimetres. With fewer blocks the whole picture is used."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture, in pixels. The right column and the bottom row are not part of it."""

    left: int
    top: int
    right: int
    bottom: int

    def cut(self, grey: GreyImage) -> GreyImage:
        """Return this part of a picture, C-contiguous."""
        return np.ascontiguousarray(grey[self.top : self.bottom, self.left : self.right])

    def within(self, most_px: int) -> Box:
        """Return the middle of the box, with sides of at most this length."""
        left = self.left + max(0, self.right - self.left - most_px) // 2
        top = self.top + max(0, self.bottom - self.top - most_px) // 2
        right, bottom = min(self.right, left + most_px), min(self.bottom, top + most_px)
        return Box(left, top, right, bottom)


def footprint(field: RidgeField, grey: GreyImage, *, least_px: int) -> Box:
    """Return the box around the ridges of a picture. Its sides are at least `least_px`.

    A block counts if at least three of the blocks around it show ridges too.
    """
    height, width = grey.shape
    shown = field.ridges(least_share=_LEAST_SHARE, contrast_part=0.15)
    kept = shown & (_around(shown) >= 4)
    if kept.sum() < _LEAST_BLOCKS:
        return Box(0, 0, width, height)
    rows, columns = np.nonzero(kept)
    top, bottom = _side(int(rows.min()), int(rows.max()), height, least_px)
    left, right = _side(int(columns.min()), int(columns.max()), width, least_px)
    return Box(left, top, right, bottom)


def _around(shown: Bools) -> Int64s:
    """Return how many of the nine blocks at and around each block show ridges; int64 (h, w)."""
    padded = np.pad(shown, 1).astype(np.int64)
    blocks = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    return np.asarray(blocks.sum(axis=(2, 3)))


def _side(first: int, last: int, length_px: int, least_px: int) -> tuple[int, int]:
    begin = max(0, first * STEP_PX - STEP_PX - MARGIN_PX)
    end = min(length_px, last * STEP_PX + STEP_PX + MARGIN_PX)
    short = max(0, least_px - (end - begin))
    begin = max(0, begin - short)
    return begin, min(length_px, max(end, begin + least_px))


SURE = 0.25
"""By how much one way up must arch more than another to be told. The least, in steps of .05, that
raises a doubt about at most 1.5 % of upright prints of two public sets (FVC 2002 DB1 B and 2004
DB1 B), 2026-12. The two others took no part (`docs/prints.md`)."""

_FEWEST_BLOCKS = 20


def arches(directions_rad: Float64s, shown: Bools) -> Float64s:
    """Return float64 (4,): how much the ridges rise towards the middle of the print.

    The four values are for the picture as it is, and after one to three quarter turns
    anticlockwise. About .3 for an upright print, and the negative for the same print upside down;
    zeros for few ridges. `directions_rad`: float64 (h, w), along the ridges; `shown`: where they
    are.
    """
    down, across = np.nonzero(shown)
    if len(down) < _FEWEST_BLOCKS:
        return np.zeros(4)
    rising = np.sin(2 * directions_rad[shown])
    left, below = (
        float((rising * (at - at.mean()) / (at.std() + 1)).mean()) for at in (across, down)
    )
    return np.array([-left, below, left, -below])


def is_turned(directions_rad: Float64s, shown: Bools) -> bool:
    """Whether the picture is certainly not upright."""
    found = arches(directions_rad, shown)
    return bool(found.max() - found[0] > SURE)
