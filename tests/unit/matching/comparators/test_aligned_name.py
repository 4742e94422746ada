"""Names weighed word by word, under a model that holds the worth of words."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.people.people import Details, PersonName
from domain.prints.prints import FingerComparisons
from domain.searches.evidence import EvidenceSource, Flag
from domain.searches.searches import CountedWord, CountedWords, Probe
from matching.comparators.aligned_name import held_words
from matching.model_files import PARTS, WORDS, write_model
from matching.name_parameters import WORD_ALONE_BITS, WORD_SHARES
from matching.names.text import NameField, NameWord, joined_words
from matching.prepared import written_words
from matching.scorer import MODELS, Scorer, load_scorer
from tests.contract.builders import impression
from tests.golden.model_2 import model_2
from tests.unit.matching.builders import make_details, named

SHARES = {"JOHN": 0.02, "JAMES": 0.02, "SMITH": 0.012, "SMYTH": 0.001, "NGUYEN": 0.004}
CALIBRATION = {"statistic": [-100.0, 12.0, 100.0], "calibrated": [-100.0, 12.0, 64.8]}


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    directory = tmp_path_factory.mktemp("words")
    parts = {name: json.loads((MODELS / f"{name}.json").read_text()) for name in PARTS}
    parts[WORDS] = {"mated": list(WORD_SHARES), "shares": SHARES, "calibration": CALIBRATION}
    write_model(directory, parts, heading={"name": "words", "version": "1"})
    return load_scorer(directory)


def row(scorer: Scorer, said: Details, held: Details) -> tuple[str, float, str]:
    evidence = scorer.score_details(said, [held], gallery_size=1000)[0]
    (found,) = [one for one in evidence.rows if one.source is EvidenceSource.NAME]
    assert not any(one.source is EvidenceSource.MIDDLE_NAME for one in evidence.rows)
    return found.level, found.bits, found.note


@pytest.mark.parametrize(
    ("said", "held", "level"),
    [
        (named("John", "Smith"), named("John", "Smith"), "same"),
        (named("John", "Smith"), named("Smith", "John"), "swapped"),
        (named("Johnny", "Smith"), named("John", "Smith"), "short form"),
        (named("J", "Smith"), named("John", "Smith"), "short form"),
        (named("John", "Smyth"), named("John", "Smith"), "alike"),
        (named("Xiaoming", "Wang"), named("Xiao Ming", "Wang"), "written together"),
        (named("Arumugam", ""), named("", "Arumugam"), "one word"),
        (named("James", "Smith"), named("John", "Smith"), "surname only"),
        (named("John", "Okafor"), named("John", "Smith"), "partly alike"),
        (named("Zoe", "Okafor"), named("John", "Smith"), "different"),
    ],
)
def test_the_level_says_how_the_words_met(
    scorer: Scorer, said: Details, held: Details, level: str
) -> None:
    assert row(scorer, said, held)[0] == level


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("Georgy", "Zhukov"), ("Georgi", "Jukov")),
        (("Ibrahim", "Khalil"), ("Ibrahim", "Halil")),
        (("Wei", "Xu"), ("Wei", "Hsu")),
        (("Piotr", "Wojcik"), ("Piotr", "Vojcik")),
        (("Thomas", "Hoccleve"), ("Thomas", "Occleve")),
        (("", "Arumugam"), ("Arumugam", "")),
    ],
)
def test_a_variant_counts_for_a_person_either_way_round(
    scorer: Scorer, first: tuple[str, str], second: tuple[str, str]
) -> None:
    assert row(scorer, named(*first), named(*second))[1] > 4.0
    assert row(scorer, named(*second), named(*first))[1] > 4.0


def test_one_shared_surname_beside_another_forename_is_bounded_and_flagged(scorer: Scorer) -> None:
    twin = make_details("Zebedee", "Quillfeather"), make_details("Ann", "Quillfeather")
    assert row(scorer, *twin)[1] <= WORD_ALONE_BITS
    (evidence,) = scorer.score_details(twin[0], [twin[1]], gallery_size=1000)
    assert Flag.POSSIBLE_TWIN in [raised.flag for raised in evidence.flags]


def test_a_word_is_priced_by_its_neighbourhood(scorer: Scorer) -> None:
    common, rare = named("", "Smith"), named("", "Quillfeather")
    near = named("", "Smyth")
    assert row(scorer, common, common)[1] < row(scorer, rare, rare)[1]
    # Smyth has the many Smiths for neighbours, which its likeness to one of them must pay for.
    assert row(scorer, near, common)[1] < row(scorer, near, near)[1]


def test_the_account_says_which_word_met_which_and_names_none(scorer: Scorer) -> None:
    said, held = named("Johnny", "Quillfeather", "Paul"), named("John", "Quilfeather")
    _, bits, note = row(scorer, said, held)
    assert "forename a known variant" in note
    assert "surname alike" in note
    assert "QUIL" not in note.upper()
    parts = [float(word.rstrip(".;")) for word in note.split() if word[0] in "+-"]
    assert sum(parts) == pytest.approx(bits, abs=0.05 * len(parts) + 0.01)


def test_aliases_give_no_free_evidence(scorer: Scorer) -> None:
    one = named("John", "Smith")
    other = named("John", "Smith", "", PersonName("Zoe", "Okafor"))
    assert row(scorer, one, other)[1] == pytest.approx(row(scorer, one, one)[1] - 1.0)


def test_nothing_is_compared_without_a_name(scorer: Scorer) -> None:
    level, bits, _ = row(scorer, make_details(names=()), make_details())
    assert (level, bits) == ("not compared", 0.0)


def test_a_model_of_before_ignores_what_galleries_count(scorer: Scorer) -> None:
    one = named("John", "Smith")
    words = CountedWords(1_000, (CountedWord("SMITH", (900, 0, 0, 0, 0, 0, 0), 900),))
    (before,) = scorer.score_details(one, [one], gallery_size=1000)
    (after,) = scorer.score_details(one, [one], gallery_size=1000, words=words)
    assert after == before


def test_the_shipped_model_weighs_a_common_word_of_the_gallery_less() -> None:
    one = named("Van", "Nguyen")
    bits = []
    for count in (0, 9_000):
        words = CountedWords(90_000, (CountedWord("NGUYEN", (count, 0, 0, 0, 0, 0, 0), count),))
        (found,) = load_scorer().score_details(one, [one], gallery_size=90_000, words=words)
        bits.append(found.total_bits)
    assert bits[0] > bits[1] + 5.0


def test_a_search_by_prints_compares_forename_surname_and_middle_name_apart() -> None:
    asked = Probe((impression(),), make_details("Jon", "Smith"))
    cosines = np.full((1, 10), np.nan, dtype=np.float32)
    cosines[0, 1] = 0.8
    nothing = np.zeros((1, 10), dtype=np.uint8)
    compared = FingerComparisons(cosines, nothing, nothing)
    (found,) = load_scorer().score_prints(asked, compared, [make_details()], gallery_size=1000)
    assert EvidenceSource.MIDDLE_NAME in [one.source for one in found.rows]


def test_a_model_without_the_part_weighs_as_before(tmp_path: Path) -> None:
    said, held = make_details("Jon", "Smith"), make_details()
    (evidence,) = model_2(tmp_path).score_details(said, [held], gallery_size=1000)
    sources = [one.source for one in evidence.rows]
    assert EvidenceSource.MIDDLE_NAME in sources
    assert sources.count(EvidenceSource.NAME) == 1


_WORDS = st.text("ABC", min_size=1, max_size=3)
_NAMES = st.builds(
    lambda *fields: tuple(
        NameWord(text, field)
        for field, texts in zip(NameField, fields, strict=True)
        for text in texts
    ),
    *(st.lists(_WORDS, max_size=2) for _ in NameField),
).filter(bool)


@given(st.lists(st.lists(_NAMES, max_size=3), max_size=4))
def test_numbers_stand_for_the_words_of_each_name(
    people: list[list[tuple[NameWord, ...]]],
) -> None:
    held = held_words([[written_words(name) for name in names] for names in people])

    names = [name for names in people for name in names]
    for row, name in enumerate(names):
        slots = zip(held.names.words[row].tolist(), held.names.fields[row].tolist(), strict=True)
        read = [(held.texts[number], field) for number, field in slots if number]
        assert read == list(name)
        together = [held.texts[number] for number in held.names.joined[row].tolist() if number]
        assert together == [word.text for word in joined_words(name)]
    assert held.owners.tolist() == [n for n, names in enumerate(people) for _ in names]
