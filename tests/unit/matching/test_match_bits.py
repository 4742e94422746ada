"""Bits of matched fingers: bounded, and only from a model that is whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from domain.errors import ModelError
from matching.match_bits import (
    LEAST_BITS,
    MOST_BITS,
    read_match_model,
    read_match_models,
    summed_bits,
    write_match_model,
)

DATA: dict[str, Any] = {
    "name": "three readers",
    "extractor": "leader/1",
    "extractor_digest": "e" * 64,
    "matcher_digest": "m" * 64,
    "weights": [-4.0, 1.5, 1.0, -0.5],
    "card": {"fitted_on": "nothing"},
}


def test_a_model_comes_back_as_it_was_written(tmp_path: Path) -> None:
    digest = write_match_model(tmp_path / "leader.json", DATA)

    (model,) = read_match_models(tmp_path)

    assert model.digest == digest
    assert (model.name, model.extractor, model.extractor_digest) == (
        "three readers",
        "leader/1",
        "e" * 64,
    )
    assert model.weights.tolist() == DATA["weights"]


def test_more_agreement_is_worth_more_and_never_beyond_the_bounds(tmp_path: Path) -> None:
    write_match_model(tmp_path / "leader.json", DATA)
    model = read_match_model(tmp_path / "leader.json")
    scores = np.array([0.0, 2.0, 6.0, 20.0, 1e9])

    bits = model.finger_bits(np.column_stack([scores, scores, np.full(5, 10.0)]))

    assert (np.diff(bits) >= 0).all()
    assert bits[0] == LEAST_BITS
    assert bits[-1] == MOST_BITS
    assert LEAST_BITS < bits[2] < MOST_BITS


def test_ten_fingers_at_the_bound_are_worth_what_counts_support() -> None:
    fingers = np.full(10, MOST_BITS)

    rare, common = (summed_bits(fingers, 20_000, rate) for rate in (0.001, 0.1))

    assert rare == pytest.approx(np.log2(20_000 / 0.001), abs=0.01)
    assert common == pytest.approx(np.log2(20_000 / 0.1), abs=0.01)


@pytest.mark.parametrize(
    "damage",
    [
        {"weights": [1.0, 2.0]},
        {"weights": [1.0, 2.0, float("nan"), 0.0]},
        {"weights": "much"},
        {"card": None},
    ],
)
def test_a_damaged_model_is_refused(tmp_path: Path, damage: dict[str, Any]) -> None:
    path = tmp_path / "leader.json"
    path.write_text(json.dumps({**DATA, **damage}))

    with pytest.raises(ModelError, match="print matches"):
        read_match_model(path)


def test_a_missing_directory_is_refused_and_an_empty_one_has_no_models(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="directory"):
        read_match_models(tmp_path / "none")
    assert read_match_models(tmp_path) == ()


def test_a_missing_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="fit it again"):
        read_match_model(tmp_path / "leader.json")
