from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.synthetic.ridges.streams import (
    Appearance,
    FingerIdentity,
    Stream,
    capture_rng,
    finger_rng,
    person_rng,
)
from domain.errors import InvalidInputError, InvalidQualityError
from domain.prints.prints import FINGERS, FingerPosition, ImpressionType
from tests.unit.data.synthetic.ridges.builders import a_finger, an_appearance


@settings(deadline=None)
@given(number=st.integers(0, 2**40 - 1), position=st.sampled_from(FINGERS))
def test_a_finger_draws_the_same_again(number: int, position: FingerPosition) -> None:
    finger = FingerIdentity(5, number, position)

    first = finger_rng(finger, Stream.GROWTH).random(4)
    again = finger_rng(finger, Stream.GROWTH).random(4)

    assert first.tolist() == again.tolist()


@settings(deadline=None)
@given(number=st.integers(0, 2**40 - 2), position=st.sampled_from(FINGERS[:-1]))
def test_neighbours_draw_differently(number: int, position: FingerPosition) -> None:
    finger = FingerIdentity(5, number, position)
    neighbours = (
        FingerIdentity(6, number, position),
        FingerIdentity(5, number + 1, position),
        FingerIdentity(5, number, FingerPosition(position + 1)),
    )

    draw = finger_rng(finger, Stream.GROWTH).random()

    assert all(finger_rng(other, Stream.GROWTH).random() != draw for other in neighbours)
    assert finger_rng(finger, Stream.DETAIL).random() != draw


def test_fingers_of_a_person_share_the_stream_of_the_person() -> None:
    index, thumb = a_finger(), a_finger(position=FingerPosition.LEFT_THUMB)

    draws = [person_rng(finger, Stream.PERSON_CLASS).random() for finger in (index, thumb)]

    assert draws[0] == draws[1]


def test_captures_and_impression_types_draw_differently() -> None:
    looks = [an_appearance(kind, capture=n) for kind in ImpressionType for n in (0, 1, 2**63)]

    draws = {capture_rng(a_finger(), look, Stream.INKING).random() for look in looks}

    assert len(draws) == len(looks)


def test_quality_changes_no_draw() -> None:
    good, bad = an_appearance(quality=90), an_appearance(quality=10)

    draws = [capture_rng(a_finger(), look, Stream.INKING).random() for look in (good, bad)]

    assert draws[0] == draws[1]


def test_a_pattern_needs_a_known_finger() -> None:
    with pytest.raises(InvalidInputError):
        FingerIdentity(1, 1, FingerPosition.UNKNOWN)


@pytest.mark.parametrize(("seed", "number"), [(-1, 0), (2**63, 0), (0, -1), (0, 2**40)])
def test_seed_and_number_have_a_range(seed: int, number: int) -> None:
    with pytest.raises(InvalidInputError):
        FingerIdentity(seed, number, FingerPosition.LEFT_RING)


@pytest.mark.parametrize("quality", [-1, 101])
def test_quality_has_a_range(quality: int) -> None:
    with pytest.raises(InvalidQualityError):
        Appearance(ImpressionType.PLAIN, quality, 0)


@pytest.mark.parametrize("capture_number", [-1, 2**64])
def test_capture_number_has_a_range(capture_number: int) -> None:
    with pytest.raises(InvalidInputError):
        Appearance(ImpressionType.PLAIN, 50, capture_number)
