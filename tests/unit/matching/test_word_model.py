"""The worth of words: fitted, and counted in a gallery."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.searches.searches import CountedWord, CountedWords
from matching.name_parameters import WORD_GRADES, WORD_MODEL_ENTRIES, WORD_SHARES, WORD_UNMET_SHARE
from matching.word_model import WordModel, word_model

PARTS = {
    "mated": list(WORD_SHARES),
    "shares": {"SMITH": 0.01, "JOHN": 0.02},
    "calibration": {"statistic": [-100.0, 100.0], "calibrated": [-100.0, 100.0]},
}
UNMET = {"share": WORD_UNMET_SHARE, "entries": WORD_MODEL_ENTRIES}
BEFORE, MODEL = word_model(PARTS), word_model({**PARTS, "unmet": UNMET})
NONE_ALIKE = (0,) * (len(WORD_GRADES) - 1)


def counted(text: str, same: int, entries: int) -> CountedWords:
    return CountedWords(entries, (CountedWord(text, (same, *NONE_ALIKE), same),))


def same_bits(model: WordModel, word: str) -> float:
    return float(model.worth(word)[0])


def test_a_word_that_the_model_never_met_is_no_rare_word() -> None:
    assert same_bits(MODEL, "NGUYEN") == pytest.approx(np.log2(WORD_SHARES[0] / WORD_UNMET_SHARE))
    assert same_bits(MODEL, "NGUYEN") < same_bits(BEFORE, "NGUYEN") - 5.0
    assert same_bits(MODEL, "SMITH") == same_bits(BEFORE, "SMITH")


@pytest.mark.parametrize(("share", "tolerance"), [(0.04, 0.02), (0.001, 0.05), (0.0002, 0.1)])
def test_a_large_gallery_gives_the_share_that_it_has(share: float, tolerance: float) -> None:
    entries = 1_000_000
    found = MODEL.counted_in(counted("NGUYEN", round(share * entries), entries))
    expected = np.log2(WORD_SHARES[0] / share)
    assert same_bits(found, "NGUYEN") == pytest.approx(
        expected,
        abs=tolerance + np.log2(1 + WORD_UNMET_SHARE * WORD_MODEL_ENTRIES / entries / share),
    )


def test_few_people_change_little() -> None:
    found = MODEL.counted_in(counted("SMITH", 2, 3))
    assert same_bits(found, "SMITH") == pytest.approx(same_bits(MODEL, "SMITH"), abs=0.3)


def test_words_that_were_not_counted_are_worth_what_the_model_says() -> None:
    found = MODEL.counted_in(counted("SMITH", 400, 1_000))
    assert same_bits(found, "JOHN") == same_bits(MODEL, "JOHN")
    assert same_bits(MODEL, "SMITH") > same_bits(found, "SMITH")


def test_an_initial_is_worth_less_where_many_words_begin_with_it() -> None:
    few = MODEL.counted_in(counted("QUANG", 10, 100_000))
    many = MODEL.counted_in(counted("QUANG", 9_000, 100_000))
    (one,), _ = few.meet("QUANG", ["Q"], ["Q"])
    (other,), _ = many.meet("QUANG", ["Q"], ["Q"])
    assert one > other


@given(st.integers(0, 9_000), st.integers(0, 9_000))
def test_the_more_people_have_a_word_the_less_it_is_worth(first: int, second: int) -> None:
    few, many = sorted((first, second))
    bits = [
        same_bits(MODEL.counted_in(counted("NGUYEN", count, 10_000)), "NGUYEN")
        for count in (few, many)
    ]
    assert bits[0] >= bits[1]
