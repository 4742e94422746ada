"""Simulated extractions: fingers of their own, faults in bounds, the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from data.synthetic.extractions.faults import FINE, ROUGH
from data.synthetic.extractions.fingers import Skin, bent, carried, simulated_extraction, skin_of
from data.synthetic.ridges.master import master_print
from data.synthetic.ridges.streams import FingerIdentity
from domain.prints.prints import FingerPosition
from prints.features.describing import describe
from prints.features.matching import match


@pytest.fixture(scope="module")
def skin() -> Skin:
    return skin_of(master_print(FingerIdentity(5, 1, FingerPosition.LEFT_RING)))


def test_minutiae_point_along_the_ridges(skin: Skin) -> None:
    along = skin.along_ridges_rad(skin.points)
    off = np.abs(np.angle(np.exp(2j * (skin.angles_rad - along)))) / 2

    assert np.median(off) < 0.25


def test_a_rotation_carries_directions(skin: Skin) -> None:
    turn = np.exp(0.4j)
    points, angles = carried(lambda z: turn * z, skin.points, skin.angles_rad)

    assert points == pytest.approx(skin.points * turn)
    assert np.angle(np.exp(1j * (angles - skin.angles_rad))) == pytest.approx(
        np.full(len(angles), 0.4)
    )


@pytest.mark.parametrize("extractor", [ROUGH, FINE])
def test_extractions_of_one_finger_match_and_those_of_a_bent_one_do_not(
    skin: Skin, extractor: object
) -> None:
    rng = np.random.default_rng(1)
    readings = [describe(simulated_extraction(skin, extractor, rng)) for _ in range(6)]
    others = [describe(simulated_extraction(bent(skin, rng), extractor, rng)) for _ in range(6)]
    own = [match(readings[n], readings[n + 1]).match_score for n in range(5)]
    foreign = [match(one, other).match_score for one in readings for other in others]

    assert np.median(own) > 3 * np.median(foreign)


def test_the_same_generator_gives_the_same_minutiae(skin: Skin) -> None:
    one, again = (simulated_extraction(skin, ROUGH, np.random.default_rng(2)) for _ in range(2))

    assert np.array_equal(one.places_px, again.places_px)
    assert np.array_equal(one.qualities, again.qualities)


def test_rough_directions_are_steps_and_rough_readings_have_more_false_minutiae(
    skin: Skin,
) -> None:
    rng = np.random.default_rng(3)
    rough, fine = (
        [simulated_extraction(skin, kind, rng) for _ in range(30)] for kind in (ROUGH, FINE)
    )

    steps = np.concatenate([one.angles_rad for one in rough]) * ROUGH.angle_steps / (2 * np.pi)
    assert steps == pytest.approx(np.rint(steps), abs=1e-4)
    assert np.mean([len(one) for one in rough]) > np.mean([len(one) for one in fine])
