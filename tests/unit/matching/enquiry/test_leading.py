"""The leaders found by bounds are those found by weighing every entry."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.enquiry import leading
from matching.enquiry.block import Block, Tags, build_block, entries_of
from matching.enquiry.leading import leaders_by_words, strongest, word_scores
from matching.enquiry.query import Query, WordList, query_by
from matching.name_parameters import (
    ENQUIRY_AREA_BITS,
    ENQUIRY_OTHER_YEAR_BITS,
    ENQUIRY_YEAR_BITS,
)
from matching.names.text import JOINED_SLOTS, WORD_SLOTS, NameField, NameWord

WORDS = 30
AREAS = 3


@dataclass(frozen=True)
class Limits:
    entries: int
    first: int
    short: int


@contextmanager
def limited(limits: Limits) -> Iterator[None]:
    """Few leaders, and lists read in small steps, so that few entries are many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leading, "ENQUIRY_ENTRIES", limits.entries)
        patch.setattr(leading, "ENQUIRY_READ_FIRST", limits.first)
        patch.setattr("matching.enquiry.block._SHORT", limits.short)
        yield


def random_block(rng: np.random.Generator, size: int) -> Block:
    """Return entries of few words, some far more common than others; some of them removed."""
    common = 1.0 / np.arange(1, WORDS + 1)
    words = rng.choice(WORDS + 1, (size, WORD_SLOTS), p=[0.3, *(0.7 * common / common.sum())])
    joined = rng.integers(0, WORDS + 1, (size, JOINED_SLOTS)) * (rng.random((size, 1)) < 0.2)
    years = rng.choice([0, 1970, 1979, 1980, 1981, 1990], size)
    dates = years * 10000 + rng.integers(0, 13, size) * 100
    areas = rng.integers(0, AREAS + 1, size)
    fields = np.where(words > 0, int(NameField.SURNAME), 0)
    table = np.column_stack([np.arange(size), dates, areas, words, joined, fields])
    none = np.zeros(0, dtype=np.int64)
    block = build_block(entries_of([tuple(row) for row in table.tolist()]), Tags(none, none))
    return block.without(rng.integers(0, size, size // 8))[0]


def random_query(rng: np.random.Generator) -> Query:
    """Return a statement of some words, whose bits are often equal."""
    words = int(rng.integers(1, 4))
    joined = int(rng.integers(0, 2))
    lists = tuple(random_list(rng) for _ in range(words + joined))
    stated = tuple(NameWord("X", NameField.SURNAME) for _ in range(words + joined))
    years = rng.choice([0, 1970, 1980, 1981], int(rng.integers(0, 3))).tolist()
    areas = rng.integers(1, AREAS + 1, int(rng.integers(0, 2))).astype(np.int32)
    dates = tuple(year * 10000 + 101 for year in years)
    return query_by((stated[:words], stated[words:]), lists, dates, areas, size=WORDS + 1)


def random_list(rng: np.random.Generator) -> WordList:
    count = int(rng.integers(0, 12))
    numbers = rng.choice(np.arange(1, WORDS + 1), count, replace=False)
    steps = np.sort(rng.integers(1, 12, count)) * float(rng.choice([0.5, 1.1]))
    return WordList(numbers, steps, is_initial=bool(rng.random() < 0.1))


def weighed_one_by_one(block: Block, query: Query) -> dict[int, float]:
    """Return the bits of every live entry that a word meets."""
    return {
        place: bits
        for place in np.flatnonzero(block.live).tolist()
        if (bits := bits_of(block, query, place)) is not None
    }


def bits_of(block: Block, query: Query, place: int) -> float | None:
    entries, words = block.entries, len(query.name.words)
    held = {*entries.slots[place].tolist()} - {0}
    score = np.float32(0.0)
    for number, one in enumerate(query.lists):
        if one.is_initial and words > 1:
            continue
        met = dict(zip(one.numbers.tolist(), one.bits.astype(np.float32), strict=True))
        best = max((met[word] for word in held if word in met), default=np.float32(0.0))
        score = score + best if number < words else max(score, best)
    return None if score == 0.0 else float(score + side_bits(block, query, place))


def side_bits(block: Block, query: Query, place: int) -> np.float32:
    held = int(block.entries.dates[place]) // 10000
    stated = [date // 10000 for date in query.dates if date // 10000]
    bits = np.float32(0.0)
    if stated:
        other = 0.0 if held == 0 else ENQUIRY_OTHER_YEAR_BITS
        near = any(abs(held - year) <= 1 for year in stated)
        bits += np.float32(ENQUIRY_YEAR_BITS if near else other)
    if int(block.entries.areas[place]) in query.areas.tolist():
        bits += np.float32(ENQUIRY_AREA_BITS)
    return bits


@settings(max_examples=150)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 400),
    st.builds(Limits, st.integers(1, 60), st.integers(1, 40), st.sampled_from([0, 3, 64])),
    st.sampled_from([-np.inf, 3.0, 6.5]),
)
def test_leaders_found_by_bounds_are_those_of_weighing_every_entry(
    seed: int, size: int, limits: Limits, least: float
) -> None:
    rng = np.random.default_rng(seed)
    block, query = random_block(rng, size), random_query(rng)

    with limited(limits):
        found = leaders_by_words(block, query, least)

    everyone = {n: bits for n, bits in weighed_one_by_one(block, query).items() if bits >= least}
    first = sorted(everyone, key=lambda place: (-everyone[place], place))[: limits.entries]
    assert found.places.tolist() == sorted(first)
    assert found.bits.tolist() == [np.float32(everyone[place]) for place in sorted(first)]


def test_a_common_word_is_not_read_where_a_rare_one_leads() -> None:
    rng = np.random.default_rng(4)
    block = random_block(rng, 20_000)
    rare, common = (
        WordList(np.array([30]), np.array([9.0]), False),
        WordList(np.array([1]), np.array([1.0]), False),
    )
    query = query_of_lists(rare, common)
    first, last = block.postings.spans(np.array([30, 1]))
    lengths = (last - first).tolist()
    assert lengths[0] > 300
    assert lengths[1] > 5 * lengths[0]
    read: list[int] = []

    with limited(Limits(100, 50, 0)), pytest.MonkeyPatch.context() as patch:
        patch.setattr(leading, "word_scores", _counting(read))
        leaders_by_words(block, query)

    assert sum(read) <= 2 * lengths[0]


def query_of_lists(*lists: WordList) -> Query:
    stated = tuple(NameWord("X", NameField.SURNAME) for _ in lists)
    return query_by((stated, ()), lists, (), np.zeros(0, dtype=np.int32), size=WORDS + 1)


def _counting(read: list[int]) -> object:
    def counted(entries: object, query: Query, places: np.ndarray) -> np.ndarray:
        read.append(len(places))
        return word_scores(entries, query, places)  # type: ignore[arg-type]

    return counted


def test_of_equals_the_first_are_strongest() -> None:
    with limited(Limits(3, 1, 0)):
        kept = strongest(np.array([1.0, 2.0, 1.0, 2.0, 1.0], dtype=np.float32))
    assert kept.tolist() == [0, 1, 3]
