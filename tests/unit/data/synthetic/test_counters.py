"""Counter-based randomness."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.synthetic.counters import (
    MAX_NUMBER,
    Draws,
    Purpose,
    Stream,
    check_range,
    check_seed,
    normals,
    normals_of_uniforms,
    uniforms,
)
from domain.errors import InvalidInputError

GOLDEN_WORDS = [
    4457440867970706981,
    17645534853070264523,
    17291228770695027788,
    7016801428294553403,
]


@given(
    start=st.integers(0, 500),
    length=st.integers(1, 60),
    offset=st.integers(0, 59),
    words=st.sampled_from([4, 8, 48, 480]),
)
def test_person_draws_the_same_alone_and_in_any_range(
    start: int, length: int, offset: int, words: int
) -> None:
    stream = Stream(3, Purpose.PEOPLE, words)
    number = start + offset % length

    alone = stream.words(number, number + 1)[0]
    together = stream.words(start, start + length)[number - start]

    assert (alone == together).all()


@given(numbers=st.lists(st.integers(0, 5_000), max_size=30), words=st.sampled_from([4, 48, 480]))
def test_words_at_any_numbers_are_those_of_each(numbers: list[int], words: int) -> None:
    stream = Stream(9, Purpose.SAID, words, capture=2)

    drawn = stream.words_at(np.array(numbers, dtype=np.int64))

    assert drawn.shape == (len(numbers), words)
    for row, number in zip(drawn, numbers, strict=True):
        assert (row == stream.words(number, number + 1)[0]).all()


def test_seed_purpose_capture_and_person_each_change_the_draws() -> None:
    base = Stream(1, Purpose.PEOPLE, 8)
    others = [
        Stream(2, Purpose.PEOPLE, 8),
        Stream(1, Purpose.SAID, 8),
        Stream(1, Purpose.PEOPLE, 8, capture=1),
    ]

    draws = [base.words(5, 6), base.words(6, 7), *(other.words(5, 6) for other in others)]

    assert len({row.tobytes() for row in draws}) == len(draws)


def test_raw_words_never_change() -> None:
    # A golden value: if it changes, every population ever written changes too.
    assert Stream(7, Purpose.PEOPLE, 4).words(11, 12)[0].tolist() == GOLDEN_WORDS


def test_normals_have_mean_zero_variance_one_and_no_wild_values() -> None:
    values = normals(Stream(1, Purpose.FINGERS, 480).words(0, 200))

    assert values.dtype == np.float32
    assert values.shape == (200, 1920)
    assert abs(values.mean()) < 0.01
    assert abs(values.std() - 1.0) < 0.01
    assert abs(values).max() < 4.4


def test_normals_of_uniforms_rise_and_are_symmetric() -> None:
    values = normals_of_uniforms(np.array([0.0, 0.1, 0.5, 0.9, 1.0 - 2.0**-53]))

    assert (np.diff(values) > 0).all()
    assert values[1] == pytest.approx(-values[3], abs=1e-3)
    assert values[2] == pytest.approx(0.0, abs=1e-4)


def test_uniforms_lie_in_the_unit_interval() -> None:
    top = np.array([0, 2**64 - 1], dtype=np.uint64)

    assert uniforms(top).tolist() == [0.0, 1.0 - 2.0**-53]


def test_draws_are_taken_in_order() -> None:
    draws = Draws([0.25, 0.5, 0.99])

    assert draws.uniform() == 0.25
    assert draws.index(4) == 2
    assert draws.choice("abc") == "c"


@pytest.mark.parametrize(("start", "stop"), [(-1, 3), (3, 2), (0, MAX_NUMBER + 1)])
def test_impossible_ranges_are_refused(start: int, stop: int) -> None:
    with pytest.raises(InvalidInputError):
        check_range(start, stop)


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_impossible_seeds_are_refused(seed: int) -> None:
    with pytest.raises(InvalidInputError):
        check_seed(seed)
