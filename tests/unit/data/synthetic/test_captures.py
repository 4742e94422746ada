"""Captures in columns: presence, quality, noise, profiles."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.synthetic.captures import (
    FIRST_LATER_CAPTURE,
    CaptureKind,
    base_log_ratio,
    booked_after_share,
    capture_arrays,
    capture_draws,
    merge_captures,
    take_captures,
)
from data.synthetic.parameters import (
    CaptureProfile,
    NoiseParameters,
    Parameters,
    PresenceParameters,
)
from domain.prints.prints import IMPRESSION_TYPES, ImpressionType

SEED = 5
NUMBERS = np.arange(600, dtype=np.int64)
PARAMETERS = Parameters()


def _cosines(
    kind: CaptureKind, parameters: Parameters = PARAMETERS, other: CaptureKind | None = None
) -> np.ndarray:
    first = capture_arrays(SEED, NUMBERS, other or CaptureKind(), parameters)
    second = capture_arrays(SEED, NUMBERS, kind, parameters)
    cosines: np.ndarray = np.einsum("ijk,ijk->ij", first.prints.vectors, second.prints.vectors)
    return cosines[first.prints.presence & second.prints.presence]


def test_shapes_and_types_are_those_promised() -> None:
    arrays = capture_arrays(SEED, NUMBERS[:7], CaptureKind(), PARAMETERS)

    assert arrays.prints.vectors.shape == (7, 10, 192)
    assert arrays.prints.vectors.dtype == np.float32
    assert arrays.prints.vectors.flags.c_contiguous
    assert arrays.prints.presence.shape == (7, 10)
    assert arrays.prints.presence.dtype == np.bool_
    assert arrays.prints.qualities.dtype == np.uint8
    assert arrays.prints.impression_codes.dtype == np.uint8
    assert arrays.numbers.tolist() == list(range(7))
    assert len(arrays) == 7


def test_nobody_gives_empty_arrays() -> None:
    arrays = capture_arrays(SEED, NUMBERS[:0], CaptureKind(), PARAMETERS)

    assert len(arrays) == 0
    assert arrays.prints.vectors.shape == (0, 10, 192)


def test_absent_fingers_have_zero_template_and_zero_quality() -> None:
    arrays = capture_arrays(SEED, NUMBERS, CaptureKind(), PARAMETERS)
    absent = ~arrays.prints.presence

    assert absent.any()
    assert not arrays.prints.vectors[absent].any()
    assert not arrays.prints.qualities[absent].any()


def test_lost_fingers_are_missing_from_every_capture() -> None:
    often = replace(PARAMETERS, presence=PresenceParameters(lost_finger_share=0.2))
    first = capture_arrays(SEED, NUMBERS, CaptureKind(0), often).prints.presence
    second = capture_arrays(SEED, NUMBERS, CaptureKind(1), often).prints.presence

    missing_twice = (~first & ~second).mean()

    assert missing_twice == pytest.approx(0.2, abs=0.02)


@pytest.mark.parametrize(
    ("impression_type", "median"),
    [(ImpressionType.ROLLED, 0.80), (ImpressionType.PLAIN, 0.65), (ImpressionType.LATENT, 0.35)],
)
def test_stress_profile_has_the_mates_of_the_index_measurements(
    impression_type: ImpressionType, median: float
) -> None:
    kind = CaptureKind(FIRST_LATER_CAPTURE, impression_type, CaptureProfile.STRESS)

    assert np.median(_cosines(kind)) == pytest.approx(median, abs=0.035)


@pytest.mark.parametrize(
    ("impression_type", "median"),
    [(ImpressionType.ROLLED, 0.91), (ImpressionType.PLAIN, 0.90), (ImpressionType.LATENT, 0.78)],
)
def test_controlled_profile_has_the_calibrated_mates(
    impression_type: ImpressionType, median: float
) -> None:
    kind = CaptureKind(FIRST_LATER_CAPTURE, impression_type)

    assert np.median(_cosines(kind)) == pytest.approx(median, abs=0.015)


def test_poor_profile_lies_between_controlled_and_useless() -> None:
    poor = CaptureKind(FIRST_LATER_CAPTURE, ImpressionType.PLAIN, CaptureProfile.POOR)

    assert 0.65 < np.median(_cosines(poor)) < 0.85


def test_quality_falls_with_the_cosine_of_mates() -> None:
    kind = CaptureKind(FIRST_LATER_CAPTURE, ImpressionType.PLAIN)
    first = capture_arrays(SEED, NUMBERS, CaptureKind(), PARAMETERS)
    second = capture_arrays(SEED, NUMBERS, kind, PARAMETERS)
    both = first.prints.presence & second.prints.presence
    cosines = np.einsum("ijk,ijk->ij", first.prints.vectors, second.prints.vectors)[both]

    correlation = np.corrcoef(cosines, second.prints.qualities[both].astype(float))[0, 1]

    assert correlation > 0.5


def test_ruined_bookings_ruin_all_fingers() -> None:
    ruined = replace(PARAMETERS, noise=NoiseParameters(ruined_booking_share=1.0))
    kind = CaptureKind(FIRST_LATER_CAPTURE)

    assert np.median(_cosines(kind, ruined)) < 0.25


def test_age_of_the_enrolled_print_lowers_the_cosine() -> None:
    never = replace(PARAMETERS, noise=NoiseParameters(ageing_log_ratio_per_year=0.0))
    fast = replace(PARAMETERS, noise=NoiseParameters(ageing_log_ratio_per_year=0.1))
    kind = CaptureKind(FIRST_LATER_CAPTURE)

    assert _cosines(kind, fast).mean() < _cosines(kind, never).mean() - 0.02


def test_captures_are_spread_between_first_booking_and_reference() -> None:
    draws = capture_draws(SEED, NUMBERS, 1)

    assert not booked_after_share(draws, 0).any()
    assert (booked_after_share(draws, FIRST_LATER_CAPTURE) == 1.0).all()
    assert 0.4 < booked_after_share(draws, 1).mean() < 0.6


def test_every_profile_and_type_has_a_base_ratio() -> None:
    noise = NoiseParameters()
    ratios = {
        (profile, kind): base_log_ratio(CaptureKind(0, kind, profile), noise)
        for profile in CaptureProfile
        for kind in IMPRESSION_TYPES
    }

    assert len(set(ratios.values())) == 9
    for profile in CaptureProfile:
        rolled, plain, latent = (ratios[profile, kind] for kind in IMPRESSION_TYPES)
        assert rolled < plain < latent


def test_merged_captures_are_sorted_by_person_and_capture() -> None:
    first = capture_arrays(SEED, NUMBERS[:4], CaptureKind(0), PARAMETERS)
    again = capture_arrays(SEED, NUMBERS[[1, 3]], CaptureKind(1), PARAMETERS)

    merged = merge_captures([first, again])

    pairs = list(zip(merged.numbers.tolist(), merged.captures.tolist(), strict=True))
    assert pairs == [(0, 0), (1, 0), (1, 1), (2, 0), (3, 0), (3, 1)]
    assert merged.prints.vectors[2].tobytes() == again.prints.vectors[0].tobytes()
    assert merged.prints.qualities[4].tolist() == first.prints.qualities[3].tolist()


def test_taken_rows_come_in_the_order_asked_for() -> None:
    arrays = capture_arrays(SEED, NUMBERS[:5], CaptureKind(), PARAMETERS)

    taken = take_captures(arrays, np.array([3, 0]))

    assert taken.numbers.tolist() == [3, 0]
    assert taken.prints.vectors[0].tobytes() == arrays.prints.vectors[3].tobytes()
