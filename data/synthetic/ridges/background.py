"""The surface under a print: clean for a tenprint, arbitrary for a mark."""

from __future__ import annotations

import numpy as np

from data.synthetic.ridges.fields import Field, as_field, smooth_noise
from data.synthetic.ridges.impression_parameters import BACKGROUND, GRAIN_PX
from data.synthetic.ridges.parameters import FRAME_PX


def draw_grain(rng: np.random.Generator, grain: float) -> Field:
    """Return float32 (512, 512) grey levels about 0: the noise of sensor or paper."""
    return np.float32(grain) * smooth_noise(rng, FRAME_PX, GRAIN_PX)


def draw_surface(rng: np.random.Generator) -> Field:
    """Return float32 (512, 512) grey levels about 0: mottled, fibrous, stroked by a brush."""
    heading_rad = float(rng.uniform(0.0, np.pi))
    blur_px, length_px = BACKGROUND.fibre_px
    fibres = smear(smooth_noise(rng, FRAME_PX, blur_px), heading_rad, length_px)
    surface = BACKGROUND.fibres * fibres / fibres.std()
    for spread, sigma_px in zip(BACKGROUND.mottle, BACKGROUND.mottle_px, strict=True):
        surface += spread * smooth_noise(rng, FRAME_PX, sigma_px)
    for _ in range(int(rng.poisson(BACKGROUND.strokes_mean))):
        surface += _stroke(rng, heading_rad)
    return as_field(surface)


def smear(field: Field, heading_rad: float, length_px: float) -> Field:
    """Return `field` blurred along a line, as a slide of the finger leaves it.

    `length_px`: standard deviation of the blur; `heading_rad`: anticlockwise from the x axis.
    """
    down = np.fft.fftfreq(field.shape[0])[:, None]
    across = np.fft.rfftfreq(field.shape[1])[None, :]
    along = across * np.cos(heading_rad) - down * np.sin(heading_rad)
    response = np.exp(-2.0 * (np.pi * length_px * along) ** 2).astype(np.float32)
    return as_field(np.fft.irfft2(np.fft.rfft2(field) * response, s=field.shape))


def _stroke(rng: np.random.Generator, heading_rad: float) -> Field:
    """Return one long faint line, roughly along the grain, of varying strength."""
    angle_rad = heading_rad + float(rng.normal(0.0, BACKGROUND.stroke_turn_sd_rad))
    offset_px = float(rng.uniform(-0.5, 0.5)) * FRAME_PX
    width_px = float(rng.uniform(*BACKGROUND.stroke_width_px))
    level = float(rng.normal(0.0, BACKGROUND.stroke_level_sd))
    steps = np.arange(FRAME_PX, dtype=np.float32) - (FRAME_PX - 1) / 2
    across = steps[None, :] * np.sin(angle_rad) + steps[:, None] * np.cos(angle_rad) - offset_px
    fade = np.clip(smooth_noise(rng, FRAME_PX, BACKGROUND.stroke_fade_px), 0.0, 1.0)
    return as_field(level * np.exp(-0.5 * (across / width_px) ** 2) * fade)
