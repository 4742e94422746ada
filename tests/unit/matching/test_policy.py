from __future__ import annotations

import copy

import numpy as np
import pytest

from domain.errors import ModelError
from matching.policy import BANDS, Mode, policy_from_data, policy_to_data

DATA = {
    "version": "7",
    "thresholds": {mode: {"proposed_bits": 10.0, "possible_bits": 0.0} for mode in Mode},
    "sufficient_name_levels": ["same"],
    "sufficient_date_levels": ["same"],
    "flags": {
        "agreeing_prints_bits": 15.0,
        "disagreeing_prints_bits": -10.0,
        "agreeing_finger_bits": 8.0,
        "disagreeing_finger_bits": -4.0,
        "quality_needed": 40,
    },
}


def _bands(total_bits: list[float], allowed: list[bool]) -> list[str]:
    policy = policy_from_data(DATA)
    codes = policy.band_codes(Mode.TENPRINT, np.array(total_bits), np.array(allowed))
    return [str(BANDS[code]) for code in codes]


def test_bands_begin_at_their_thresholds() -> None:
    totals = [-0.1, 0.0, 9.9, 10.0]
    assert _bands(totals, [True] * 4) == ["unlikely", "possible", "possible", "proposed"]


def test_a_candidate_that_may_not_be_proposed_is_possible_at_most() -> None:
    assert _bands([500.0], [False]) == ["possible"]


def test_a_total_that_is_not_a_number_fails_closed() -> None:
    assert _bands([np.nan], [True]) == ["unlikely"]


def test_a_policy_survives_being_written_and_read() -> None:
    policy = policy_from_data(DATA)
    assert policy_from_data(policy_to_data(policy)) == policy
    assert policy.digest == policy_from_data(policy_to_data(policy)).digest


def test_another_threshold_is_another_digest() -> None:
    changed = copy.deepcopy(DATA)
    changed["thresholds"]["mark"]["possible_bits"] = 0.5
    assert policy_from_data(changed).digest != policy_from_data(DATA).digest


@pytest.mark.parametrize("missing", list(DATA))
def test_an_incomplete_policy_is_refused(missing: str) -> None:
    data = {key: value for key, value in DATA.items() if key != missing}
    with pytest.raises(ModelError):
        policy_from_data(data)


def test_a_policy_without_one_mode_is_refused() -> None:
    data = copy.deepcopy(DATA)
    del data["thresholds"]["names"]
    with pytest.raises(ModelError):
        policy_from_data(data)


@pytest.mark.parametrize("bits", [float("nan"), float("inf"), -1.0])
def test_thresholds_that_are_crossed_or_no_numbers_are_refused(bits: float) -> None:
    data = copy.deepcopy(DATA)
    data["thresholds"]["tenprint"]["proposed_bits"] = bits
    with pytest.raises(ModelError):
        policy_from_data(data)
