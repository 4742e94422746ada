"""The master print: the ridge skin of one finger, before the finger touches anything."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy import fft

from data.synthetic.ridges import patterns
from data.synthetic.ridges.fields import Field, as_field, blur, random_warp, sample, smooth_noise
from data.synthetic.ridges.parameters import (
    DETAIL,
    DIGIT_SCALE,
    FLOW,
    FRAME_PX,
    GROWTH,
    RIDGES,
    SCALE_SD,
    PatternClass,
)
from data.synthetic.ridges.reading import read_ridges
from data.synthetic.ridges.streams import FingerIdentity, Stream, finger_rng, person_rng
from domain.arrays import Bools, Float64s, Intps
from domain.prints.minutiae import Minutia

CACHED_MASTERS = 32
"""The number of master prints kept in memory, 3 MB each."""


@dataclass(frozen=True, slots=True, eq=False)
class MasterPrint:
    """The skin of a finger on a frame of 512 x 512 px at 500 dpi. The arrays are read-only."""

    pattern: PatternClass
    ridge_period_px: float
    contact_scale: float
    """Size of the finger relative to an index finger."""
    ridges: Field
    """float32 (512, 512): about -1 to 1, positive on a ridge."""
    pores: Field
    """float32 (512, 512): 0 to 1, highest in the middle of a pore."""
    creases: Field
    """float32 (512, 512): 0 to 1, highest in the middle of a crease."""
    minutiae: tuple[Minutia, ...]


@lru_cache(maxsize=CACHED_MASTERS)
def master_print(identity: FingerIdentity) -> MasterPrint:
    """Return the master print of a finger. It is grown at the first call and then cached."""
    pattern = patterns.pattern_class(identity)
    geometry = finger_rng(identity, Stream.GEOMETRY)
    plan = patterns.field_plan(pattern, identity.position, geometry)
    period_px = _ridge_period_px(identity, geometry)
    ridges = _finger_ridges(_grown(plan, identity, period_px), period_px, geometry)
    reading = read_ridges(ridges)
    detail = finger_rng(identity, Stream.DETAIL)
    size = DIGIT_SCALE[patterns.digit(identity.position)] * float(detail.normal(1.0, SCALE_SD))
    pores, creases = draw_pores(reading.skeleton, detail), draw_creases(detail)
    for array in (ridges, pores, creases):
        array.flags.writeable = False
    return MasterPrint(pattern, period_px, size, ridges, pores, creases, reading.minutiae)


def _ridge_period_px(identity: FingerIdentity, rng: np.random.Generator) -> float:
    shared = person_rng(identity, Stream.PERSON_BREADTH).standard_normal()
    drawn = (
        RIDGES.period_mean_px
        + RIDGES.period_person_sd_px * shared
        + RIDGES.period_finger_sd_px * rng.standard_normal()
    )
    return float(np.clip(drawn, *RIDGES.period_range_px))


def _grown(plan: patterns.FieldPlan, identity: FingerIdentity, period_px: float) -> Field:
    """Grow ridges at the fixed period of the filters; return them on the grid of pixels."""
    rng = finger_rng(identity, Stream.GROWTH)
    zoom = period_px / (GROWTH.period_cells * GROWTH.cell_px)
    steps = (np.arange(GROWTH.cells, dtype=np.float32) - (GROWTH.cells - 1) / 2) * GROWTH.cell_px
    z = (steps[None, :] - 1j * steps[:, None]) * zoom
    theta_rad = patterns.orientation_rad(plan, z.astype(np.complex64))
    wander = FLOW.wander_rad * smooth_noise(rng, GROWTH.cells, FLOW.wander_cells)
    theta_rad = np.mod(theta_rad + wander, np.float32(np.pi))
    return refine(grow_ridges(theta_rad, rng), GROWTH.cell_px)


def _finger_ridges(grown: Field, period_px: float, rng: np.random.Generator) -> Field:
    """Stretch grown ridges to the finger's own period: broader at the base, and slowly varying."""
    zoom = np.float32(GROWTH.period_cells * GROWTH.cell_px / period_px)
    warp = random_warp(rng, FRAME_PX, RIDGES.warp_rms_px)
    dx, dy = warp.grid(FRAME_PX)
    steps = np.arange(FRAME_PX, dtype=np.float32) - (FRAME_PX - 1) / 2
    x = steps[None, :] + dx
    y = steps[:, None] + dy
    below = (y - RIDGES.base_from_px) / RIDGES.base_over_px
    y -= np.float32(RIDGES.base_widening * RIDGES.base_over_px) * np.logaddexp(
        np.float32(0), below
    )
    middle = np.float32((grown.shape[0] - 1) / 2)
    return _evened(sample(grown, x * zoom + middle, y * zoom + middle))


