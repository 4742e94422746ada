"""Fingers, templates, impressions."""

from __future__ import annotations

import numpy as np
import pytest

from domain.errors import (
    DuplicatePositionError,
    InvalidQualityError,
)
from domain.prints.prints import (
    FINGERS,
    IMPRESSION_TYPES,
    FingerPosition,
    Impression,
    ImpressionType,
    check_positions,
)
from domain.prints.templates import TemplateFormat


def _impression(position: FingerPosition, quality: int = 50) -> Impression:
    vector = np.full(4, 0.5, dtype=np.float32)
    return Impression(position, ImpressionType.PLAIN, quality, vector, TemplateFormat("any", 1, 4))


def test_ten_fingers_are_known_and_named() -> None:
    assert len(FINGERS) == 10
    assert FingerPosition.UNKNOWN not in FINGERS
    assert FingerPosition(7).words == "left index"


def test_impression_types_keep_their_order_in_files() -> None:
    assert tuple(kind.value for kind in IMPRESSION_TYPES) == ("rolled", "plain", "latent")


@pytest.mark.parametrize("quality", [0, 100])
def test_quality_reaches_from_nothing_to_a_hundred(quality: int) -> None:
    assert _impression(FingerPosition.LEFT_RING, quality).quality == quality


@pytest.mark.parametrize("quality", [-1, 101])
def test_quality_out_of_range_is_refused(quality: int) -> None:
    with pytest.raises(InvalidQualityError):
        _impression(FingerPosition.LEFT_RING, quality)


def test_known_finger_may_appear_once_and_an_unknown_one_often() -> None:
    unknown = (_impression(FingerPosition.UNKNOWN), _impression(FingerPosition.UNKNOWN))
    twice = (_impression(FingerPosition.LEFT_RING), _impression(FingerPosition.LEFT_RING))

    check_positions(unknown)
    with pytest.raises(DuplicatePositionError):
        check_positions(twice)
