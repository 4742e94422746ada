"""The conversion of touching ridges to grey levels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.synthetic.ridges.fields import Field, as_field, blur, sample, smooth_noise
from data.synthetic.ridges.impression_parameters import (
    INK,
    LOST_PX,
    LOST_STEEPNESS,
    PORE_OPENNESS,
    PRESSURE_FINE_PX,
    PRESSURE_SLOW_PX,
    SMUDGE_PX,
    InkParameters,
    by_quality,
)
from data.synthetic.ridges.master import MasterPrint
from data.synthetic.ridges.parameters import FRAME_PX
from data.synthetic.ridges.placement import Placement
from data.synthetic.ridges.streams import Appearance


@dataclass(frozen=True, slots=True, eq=False)
class Inking:
    """The finger's trace on the surface, before the surface shows through."""

    ink: Field
    """float32 (512, 512), 0 to 1 of full ink."""
    level: Field
    """float32 (512, 512): where the ridge wave counts as ridge, coarse part; 0 is even."""
    kept: Field
    """float32 (512, 512), 1 where ridges show, 0 where they are lost."""


def draw_inking(
    master: MasterPrint, placement: Placement, appearance: Appearance, rng: np.random.Generator
) -> Inking:
    """Return the ink of a master print in this placement, before any outline."""
    parameters = INK[appearance.impression_type]
    quality = appearance.quality
    x, y = placement.finger_grid()
    ridges = sample(master.ridges, x, y)
    level = _level(parameters, quality, rng)
    fine = by_quality(parameters.pressure_fine, quality)
    specks = np.float32(fine) * smooth_noise(rng, FRAME_PX, PRESSURE_FINE_PX)
    softness = np.float32(by_quality(parameters.softness, quality))
    ink = _step(as_field((ridges - level - specks) / softness))
    # Pores fill up under pressure; creases show nearly always.
    openness = np.clip(np.float32(PORE_OPENNESS) + level, 0.0, 1.0)
    ink *= (1.0 - openness * sample(master.pores, x, y)) * (1.0 - sample(master.creases, x, y))
    kept = _kept(by_quality(parameters.lost_share, quality), rng)
    return Inking(ink * kept + blur(ink, SMUDGE_PX) * (1.0 - kept), level, kept)


def _level(parameters: InkParameters, quality: int, rng: np.random.Generator) -> Field:
    whole = by_quality(parameters.pressure_sd, quality) * float(rng.standard_normal())
    slow = by_quality(parameters.pressure_slow, quality)
    patches = np.float32(slow) * smooth_noise(rng, FRAME_PX, PRESSURE_SLOW_PX)
    return as_field(patches + np.float32(whole))


def _kept(lost_share: float, rng: np.random.Generator) -> Field:
    """Return 1 where ridges show and 0 in patches that make up about `lost_share`."""
    patches = smooth_noise(rng, FRAME_PX, LOST_PX)
    if lost_share <= 0.0:
        return np.ones_like(patches)
    cut = np.quantile(patches, lost_share)
    return _step((patches - np.float32(cut)) * np.float32(LOST_STEEPNESS))


def _step(wave: Field) -> Field:
    """Return a smooth step, 0 far below zero and 1 far above."""
    return as_field(0.5 + 0.5 * np.tanh(wave))
