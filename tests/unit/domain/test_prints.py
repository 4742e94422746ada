"""Fingers, templates, impressions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import (
    DuplicatePositionError,
    InvalidQualityError,
    InvalidTemplateError,
    UnknownTemplateFormatError,
)
from domain.prints import (
    FINGERS,
    IMPRESSION_TYPES,
    SYNTHETIC_192,
    FingerPosition,
    Impression,
    ImpressionType,
    check_positions,
    template_format,
    unit_vector,
)


def _impression(position: FingerPosition, quality: int = 50) -> Impression:
    vector = unit_vector(np.ones(192), SYNTHETIC_192)
    return Impression(position, ImpressionType.PLAIN, quality, vector)


def test_ten_fingers_are_known_and_named() -> None:
    assert len(FINGERS) == 10
    assert FingerPosition.UNKNOWN not in FINGERS
    assert FingerPosition(7).words == "left index"


def test_impression_types_keep_their_order_in_files() -> None:
    assert tuple(kind.value for kind in IMPRESSION_TYPES) == ("rolled", "plain", "latent")


@given(scale=st.floats(1e-3, 1e3), seed=st.integers(0, 50))
def test_unit_vector_has_length_one_and_the_same_direction(scale: float, seed: int) -> None:
    values = np.random.default_rng(seed).standard_normal(192) * scale
    before = values.copy()

    vector = unit_vector(values, SYNTHETIC_192)

    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)
    assert vector @ (values / np.linalg.norm(values)) == pytest.approx(1.0, abs=1e-5)
    assert not vector.flags.writeable
    assert (values == before).all()


@pytest.mark.parametrize(
    "values",
    [
        np.ones(191),
        np.ones((1, 192)),
        np.zeros(192),
        np.full(192, np.nan),
        np.full(192, np.inf),
        np.full(192, 1e-9),
    ],
)
def test_wrong_template_is_refused(values: np.ndarray) -> None:
    with pytest.raises(InvalidTemplateError):
        unit_vector(values, SYNTHETIC_192)


def test_one_bad_value_among_good_ones_is_refused() -> None:
    values = np.ones(192)
    values[17] = np.nan

    with pytest.raises(InvalidTemplateError):
        unit_vector(values, SYNTHETIC_192)


def test_format_is_known_by_its_label_alone() -> None:
    assert template_format("identlink-synthetic-192/1") is SYNTHETIC_192
    with pytest.raises(UnknownTemplateFormatError) as refusal:
        template_format("someone-elses/9")
    assert "someone-elses" not in refusal.value.detail


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
