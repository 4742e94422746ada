"""The exact stage against the plainest arithmetic, to the last bit."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import indexing.searching.comparing
from indexing.codes.columns import Columns, has_fingers, stored_columns
from indexing.codes.rotation import probe_values
from indexing.codes.sources import Source
from indexing.searching.comparing import (
    cosines_of,
    finger_cosines,
    tenprint_likeness,
)
from indexing.searching.ranking import tenprint_similarities
from tests.unit.indexing.building import people

RNG = np.random.default_rng(83)
PEOPLE = people(RNG, 60)
COLUMNS: Columns = stored_columns(PEOPLE.batch(RNG, np.arange(60)), None)
STORED = Source(COLUMNS)
READY = Source(COLUMNS, exact=COLUMNS.vectors.astype(np.float32))
PROBE = probe_values(PEOPLE.tenprint(RNG, 7).vectors, None)
SEVERAL_TURNS = 30
"""Fingers at once, so that every comparison of these tests takes several turns."""


def plain(place: int, column: int, probe: np.ndarray) -> np.float32:
    """Return a cosine by arbitrary-precision integers, rounded where the index rounds."""
    stored = [int(value) for value in COLUMNS.vectors[place, column]]
    if not has_fingers(COLUMNS.finger_bits[place])[column] or not probe.any():
        return np.float32(np.nan)
    product = sum(a * int(b) for a, b in zip(stored, probe, strict=True))
    length = np.float32(math.sqrt(sum(a * a for a in stored)))
    own = np.float32(math.sqrt(sum(int(b) * int(b) for b in probe)))
    return np.float32(np.float32(product) / (length * own))


@pytest.fixture(autouse=True)
def several_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing.searching.comparing, "FINGERS_AT_ONCE", SEVERAL_TURNS)


def assert_same_bits(found: np.ndarray, expected: np.ndarray) -> None:
    assert found.dtype == expected.dtype == np.float32
    assert np.array_equal(found, expected, equal_nan=True)


@given(st.lists(st.integers(0, 59), max_size=12), st.sets(st.integers(0, 9)))
def test_tenprints_are_compared_as_by_whole_numbers(places: list[int], fingers: set[int]) -> None:
    probe = np.where(np.isin(np.arange(10), list(fingers))[:, None], PROBE, np.float32(0))
    expected = np.array(
        [[plain(place, column, probe[column]) for column in range(10)] for place in places],
        dtype=np.float32,
    ).reshape(-1, 10)
    chosen = [(source, np.array(places, dtype=np.int64)) for source in (STORED, READY, STORED)]
    wanted = np.array(sorted(fingers), dtype=np.intp)
    less, more = cosines_of(chosen, np.stack([-probe, probe])[:, wanted], wanted)
    every = np.concatenate([expected] * 3)
    assert_same_bits(more, every.T[wanted])
    assert_same_bits(-less, every.T[wanted])
    assert_same_bits(tenprint_likeness(chosen, probe), tenprint_similarities(every))


@given(st.lists(st.tuples(st.integers(0, 59), st.integers(0, 9)), max_size=50))
def test_fingers_are_compared_as_by_whole_numbers(chosen: list[tuple[int, int]]) -> None:
    places, columns = np.array(chosen, dtype=np.int64).reshape(-1, 2).T
    found = finger_cosines(STORED, places, columns, probe=PROBE[4])
    expected = [plain(place, column, PROBE[4]) for place, column in chosen]
    held = has_fingers(COLUMNS.finger_bits[places])[np.arange(len(places)), columns]
    assert_same_bits(found[held], np.array(expected, dtype=np.float32)[held])
    assert np.isnan(found[~held]).all()


def test_what_is_compared_together_does_not_matter() -> None:
    places = np.arange(60)
    together = tenprint_likeness([(STORED, places)], PROBE)
    alone = np.concatenate(
        [tenprint_likeness([(STORED, places[at : at + 1])], PROBE) for at in places]
    )
    assert_same_bits(together, alone)


def test_threads_do_not_convert_in_each_others_room() -> None:
    places = [np.roll(np.arange(60), shift) for shift in range(40)]
    expected = [tenprint_likeness([(STORED, one)], PROBE) for one in places]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda one: tenprint_likeness([(STORED, one)], PROBE), places))
    for one, other in zip(found, expected, strict=True):
        assert_same_bits(one, other)
