from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.enquiry.expansion import date_ranges, forenames_like, surnames_like
from matching.enquiry.vocabulary import Vocabulary

WORDS = ("JOHN", "JON", "JOHNNY", "JANE", "SMITH", "SMYTH", "SMITHE", "OKAFOR", "J", "KHAN")


def vocabulary() -> Vocabulary:
    words = Vocabulary()
    for word in WORDS:
        words.add(word)
    return words


def _holds(number: int, other: int) -> bool:
    ranges = date_ranges(number)
    return bool(((ranges[:, 0] <= other) & (other <= ranges[:, 1])).any())


@pytest.mark.parametrize(
    "other",
    [19800203, 19800302, 19810203, 19700203, 19800213, 19802003 % 10**8, 19800200, 19800000, 203],
)
def test_a_whole_date_stands_for_its_likely_mistakes(other: int) -> None:
    expected = other != 19802003
    assert _holds(19800203, other) == expected


@pytest.mark.parametrize(
    ("number", "inside", "outside"),
    [
        (19800200, 19800229, 19800301),
        (19800000, 19801231, 19810101),
        (203, 19550203, 19550204),
        (200, 19550228, 19550301),
    ],
)
def test_an_unknown_part_is_a_wild_card(number: int, inside: int, outside: int) -> None:
    assert _holds(number, inside)
    assert not _holds(number, outside)


@pytest.mark.parametrize("number", [0, 3])
def test_a_day_alone_picks_nobody(number: int) -> None:
    assert date_ranges(number).shape == (0, 2)


@given(st.dates(date(1900, 1, 1), date(2020, 12, 31)))
def test_every_date_stands_for_itself(day: date) -> None:
    number = int(f"{day:%Y%m%d}")
    assert _holds(number, number)


def test_forenames_stand_for_spellings_short_forms_and_initials() -> None:
    words = vocabulary()
    like = {WORDS[number - 1] for number in forenames_like("JOHN", words).words.tolist()}
    assert {"JOHN", "JON", "JOHNNY", "J"} <= like
    assert "OKAFOR" not in like


def test_surnames_stand_for_spellings_and_sounds() -> None:
    words = vocabulary()
    like = {WORDS[number - 1] for number in surnames_like("SMITH", (), words).words.tolist()}
    assert {"SMITH", "SMYTH", "SMITHE"} <= like
    assert "KHAN" not in like


def test_likeness_is_one_for_the_word_and_less_for_others() -> None:
    words = vocabulary()
    numbers = np.array([words.find(text) for text in ("SMITH", "SMITHE", "KHAN")])
    same, near, other = surnames_like("SMITH", (), words).likeness(numbers, words)
    assert same == 1.0
    assert 0.8 < near < 1.0
    assert other < 0.7


def test_an_initial_is_like_every_word_that_begins_with_it() -> None:
    words = vocabulary()
    numbers = np.array([words.find(text) for text in ("JOHN", "JANE", "KHAN")])
    like = forenames_like("J", words)
    assert like.is_initial
    assert like.likeness(numbers, words).tolist() == [1.0, 1.0, 0.0]


def test_a_word_keeps_its_number_and_an_unknown_one_has_none() -> None:
    words = vocabulary()
    assert words.add("JOHN") == words.find("JOHN") == 1
    assert words.find("ABSENT") == 0
    assert len(words) == len(WORDS) + 1


def test_words_without_a_sound_sound_like_nothing() -> None:
    words = vocabulary()
    first, second = words.add("1"), words.add("2")
    assert words.sounding_like("1") == []
    assert words.sounds(np.array([first, second], dtype=np.int32)).tolist() == [0, 0]