def _evened(ridges: Field) -> Field:
    """Even out the height of the wave, which grows weakly around minutiae and deltas."""
    height = np.sqrt(2.0 * blur(ridges**2, GROWTH.evening_px))
    return as_field(ridges / (height + np.float32(GROWTH.evening_floor)))


def grow_ridges(theta_rad: Field, rng: np.random.Generator) -> Field:
    """Return ridges that follow an orientation field, about -1 to 1, positive on a ridge.

    `theta_rad`: float32 (cells, cells) in [0, pi), anticlockwise from the x axis, y up. Returns
    float32 (cells, cells), band-limited, because the last round is not saturated.
    """
    shares = tuple(_shares(theta_rad))
    ridges = rng.standard_normal(theta_rad.shape, dtype=np.float32)
    for _ in range(GROWTH.rounds):
        saturated = np.tanh(np.float32(GROWTH.gain) / ridges.std() * ridges)
        spectrum = fft.rfft2(saturated, axes=(1, 0))
        ridges = np.zeros_like(ridges)
        # One filter at a time: all of them at once do not fit into a core's cache.
        for (columns, share), passed in zip(shares, _filters(), strict=True):
            waves = fft.ifft(spectrum[: len(passed)] * passed, axis=1)[:, columns]
            weighed = fft.irfft(waves, GROWTH.cells, axis=0)
            weighed *= share
            ridges[:, columns] += weighed
    return as_field(ridges / (np.sqrt(2.0) * ridges.std()))


def _shares(theta_rad: Field) -> Iterator[tuple[slice, Field]]:
    """Yield the columns in which each filter is used, with its weight in their cells.

    Two neighbouring filters share a cell, linearly.
    """
    position = theta_rad * np.float32(GROWTH.orientations / np.pi)
    for number in range(GROWTH.orientations):
        apart = np.abs(position - np.float32(number))
        apart = np.minimum(apart, np.float32(GROWTH.orientations) - apart)
        share = np.maximum(np.float32(1.0) - apart, np.float32(0.0))
        columns = _span(share.any(axis=0))
        yield columns, np.ascontiguousarray(share[:, columns])


def _span(used: Bools) -> slice:
    """Return the slice from the first to the last place that is used."""
    places = np.flatnonzero(used)
    return slice(int(places[0]), int(places[-1]) + 1) if places.size else slice(0)


