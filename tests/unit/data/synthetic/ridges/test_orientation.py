from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.synthetic.ridges.parameters import PatternClass
from data.synthetic.ridges.patterns import FieldPlan, field_plan, mirrored, orientation_rad
from domain.prints.prints import FingerPosition


def winding(plan: FieldPlan, middle: complex, radius_px: float) -> float:
    """Return the turns of the field round a circle: a half at a core, minus a half at a delta."""
    angles = np.linspace(0.0, 2.0 * np.pi, 721)
    circle = (middle + radius_px * np.exp(1j * angles)).astype(np.complex64)
    doubled = np.unwrap(2.0 * orientation_rad(plan, circle[None, :])[0].astype(float))
    return float((doubled[-1] - doubled[0]) / (4.0 * np.pi))


@settings(deadline=None)
@given(pattern=st.sampled_from(PatternClass), draw=st.integers(0, 10_000))
def test_corrections_keep_the_index_of_every_singular_point(
    pattern: PatternClass, draw: int
) -> None:
    plan = field_plan(pattern, FingerPosition.RIGHT_RING, np.random.default_rng(draw))

    cores = [winding(plan, core, 2.0) for core in plan.cores]
    deltas = [winding(plan, delta, 2.0) for delta in plan.deltas]

    assert cores == pytest.approx([0.5] * len(cores), abs=0.02)
    assert deltas == pytest.approx([-0.5] * len(deltas), abs=0.02)


@settings(deadline=None)
@given(pattern=st.sampled_from(PatternClass), draw=st.integers(0, 10_000))
def test_the_field_as_a_whole_does_not_turn(pattern: PatternClass, draw: int) -> None:
    plan = field_plan(pattern, FingerPosition.RIGHT_RING, np.random.default_rng(draw))

    assert winding(plan, 0j, 400.0) == pytest.approx(0.0, abs=0.02)


def test_ridges_lie_level_over_a_core_and_upright_below_it() -> None:
    plan = FieldPlan(cores=(0j,), deltas=(-80j,))
    points = np.array([[20j, -40j, -150j]], dtype=np.complex64)

    theta_rad = orientation_rad(plan, points)[0]

    assert np.sin(theta_rad) == pytest.approx([0.0, 1.0, 0.0], abs=1e-5)


def test_the_mirrored_plan_gives_the_mirrored_field() -> None:
    plan = field_plan(PatternClass.ULNAR_LOOP, FingerPosition.RIGHT_RING, np.random.default_rng(4))
    steps = np.arange(-200.0, 201.0, 25.0) + 0.5
    z = (steps[None, :] + 1j * steps[:, None]).astype(np.complex64)

    field = orientation_rad(plan, z)
    reflected = orientation_rad(mirrored(plan), (-z.conj()).astype(np.complex64))

    assert np.exp(2j * (field + reflected)) == pytest.approx(np.ones_like(z), abs=1e-3)


def test_a_plain_arch_rises_and_falls() -> None:
    plan = FieldPlan(arch_rise_rad=0.7, arch_width_px=80.0)
    points = np.array([[-80.0, 0.0, 80.0]], dtype=np.complex64)

    theta_rad = orientation_rad(plan, points)[0]

    assert theta_rad == pytest.approx([0.7, 0.0, np.pi - 0.7], abs=1e-4)
