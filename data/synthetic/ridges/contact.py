"""The part of the surface that the finger touches."""

from __future__ import annotations

import numpy as np

from data.synthetic.ridges.fields import Field, as_field, smooth_noise
from data.synthetic.ridges.impression_parameters import (
    EDGE_RAGGEDNESS,
    EDGE_WAVES,
    PLACEMENT,
    TIP_NARROWING,
    PlacementParameters,
)
from data.synthetic.ridges.parameters import FRAME_PX
from data.synthetic.ridges.placement import Placement
from domain.prints import ImpressionType

_EDGE_ANGLES = 256


def draw_contact(
    impression_type: ImpressionType,
    placement: Placement,
    *,
    scale: float,
    rng: np.random.Generator,
) -> Field:
    """Return float32 (512, 512): 1 where the finger touches, 0 where not, soft between.

    `scale`: size of the finger relative to an index finger. The outline is a superellipse,
    narrower towards the tip, with an irregular edge.
    """
    parameters = PLACEMENT[impression_type]
    size = scale * float(rng.normal(1.0, parameters.size_sd))
    x, y = _contact_frame(placement)
    radius = _superellipse(x / size, y / size, parameters)
    wobble = _edge_wobble(np.arctan2(y, x), parameters.edge_roughness, rng)
    ragged = smooth_noise(rng, FRAME_PX, sigma_px=parameters.edge_width_px)
    depth_px = (1.0 + wobble - radius) * np.float32(size * parameters.half_width_px)
    depth = depth_px / np.float32(parameters.edge_width_px) + np.float32(EDGE_RAGGEDNESS) * ragged
    return as_field(0.5 + 0.5 * np.tanh(depth))


def _contact_frame(placement: Placement) -> tuple[Field, Field]:
    """Return x and y of every pixel from the middle of the contact, along the finger's axes."""
    x, y = placement.finger_grid()
    middle = (FRAME_PX - 1) / 2
    return (
        x - np.float32(middle + placement.contact_middle_px[0]),
        y - np.float32(middle + placement.contact_middle_px[1]),
    )


def _superellipse(x: Field, y: Field, parameters: PlacementParameters) -> Field:
    towards_tip = np.clip(-y / np.float32(parameters.half_height_px), -1.0, 1.0)
    width = np.float32(parameters.half_width_px) * (1.0 - TIP_NARROWING * towards_tip)
    tip, joint = parameters.squareness
    power = np.where(y < 0.0, np.float32(tip), np.float32(joint))
    across = np.abs(x / width) ** power
    along = np.abs(y / np.float32(parameters.half_height_px)) ** power
    return as_field((across + along) ** (1.0 / power))


def _edge_wobble(angle_rad: Field, roughness: float, rng: np.random.Generator) -> Field:
    """Return a smooth random function of the angle round the contact, with this spread."""
    frequencies = np.arange(1, EDGE_WAVES + 1)
    phases = rng.uniform(0.0, 2.0 * np.pi, size=frequencies.size)
    weights = rng.standard_normal(frequencies.size) / frequencies**1.5
    angles = np.linspace(-np.pi, np.pi, _EDGE_ANGLES)
    waves = weights[:, None] * np.cos(frequencies[:, None] * angles[None, :] + phases[:, None])
    wobble = waves.sum(axis=0)
    wobble *= roughness / max(float(wobble.std()), 1e-9)
    return as_field(np.interp(angle_rad, angles, wobble))