def refine(field: Field, factor: int) -> Field:
    """Return a periodic float32 (n, n) field on a grid finer by `factor`, exactly band-limited."""
    side, fine = field.shape[0], field.shape[0] * factor
    half = side // 2
    spectrum = fft.rfft2(field)
    padded = np.zeros((fine, fine // 2 + 1), dtype=spectrum.dtype)
    padded[:half, :half] = spectrum[:half, :half]
    padded[-half:, :half] = spectrum[-half:, :half]
    refined = fft.irfft2(padded, s=(fine, fine)) * factor**2
    return as_field(refined)


@cache
def _filters() -> tuple[Field, ...]:
    """Return even, zero-phase, real filters: the rows of frequencies from 0 that each one passes.

    float32 (rows, cells) each. The other rows follow from these, because the field is real.
    """
    down = fft.rfftfreq(GROWTH.cells)[:, None]
    across = fft.fftfreq(GROWTH.cells)[None, :]
    # Rows run downwards and angles are taken with y up, hence the minus.
    direction = np.arctan2(-down, across)
    off_band = (np.hypot(down, across) - 1.0 / GROWTH.period_cells) / GROWTH.radial_sigma
    radial = np.exp(-0.5 * off_band**2)
    normals = np.pi * np.arange(GROWTH.orientations) / GROWTH.orientations + 0.5 * np.pi
    turn = 0.5 * np.angle(np.exp(2j * (direction[None] - normals[:, None, None])))
    bank = as_field(radial[None] * np.exp(-0.5 * (turn / GROWTH.angular_sigma_rad) ** 2))
    passing = bank.max(axis=2) > GROWTH.least_response
    return tuple(one[: _span(rows).stop] for one, rows in zip(bank, passing, strict=True))


def draw_pores(skeleton: Bools, rng: np.random.Generator) -> Field:
    """Return float32 (h, w), 0 to 1: light spots along the middle of the ridges.

    `skeleton`: bool (h, w), the middle lines of the ridges. Each square with sides of one pore
    spacing has at most one pore.
    """
    rows, columns = np.nonzero(skeleton)
    order = rng.permutation(rows.size)
    rows, columns = rows[order], columns[order]
    spacing = DETAIL.pore_spacing_px
    squares = (rows // spacing) * skeleton.shape[1] + columns // spacing
    _, chosen = np.unique(squares, return_index=True)
    strengths = rng.uniform(*DETAIL.pore_depth, size=chosen.size)
    marks = _marks(rows[chosen], columns[chosen], strengths)
    peak = 2.0 * np.pi * DETAIL.pore_sigma_px**2
    return as_field(np.clip(blur(marks, DETAIL.pore_sigma_px) * np.float32(peak), 0.0, 1.0))


def draw_creases(rng: np.random.Generator) -> Field:
    """Return float32 (frame, frame), 0 to 1: a few white lines, slightly bent."""
    creases = np.zeros((FRAME_PX, FRAME_PX), dtype=np.float32)
    for _ in range(int(rng.poisson(DETAIL.creases_mean))):
        creases = np.maximum(creases, _crease(rng))
    return creases


def _crease(rng: np.random.Generator) -> Field:
    middle_x, middle_y = FRAME_PX / 2 + rng.normal(0.0, DETAIL.crease_spread_px, size=2)
    heading_rad = rng.uniform(0.0, np.pi)
    along = np.arange(0.0, rng.uniform(*DETAIL.crease_length_px), 0.5)
    along -= along[-1] / 2
    jitter = np.cumsum(rng.normal(0.0, DETAIL.crease_jitter_px, size=along.size))
    across = rng.normal(0.0, DETAIL.crease_bend_per_px) * along**2 + jitter
    x_px = middle_x + along * np.cos(heading_rad) - across * np.sin(heading_rad)
    y_px = middle_y + along * np.sin(heading_rad) + across * np.cos(heading_rad)
    inside = (np.minimum(x_px, y_px) >= 0.0) & (np.maximum(x_px, y_px) < FRAME_PX)
    depth = np.cos(np.linspace(-1.4, 1.4, along.size)) * rng.uniform(*DETAIL.crease_depth)
    marks = _marks(y_px[inside].astype(np.intp), x_px[inside].astype(np.intp), depth[inside])
    sigma_px = float(rng.uniform(*DETAIL.crease_sigma_px))
    peak = np.sqrt(2.0 * np.pi) * sigma_px
    return as_field(np.clip(blur(marks, sigma_px) * np.float32(peak), 0.0, 1.0))


def _marks(rows: Intps, columns: Intps, strengths: Float64s) -> Field:
    marks = np.zeros((FRAME_PX, FRAME_PX), dtype=np.float32)
    np.maximum.at(marks, (rows, columns), strengths.astype(np.float32))
    return marks
