"""The orientation field: the direction of the ridges, given the singular points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.synthetic.ridges.fields import Field, as_field
from data.synthetic.ridges.parameters import FLOW


@dataclass(frozen=True, slots=True)
class Bump:
    """A smooth local turn of the field, round a core or a delta."""

    centre: complex
    turn_rad: float
    radius_px: float


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """The random choices that determine an orientation field.

    Points are complex numbers x + iy in pixels at 500 dpi from the middle of the frame, y up.
    """

    cores: tuple[complex, ...] = ()
    deltas: tuple[complex, ...] = ()
    bumps: tuple[Bump, ...] = ()
    crown_rad: float = 0.0
    """How steeply ridges fall away to the sides near the tip."""
    arch_rise_rad: float = 0.0
    """Steepest slope of a plain arch; 0 for patterns that have a core."""
    arch_width_px: float = 1.0
    arch_centre: complex = 0j


def orientation_rad(plan: FieldPlan, z: npt.NDArray[np.complex64]) -> Field:
    """Return the ridge orientation at each point, modulo pi, anticlockwise from the x axis.

    `z`: complex64 (h, w), points as in FieldPlan. Returns float32 (h, w) in [0, pi).
    The zero-pole model of Sherlock and Monro (Pattern Recognition 26(7), 1993), with smooth
    additive corrections, which leave the number and kind of singular points as they are.
    """
    theta = np.zeros(z.shape, dtype=np.float32)
    for core in plan.cores:
        theta += 0.5 * np.angle(z - np.complex64(core))
    for delta in plan.deltas:
        theta -= 0.5 * np.angle(z - np.complex64(delta))
    for bump in plan.bumps:
        distance = np.abs(z - np.complex64(bump.centre)) / bump.radius_px
        theta += np.float32(bump.turn_rad) * np.exp(-0.5 * distance**2)
    theta += _crown_rad(plan, z) + _arch_rad(plan, z)
    wrapped = np.mod(theta, np.float32(np.pi))
    return as_field(wrapped)


def _crown_rad(plan: FieldPlan, z: npt.NDArray[np.complex64]) -> Field:
    """Bend the ridges near the tip into arcs round it."""
    height = (z.imag - FLOW.crown_height_px) / FLOW.crown_depth_px
    share = 0.5 + 0.5 * np.tanh(0.5 * height)
    slope = -plan.crown_rad * np.tanh(z.real / FLOW.crown_width_px) * share
    return as_field(slope)


def _arch_rad(plan: FieldPlan, z: npt.NDArray[np.complex64]) -> Field:
    """Raise the ridges of a plain arch into a wave; flat at the base, steepest mid-way."""
    if plan.arch_rise_rad == 0.0:
        return np.zeros(z.shape, dtype=np.float32)
    local = (z - np.complex64(plan.arch_centre)) / np.float32(plan.arch_width_px)
    across = local.real * np.exp(0.5 - 0.5 * local.real**2)
    along = np.exp(-0.5 * (local.imag / FLOW.arch_height) ** 2)
    slope = -plan.arch_rise_rad * across * along
    return as_field(slope)
