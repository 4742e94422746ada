"""The orientation field of a finger: the direction of its ridges, from the plan of its pattern."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from data.synthetic.ridges.fields import Field, as_field
from data.synthetic.ridges.parameters import (
    FLOW,
    GEOMETRY,
    PATTERN_RATES,
    PERSON_SHARE,
    WHORL_SHARES,
    PatternClass,
    PatternRates,
)
from data.synthetic.ridges.streams import FingerIdentity, Stream, finger_rng, person_rng
from domain.prints.prints import FingerPosition


def digit(position: FingerPosition) -> int:
    """Return 0 for a thumb to 4 for a little finger."""
    return (int(position) - 1) % 5


def pattern_class(identity: FingerIdentity) -> PatternClass:
    """Return a finger's class, by natural rates for each digit; a person's fingers are similar.

    Classes lie on a single scale of pattern intensity, from arch to whorl. The place of a finger
    on the scale depends partly on the person and partly on the finger, so that each rate is exact
    on average.
    """
    shared = float(person_rng(identity, Stream.PERSON_CLASS).standard_normal())
    rng = finger_rng(identity, Stream.CLASS)
    own, kind = float(rng.standard_normal()), float(rng.random())
    intensity = np.sqrt(PERSON_SHARE) * shared + np.sqrt(1.0 - PERSON_SHARE) * own
    rank = NormalDist().cdf(float(intensity))
    return _class_at(PATTERN_RATES[digit(identity.position)], rank, kind)


def _class_at(rates: PatternRates, rank: float, kind: float) -> PatternClass:
    below = 0.0
    for pattern, share in (
        (PatternClass.PLAIN_ARCH, rates.plain_arch),
        (PatternClass.TENTED_ARCH, rates.tented_arch),
        (PatternClass.RADIAL_LOOP, rates.radial_loop),
        (PatternClass.ULNAR_LOOP, rates.ulnar_loop),
    ):
        below += share
        if rank < below:
            return pattern
    return _whorl_at(kind)


def _whorl_at(kind: float) -> PatternClass:
    below = 0.0
    for pattern, share in WHORL_SHARES[:-1]:
        below += share
        if kind < below:
            return pattern
    return WHORL_SHARES[-1][0]


def opens_right(pattern: PatternClass, position: FingerPosition) -> bool:
    """Return whether a loop opens to the right as printed; an ulnar one towards the little finger.

    On paper, the little finger is to the right of the other fingers of the right hand, and to the
    left of those of the left hand.
    """
    is_right_hand = position <= FingerPosition.RIGHT_LITTLE
    return is_right_hand == (pattern is not PatternClass.RADIAL_LOOP)


def field_plan(
    pattern: PatternClass, position: FingerPosition, rng: np.random.Generator
) -> FieldPlan:
    """Return a random plan of this class, mirrored if the pattern faces left."""
    geometry = GEOMETRY[pattern]
    crown_rad = float(rng.normal(FLOW.crown_mean_rad, FLOW.crown_sd_rad))
    middle = geometry.middle + complex(*rng.normal(0.0, geometry.middle_sd_px, size=2))
    half_gap = _within(rng, geometry.half_gap_across_px, geometry.half_gap_up_px)
    deltas = tuple(
        middle + _within(rng, *ranges)
        for ranges in (geometry.left_delta_px, geometry.right_delta_px)
        if ranges is not None
    )
    twist = Bump(middle, float(rng.uniform(*geometry.twist_rad)), geometry.twist_radius_px)
    # There are as many cores as deltas: far out, their turns cancel and the ridges are level.
    cores = (middle + half_gap, middle - half_gap)[: len(deltas)]
    plan = FieldPlan(cores=cores, deltas=deltas, bumps=(twist,), crown_rad=crown_rad)
    if pattern is PatternClass.PLAIN_ARCH:
        plan = _arched(plan, middle, rng)
    if pattern in {PatternClass.ULNAR_LOOP, PatternClass.RADIAL_LOOP}:
        plan = replace(plan, bumps=(twist, _turned_legs(middle, rng)))
    return plan if opens_right(pattern, position) else mirrored(plan)


def _arched(plan: FieldPlan, middle: complex, rng: np.random.Generator) -> FieldPlan:
    return replace(
        plan,
        arch_rise_rad=float(rng.uniform(*FLOW.arch_rise_rad)),
        arch_width_px=float(rng.uniform(*FLOW.arch_width_px)),
        arch_centre=middle,
    )


def _turned_legs(core: complex, rng: np.random.Generator) -> Bump:
    turn_rad = float(rng.uniform(*FLOW.legs_turn_rad))
    return Bump(core + FLOW.legs_offset, turn_rad, FLOW.legs_radius_px)


def _within(
    rng: np.random.Generator, across_px: tuple[float, float], up_px: tuple[float, float]
) -> complex:
    return complex(rng.uniform(*across_px), rng.uniform(*up_px))


def mirrored(plan: FieldPlan) -> FieldPlan:
    """Return the plan reflected left to right."""
    return replace(
        plan,
        cores=tuple(_across(core) for core in plan.cores),
        deltas=tuple(_across(delta) for delta in plan.deltas),
        bumps=tuple(
            replace(bump, centre=_across(bump.centre), turn_rad=-bump.turn_rad)
            for bump in plan.bumps
        ),
        arch_centre=_across(plan.arch_centre),
    )


def _across(point: complex) -> complex:
    return complex(-point.real, point.imag)


@dataclass(frozen=True, slots=True)
class Bump:
    """A smooth local turn of the field, around a core or a delta."""

    centre: complex
    turn_rad: float
    radius_px: float


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """The random choices that determine an orientation field.

    Points are complex numbers x + iy, in pixels at 500 dpi from the middle of the frame, y up.
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

    `z`: complex64 (h, w), points as in FieldPlan. Returns float32 (h, w) in [0, pi). The zero-pole
    model of Sherlock and Monro (Pattern Recognition 26(7), 1993), with smooth additive corrections
    that do not change the number and kind of singular points.
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
    """Return the turn that bends the ridges near the tip into arcs around it."""
    height = (z.imag - FLOW.crown_height_px) / FLOW.crown_depth_px
    share = 0.5 + 0.5 * np.tanh(0.5 * height)
    slope = -plan.crown_rad * np.tanh(z.real / FLOW.crown_width_px) * share
    return as_field(slope)


def _arch_rad(plan: FieldPlan, z: npt.NDArray[np.complex64]) -> Field:
    """Return the turn of a plain arch's ridges in radians: flat at the base, steepest midway."""
    if plan.arch_rise_rad == 0.0:
        return np.zeros(z.shape, dtype=np.float32)
    local = (z - np.complex64(plan.arch_centre)) / np.float32(plan.arch_width_px)
    across = local.real * np.exp(0.5 - 0.5 * local.real**2)
    along = np.exp(-0.5 * (local.imag / FLOW.arch_height) ** 2)
    slope = -plan.arch_rise_rad * across * along
    return as_field(slope)
