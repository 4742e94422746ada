"""The master print: the ridge skin of one finger, before any touch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from data.synthetic.ridges.details import draw_creases, draw_pores
from data.synthetic.ridges.fields import Field, as_field, blur, random_warp, sample, smooth_noise
from data.synthetic.ridges.growth import grow_ridges, refine
from data.synthetic.ridges.orientation import FieldPlan, orientation_rad
from data.synthetic.ridges.parameters import (
    DIGIT_SCALE,
    FLOW,
    FRAME_PX,
    GROWTH,
    RIDGES,
    SCALE_SD,
    PatternClass,
)
from data.synthetic.ridges.patterns import digit, field_plan, pattern_class
from data.synthetic.ridges.reading import read_ridges
from data.synthetic.ridges.streams import FingerIdentity, Stream, finger_rng, person_rng
from domain.minutiae import Minutia

CACHED_MASTERS = 32
"""Master prints kept in memory, 3 MB each."""


@dataclass(frozen=True, slots=True, eq=False)
class MasterPrint:
    """The skin of a finger on a frame of 512 x 512 px at 500 dpi; arrays are read-only."""

    pattern: PatternClass
    ridge_period_px: float
    contact_scale: float
    """Size of the finger relative to an index finger."""
    ridges: Field
    """float32 (512, 512), about -1 to 1, positive on a ridge."""
    pores: Field
    """float32 (512, 512), 0 to 1 in the middle of a pore."""
    creases: Field
    """float32 (512, 512), 0 to 1 in the middle of a crease."""
    minutiae: tuple[Minutia, ...]


@lru_cache(maxsize=CACHED_MASTERS)
def master_print(identity: FingerIdentity) -> MasterPrint:
    """Return the master print of a finger, grown at the first call and then cached."""
    pattern = pattern_class(identity)
    geometry = finger_rng(identity, Stream.GEOMETRY)
    plan = field_plan(pattern, identity.position, geometry)
    period_px = _ridge_period_px(identity, geometry)
    ridges = _finger_ridges(_grown(plan, identity, period_px), period_px, geometry)
    reading = read_ridges(ridges)
    detail = finger_rng(identity, Stream.DETAIL)
    size = DIGIT_SCALE[digit(identity.position)] * float(detail.normal(1.0, SCALE_SD))
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


def _grown(plan: FieldPlan, identity: FingerIdentity, period_px: float) -> Field:
    """Grow the ridges at the filters' fixed period; return them on pixels."""
    rng = finger_rng(identity, Stream.GROWTH)
    zoom = period_px / (GROWTH.period_cells * GROWTH.cell_px)
    steps = (np.arange(GROWTH.cells, dtype=np.float32) - (GROWTH.cells - 1) / 2) * GROWTH.cell_px
    z = (steps[None, :] - 1j * steps[:, None]) * zoom
    theta_rad = orientation_rad(plan, z.astype(np.complex64))
    wander = FLOW.wander_rad * smooth_noise(rng, GROWTH.cells, FLOW.wander_cells)
    theta_rad = np.mod(theta_rad + wander, np.float32(np.pi))
    return refine(grow_ridges(theta_rad, rng), GROWTH.cell_px)


def _finger_ridges(grown: Field, period_px: float, rng: np.random.Generator) -> Field:
    """Stretch grown ridges to the finger's own period, broader at the base, with slow wander."""
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
    """Equalise the height of the wave, which grows weakly round minutiae and deltas."""
    height = np.sqrt(2.0 * blur(ridges**2, GROWTH.evening_px))
    return as_field(ridges / (height + np.float32(GROWTH.evening_floor)))
