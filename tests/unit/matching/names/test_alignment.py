from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.names import alignment
from matching.names.alignment import HeldNames, StatedName, align
from matching.names.text import JOINED_SLOTS, WORD_SLOTS, NameField, NameWord

NUMBERS = 5


def random_names(rng: np.random.Generator, count: int, type_: type) -> HeldNames:
    """Return names of few words, so that many are the same."""
    words = rng.integers(0, NUMBERS, (count, WORD_SLOTS)) * (rng.random(WORD_SLOTS) < 0.5)
    fields = np.where(words > 0, rng.integers(1, 3, words.shape), 0)
    joined = rng.integers(0, NUMBERS, (count, JOINED_SLOTS)) * (rng.random((count, 1)) < 0.2)
    return HeldNames(words.astype(type_), fields.astype(np.uint8), joined.astype(type_))


def random_name(rng: np.random.Generator) -> StatedName:
    words = tuple(NameWord("X", field) for field in (NameField.FORENAME, NameField.SURNAME))
    joined = (NameWord("XX", NameField.FORENAME),)[: int(rng.integers(0, 2))]
    bits = rng.integers(0, 9, (3, NUMBERS)).astype(np.float32) * (rng.random((3, NUMBERS)) < 0.7)
    bits[:, 0] = 0.0
    return StatedName(words, joined, tuple(bits[: 2 + len(joined)]))


@pytest.mark.parametrize("type_", [np.int32, np.uint16])
@given(st.integers(0, 2**32 - 1), st.integers(0, 60))
def test_distinct_names_are_the_names_each_once(type_: type, seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    names = random_names(rng, count, type_)

    distinct, which = names.distinct()

    for name in ("words", "fields", "joined"):
        assert np.array_equal(getattr(distinct, name)[which], getattr(names, name))
    assert len(distinct.words) == len({one.tobytes() for one in names._keys().T})


def test_names_of_one_number_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alignment, "_MIXED", np.zeros(8, dtype=np.uint64))
    names = random_names(np.random.default_rng(7), 60, np.uint16)

    distinct, which = names.distinct()

    assert np.array_equal(distinct.words[which], names.words)
    assert np.array_equal(distinct.fields[which], names.fields)
    assert np.array_equal(distinct.joined[which], names.joined)


@given(st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_the_same_name_is_aligned_the_same_way(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    names, said = random_names(rng, count, np.uint16), random_name(rng)

    distinct, which = names.distinct()

    assert align(said, distinct).bits[which].tolist() == align(said, names).bits.tolist()
