"""What a look-up gives is what aligning every entry found, word by word, gives."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.enquiry.block import Entries
from matching.enquiry.lookup import date_bits, look_up
from matching.enquiry.query import Query
from matching.name_parameters import ENQUIRY_OTHER_AREA_BITS, ENQUIRY_SAME_AREA_BITS
from matching.names.alignment import HeldNames, StatedName, align
from matching.names.text import WORD_SLOTS
from tests.unit.matching.enquiry.test_leading import WORDS, random_block, random_query


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 200), min_size=1, max_size=3))
@pytest.mark.dear("scores thousands of people")
def test_the_bits_are_those_of_each_entry_by_itself(seed: int, sizes: list[int]) -> None:
    rng = np.random.default_rng(seed)
    blocks = [random_block(rng, size) for size in sizes]
    query = random_query(rng)

    found = look_up(blocks, query)

    alone = Counter(
        (int(block.entries.rows[place]), bits_alone(block.entries, query, place))
        for block in blocks
        for place in np.flatnonzero(block.live).tolist()
    )
    assert not Counter(zip(found.rows.tolist(), found.bits.tolist(), strict=True)) - alone


def bits_alone(entries: Entries, query: Query, place: int) -> float:
    """Return the bits of one entry, its words by number."""
    one = entries.take(np.array([place]))
    tables = [table_of(query, number) for number in range(len(query.lists))]
    name = StatedName(query.name.words, query.name.joined, tables)
    held = HeldNames(one.slots[:, :WORD_SLOTS], one.fields, one.slots[:, WORD_SLOTS:])
    bits = date_bits(one.dates, query.dates) + align(name, held).bits
    if len(query.areas):
        area = int(one.areas[0])
        other = ENQUIRY_OTHER_AREA_BITS if area else 0.0
        bits = bits + (ENQUIRY_SAME_AREA_BITS if area in query.areas.tolist() else other)
    return float(bits[0])


def table_of(query: Query, number: int) -> np.ndarray:
    table = np.zeros(WORDS + 1, dtype=np.float32)
    table[query.lists[number].numbers] = query.lists[number].bits
    return table
