"""The geometry of templates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.synthetic.counters import Purpose, Stream
from data.synthetic.parameters import DIMENSION, PROTOTYPE_VARIANCE, PROTOTYPES
from data.synthetic.templates import (
    WORDS_EACH,
    captured,
    finger_vectors,
    geometry,
    hadamard_192,
    noise_vectors,
    unit_rows,
)


def _fingers(count: int, seed: int = 1) -> np.ndarray:
    words = Stream(seed, Purpose.FINGERS, WORDS_EACH).words(0, count)
    kinds = np.zeros((count, 10), dtype=np.int64)
    return finger_vectors(words, kinds, np.arange(count * 10).reshape(count, 10) % PROTOTYPES)


def _noise(count: int, capture: int) -> np.ndarray:
    return noise_vectors(Stream(1, Purpose.FINGER_NOISE, WORDS_EACH, capture).words(0, count))


def _captured(count: int, ratio: float, capture: int = 0) -> np.ndarray:
    everywhere = np.ones((count, 10), dtype=bool)
    ratios = np.full((count, 10), np.log(ratio))
    return captured(_fingers(count), _noise(count, capture), ratios, presence=everywhere)


def test_rotation_is_orthogonal() -> None:
    rotation = hadamard_192()

    assert set(np.unique(rotation)) == {-1.0, 1.0}
    assert (rotation @ rotation.T == DIMENSION * np.eye(DIMENSION)).all()


def test_templates_are_unit_vectors() -> None:
    lengths = np.linalg.norm(_captured(20, 0.4), axis=2)

    assert abs(lengths - 1.0).max() < 1e-5


@given(ratio=st.floats(0.01, 20.0))
def test_noise_ratio_alone_decides_what_is_kept_of_the_finger(ratio: float) -> None:
    clean = _captured(2, 1e-4)

    noisy = _captured(2, ratio, capture=3)
    cosines = np.einsum("ijk,ijk->ij", clean, noisy)

    assert cosines == pytest.approx(1.0 / np.sqrt(1.0 + ratio**2), abs=2e-4)


@given(rows=st.lists(st.integers(0, 39), min_size=1, max_size=8))
def test_template_does_not_depend_on_who_else_is_made(rows: list[int]) -> None:
    fingers, noise = _fingers(40), _noise(40, 0)
    ratios = np.linspace(-2.0, 1.0, 400).reshape(40, 10)
    everywhere = np.ones((40, 10), dtype=bool)

    whole = captured(fingers, noise, ratios, presence=everywhere)
    part = captured(fingers[rows], noise[rows], ratios[rows], presence=everywhere[rows])

    assert part.tobytes() == whole[rows].tobytes()


def test_absent_fingers_are_zero() -> None:
    presence = np.ones((3, 10), dtype=bool)
    presence[1, 4] = False

    templates = captured(_fingers(3), _noise(3, 0), np.zeros((3, 10)), presence=presence)

    assert not templates[1, 4].any()
    assert (np.linalg.norm(templates[presence], axis=1) > 0.99).all()


def test_fingers_of_one_prototype_are_alike_and_others_are_not() -> None:
    words = Stream(5, Purpose.FINGERS, WORDS_EACH).words(0, 60)
    patterns = np.zeros((60, 10), dtype=np.int64)
    same = unit_rows(finger_vectors(words, patterns, np.full((60, 10), 7))).reshape(600, -1)
    apart = unit_rows(_fingers(51)).reshape(510, -1)

    alike = (same @ same.T)[np.triu_indices(600, 1)].mean()
    unlike = (apart @ apart.T)[np.triu_indices(510, 1)].mean()

    assert alike == pytest.approx(PROTOTYPE_VARIANCE + 0.03, abs=0.03)
    assert unlike == pytest.approx(0.03, abs=0.02)


def test_geometry_of_the_format_never_changes() -> None:
    # Golden values: if they change, templates of another release cannot be compared.
    form = geometry()

    assert form.finger_scales[:3] == pytest.approx([32.2419, 24.4773, 101.8263], abs=1e-3)
    assert form.prototypes[0, :3] == pytest.approx([16.926, -5.4517, -7.8989], abs=1e-3)
    assert form.patterns[4, :2] == pytest.approx([-10.6725, 6.1949], abs=1e-3)


def test_unit_rows_restore_what_float16_bent_and_leave_zeros() -> None:
    templates = _captured(2, 0.3)
    templates[0, 0] = 0.0

    restored = unit_rows(templates.astype(np.float16))

    assert restored.dtype == np.float32
    assert not restored[0, 0].any()
    assert abs(np.linalg.norm(restored[1], axis=1) - 1.0).max() < 1e-6
    assert abs(restored - templates).max() < 1e-3
