"""Minutiae as bytes: without loss, and refused unless whole."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidMinutiaeError
from domain.minutiae_sets import MinutiaeSet
from prints.features.packing import packed, unpacked
from tests.unit.prints.features.builders import random_set


def same(one: MinutiaeSet, other: MinutiaeSet) -> bool:
    return (
        np.array_equal(one.places_px, other.places_px)
        and np.array_equal(one.angles_rad, other.angles_rad)
        and np.array_equal(one.kind_codes, other.kind_codes)
        and np.array_equal(one.qualities, other.qualities)
        and (one.width_px, one.height_px, one.ppi) == (other.width_px, other.height_px, other.ppi)
    )


@pytest.mark.parametrize("count", [0, 1, 40, 300])
def test_minutiae_come_back_bit_by_bit(count: int) -> None:
    minutiae = random_set(np.random.default_rng(count), count, ppi=569.0)

    assert same(unpacked(packed(minutiae)), minutiae)


def test_records_stay_as_they_were_first_stored() -> None:
    record = packed(random_set(np.random.default_rng(1), 10))

    assert (
        hashlib.sha256(record).hexdigest()
        == "c037f6bc77ae477d04c5a8b9240c5dcd476fc4692b804e391f912aec9b41615f"
    )


@given(st.binary(max_size=200))
def test_foreign_bytes_are_refused(record: bytes) -> None:
    with pytest.raises(InvalidMinutiaeError):
        unpacked(record)


@given(st.integers(0, 168), st.integers(0, 255))
def test_a_damaged_record_is_refused_or_reads_as_other_minutiae(place: int, value: int) -> None:
    record = bytearray(packed(random_set(np.random.default_rng(2), 10)))
    record[place % len(record)] = value
    try:
        minutiae = unpacked(bytes(record))
    except InvalidMinutiaeError:
        return
    assert packed(minutiae) == bytes(record)


@pytest.mark.parametrize("change", [-1, 1])
def test_a_record_of_another_length_is_refused(change: int) -> None:
    record = packed(random_set(np.random.default_rng(3), 10))
    changed = record[:change] if change < 0 else record + b"\0"

    with pytest.raises(InvalidMinutiaeError):
        unpacked(changed)
