"""The columns of the gallery and the fingerprint of their content."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexing.codes.batches import MISSING_CODE
from indexing.codes.columns import (
    ANY_FINGER,
    changed_sum,
    concatenate,
    content_sum,
    empty_columns,
    finger_bits,
    has_fingers,
    stored_columns,
    take,
)
from tests.unit.indexing.building import people, with_columns

RNG = np.random.default_rng(7)
PEOPLE = people(RNG, 30)
BATCH = PEOPLE.batch(RNG, np.arange(30))
COLUMNS = stored_columns(BATCH, None)
SUM = content_sum(COLUMNS)


@given(st.lists(st.booleans(), min_size=10, max_size=10))
def test_finger_bits_go_both_ways(flags: list[bool]) -> None:
    presence = np.array(flags)
    assert has_fingers(finger_bits(presence)).tolist() == flags


def test_missing_fingers_carry_nothing() -> None:
    missing = ~BATCH.captures.presence
    assert missing.any()
    assert not COLUMNS.vectors[missing].any()
    assert np.array_equal(COLUMNS.lengths == 0, missing)
    assert not COLUMNS.qualities[missing].any()
    assert (COLUMNS.impression_codes[missing] == MISSING_CODE).all()


def test_a_mark_may_be_its_known_finger_or_any() -> None:
    marks = PEOPLE.marks(RNG, np.arange(30), first_row=0)
    columns = stored_columns(marks, None)
    possible = marks.captures.presence
    positions = np.where(possible.all(axis=1), 0, possible.argmax(axis=1) + 1)
    assert 0 < np.count_nonzero(positions) < 30
    for bits, position in zip(columns.finger_bits, positions, strict=True):
        expected = ANY_FINGER if position == 0 else 1 << (int(position) - 1)
        assert int(bits) == expected


@given(st.permutations(range(30)), st.integers(0, 30))
def test_the_content_sum_knows_neither_order_nor_grouping(order: list[int], at: int) -> None:
    mixed = take(COLUMNS, np.array(order))
    parts = take(mixed, np.arange(at)), take(mixed, np.arange(at, 30))
    assert changed_sum(content_sum(parts[0]), added=content_sum(parts[1])) == SUM
    assert content_sum(concatenate(parts)) == SUM


def test_an_erasure_takes_its_share_out_of_the_content_sum() -> None:
    gone, kept = take(COLUMNS, np.arange(5)), take(COLUMNS, np.arange(5, 30))
    assert changed_sum(SUM, erased=content_sum(gone)) == content_sum(kept)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("encounter_rows", BATCH.encounter_rows + 1000),
        ("person_rows", BATCH.person_rows + 1),
        ("vectors", -BATCH.captures.vectors),
        ("qualities", 100 - BATCH.captures.qualities),
        ("impression_codes", 1 - BATCH.captures.impression_codes),
        ("galleries", 2 - BATCH.galleries),
        ("forces", BATCH.forces + np.int16(1)),
        ("years_of_birth", BATCH.years_of_birth + np.int16(1)),
    ],
)
def test_every_column_counts_in_the_content_sum(name: str, changed: np.ndarray) -> None:
    other = with_columns(BATCH, **{name: changed})
    assert content_sum(stored_columns(other, None)) != SUM


def test_nothing_adds_up_to_zero() -> None:
    assert content_sum(empty_columns(10, 192)) == 0
    assert content_sum(stored_columns(BATCH.take(slice(0)), None)) == 0
