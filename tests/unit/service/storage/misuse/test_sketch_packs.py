"""Packed sketches read back as they were, and a damaged pack is refused."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import VaultDamagedError
from domain.ids import SearchId
from service.storage.misuse.sketches import (
    PackedSketch,
    packed,
    together,
    unpacked,
    without,
)

NOON = datetime(2026, 1, 2, 12, 0, 0, 1, tzinfo=UTC)
STORED = "b8a647a2a1974d946b652e2b285f7d8db52b1421f4d36fb2712cf696db3e99a0"
"""SHA-256 of a pack as the first version of the service that had packs stored it."""

sketches = st.lists(
    st.builds(
        PackedSketch,
        st.text("abcdef0123456789-", min_size=1, max_size=32).map(SearchId),
        st.integers(0, 2**50).map(lambda at: NOON + timedelta(microseconds=at)),
        st.binary(max_size=99),
    ),
    min_size=1,
    max_size=9,
)


def three() -> list[PackedSketch]:
    hours = [timedelta(hours=number) for number in range(3)]
    return [
        PackedSketch(SearchId(f"search-{at}"), NOON + hour, b"x" * at)
        for at, hour in enumerate(hours)
    ]


@given(sketches)
def test_a_pack_reads_back_equal(given: list[PackedSketch]) -> None:
    assert unpacked(packed(together(given))).sketches() == given


def test_packs_of_today_are_read_tomorrow() -> None:
    assert hashlib.sha256(packed(together(three()))).hexdigest() == STORED


def test_a_pack_loses_the_sketches_that_are_to_go() -> None:
    pack = together(three())

    left = without(pack, {SearchId("search-1")}, before=NOON)
    younger = without(pack, (), before=NOON + timedelta(hours=2))

    assert left is not None
    assert left.search_ids() == ["search-0", "search-2"]
    assert left.joined == b"xx"
    assert younger is not None
    assert younger.search_ids() == ["search-2"]
    assert without(pack, (), before=NOON + timedelta(days=1)) is None


@pytest.mark.parametrize("length", [0, 11, 12, 40, -1])
def test_a_pack_that_was_cut_is_refused(length: int) -> None:
    with pytest.raises(VaultDamagedError):
        unpacked(packed(together(three()))[:length])


def test_a_pack_of_a_later_version_is_refused() -> None:
    content = packed(together(three()))

    with pytest.raises(VaultDamagedError):
        unpacked(b"\x02" + content[1:])
