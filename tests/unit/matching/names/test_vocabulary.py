from __future__ import annotations

import numpy as np
import pytest

from matching.name_parameters import ENQUIRY_TAIL_WORDS
from matching.names.vocabulary import Vocabulary

WORDS = ("JOHN", "JON", "JOHNNY", "JANE", "SMITH", "SMYTH", "SMITHE", "OKAFOR", "J", "KHAN")


def vocabulary(*more: str) -> Vocabulary:
    words = Vocabulary()
    for word in (*WORDS, *more):
        words.add(word)
    return words


def like(word: str, words: Vocabulary) -> dict[str, float]:
    numbers, likeness = words.like(word)
    named = {words.find(text): text for text in (*WORDS, "OCCLEVE", "JUKOV", "XIAOMING")}
    return dict(zip((named.get(n, "?") for n in numbers.tolist()), likeness.tolist(), strict=True))


def test_a_forename_stands_for_spellings_and_short_forms() -> None:
    assert {"JOHN", "JON", "JOHNNY"} <= like("JOHN", vocabulary()).keys()
    assert "OKAFOR" not in like("JOHN", vocabulary())


def test_a_surname_stands_for_spellings_and_sounds() -> None:
    assert {"SMITH", "SMYTH", "SMITHE"} <= like("SMITH", vocabulary()).keys()
    assert "KHAN" not in like("SMITH", vocabulary())


@pytest.mark.parametrize(
    ("said", "held"), [("HOCCLEVE", "OCCLEVE"), ("ZHUKOV", "JUKOV"), ("MING", "XIAOMING")]
)
def test_words_with_another_first_letter_are_alike(said: str, held: str) -> None:
    assert held in like(said, vocabulary(held))
    assert held in like(said, listed(held))


def listed(*more: str) -> Vocabulary:
    """A vocabulary whose words are all listed by their bigrams."""
    words = vocabulary(*more)
    for number in range(ENQUIRY_TAIL_WORDS):
        words.add(f"QQ{number}QQ")
    words.settle()
    return words


def test_likeness_is_one_for_the_word_and_less_for_others() -> None:
    found = like("SMITH", vocabulary())
    assert found["SMITH"] == 1.0
    assert 0.74 <= found["SMITHE"] < 1.0


@pytest.mark.parametrize("make", [vocabulary, listed])
def test_an_initial_begins_every_word_with_its_letter(make: object) -> None:
    words = make()  # type: ignore[operator]
    found = set(words.beginning_with("J").tolist())
    assert found == {words.find(text) for text in ("JOHN", "JON", "JOHNNY", "JANE", "J")}


def test_a_word_keeps_its_number_and_an_unknown_one_has_none() -> None:
    words = vocabulary()
    assert words.add("JOHN") == words.find("JOHN") == 1
    assert words.find("ABSENT") == 0
    assert len(words) == len(WORDS) + 1


def test_listing_words_anew_loses_no_word_that_is_much_alike() -> None:
    before, after = vocabulary(), listed()
    for word in WORDS[:-2]:
        found = like(word, before), like(word, after)
        near = [{text for text, likeness in one.items() if likeness >= 0.85} for one in found]
        assert near[0] <= near[1]
    assert np.all(after.like("SMITH")[0] > 0)
