from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InvalidInputError
from domain.people.identifiers import make_pnc_id
from domain.people.people import Address, Details, Nationality, PartialDate, PersonName
from matching.enquiry.index import NamesIndex
from tests.unit.matching.builders import born, disturbed, make_details, named, random_details


def rows(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def index_of(*details: Details) -> NamesIndex:
    index = NamesIndex()
    index.add(np.arange(len(details), dtype=np.int64), details)
    return index


def found(index: NamesIndex, said: Details, limit: int = 10) -> list[int]:
    return index.candidates(said, limit).tolist()


@pytest.mark.parametrize(
    "said",
    [
        make_details(),
        named("John", "Smith"),
        named("Smith", "John"),
        named("Jon", "Smyth"),
        named("Johnny", "Smith"),
        named("J", "Smith"),
        named("", "Smith"),
        named("John"),
        named("John", "Smith-Jones"),
        make_details(names=(PersonName("Smithe", "Jon"),)),
        make_details("Jane", "Smith", "1980-02-03"),
        make_details("John", "Jones", "1980-02-03"),
        make_details("John", "Smith", "1980-03-02"),
        make_details("John", "Smith", "1981-02-03"),
        make_details("John", "Smith", "1980-XX-XX"),
        make_details("John", "Smith", "XXXX-02-03"),
        born("1980-02-03"),
        born("1980-02-XX"),
        born("1980-XX-XX"),
        born("XXXX-02-03"),
        born("XXXX-02-XX"),
        Details(addresses=(Address("9 Other Street", "Leeds", "ls14ab"),)),
    ],
)
def test_a_person_is_found_by(said: Details) -> None:
    index = index_of(make_details(), make_details("Peter", "Okafor", "1961-11-30", addresses=()))
    assert found(index, said)[0] == 0


@pytest.mark.parametrize(
    "said",
    [
        Details(),
        born("XXXX-XX-05"),
        Details(place_of_birth="Leeds", nationalities=(Nationality("GBR"),)),
    ],
)
def test_details_that_pick_nobody_find_nobody(said: Details) -> None:
    assert found(index_of(make_details()), said) == []


def test_an_empty_index_finds_nobody() -> None:
    assert found(NamesIndex(), make_details()) == []
    assert len(NamesIndex()) == 0


def test_a_person_is_found_by_an_identifier_in_any_form() -> None:
    index = index_of(make_details(pnc_ids=(make_pnc_id(2002, 73319),)))
    assert found(index, Details(pnc_ids=("02/73319Z",))) == [0]


def test_a_person_is_found_by_an_alias_and_by_a_second_date() -> None:
    held = make_details(
        names=(PersonName("John", "Smith"), PersonName("Pavel", "Novak")),
        dates_of_birth=(PartialDate(1980, 2, 3), PartialDate(1977, 7, 7)),
    )
    index = index_of(held)
    assert found(index, named("Pavel", "Novak")) == [0]
    assert found(index, born("1977-07-07")) == [0]


def test_the_likeliest_come_first_and_each_row_once() -> None:
    index = index_of(
        make_details("John", "Smyth"), make_details(), make_details("Jane", "Smith", "1960-05-05")
    )
    assert found(index, make_details()) == [1, 0, 2]
    assert found(index, make_details(), limit=1) == [1]


def test_people_without_name_or_date_are_held_and_found_by_what_they_have() -> None:
    index = index_of(Details(addresses=(Address("1 Road", "Leeds", "LS1 4AB"),)), Details())
    assert len(index) == 2
    assert found(index, make_details()) == [0]


def test_an_enrolment_is_found_at_once() -> None:
    index = index_of(make_details("Peter", "Okafor"))
    index.add(rows(77), [make_details()])
    assert found(index, make_details())[0] == 77
    assert len(index) == 2


def test_an_erasure_is_gone_at_once() -> None:
    index = index_of(make_details(), make_details("Peter", "Okafor"))
    index.remove(rows(0, 99))
    assert 0 not in found(index, make_details())
    assert len(index) == 1


def test_an_enquiry_after_the_last_person_is_gone_finds_nobody() -> None:
    index = index_of(make_details())
    index.remove(rows(0))
    index.add(rows(), [])
    assert found(index, make_details()) == []


def test_a_row_may_be_held_anew_after_its_removal() -> None:
    index = index_of(make_details(), make_details("Peter", "Okafor"))
    index.remove(rows(0))
    index.add(rows(0), [make_details("Zoe", "Quirk")])
    assert found(index, named("Zoe", "Quirk")) == [0]
    assert found(index, named("John", "Smith")) == []
    assert len(index) == 2


def test_one_entry_of_details_is_needed_for_each_row() -> None:
    with pytest.raises(InvalidInputError):
        NamesIndex().add(rows(1, 2), [make_details()])


@settings(max_examples=25)
@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(st.booleans(), st.integers(1, 9)), min_size=1, max_size=12),
)
def test_any_run_of_changes_finds_what_an_index_built_at_once_finds(
    seed: int, changes: Sequence[tuple[bool, int]]
) -> None:
    rng = np.random.default_rng(seed)
    held: dict[int, Details] = {}
    index, following = NamesIndex(), 0
    for is_addition, count in changes:
        if is_addition or not held:
            new = {following + n: random_details(rng) for n in range(count)}
            following += count
            index.add(rows(*new), list(new.values()))
            held |= new
        else:
            gone = rng.choice(list(held), min(count, len(held)), replace=False)
            # With people who never were held, below and above those who are.
            index.remove(np.append(gone, [-1, following, 2**31 + int(gone[0]), 2**40]))
            held = {row: details for row, details in held.items() if row not in gone}
    at_once = NamesIndex()
    for row, details in held.items():
        at_once.add(rows(row), [details], is_more=True)
    at_once.compact()
    assert len(index) == len(at_once) == len(held)
    asked = (*list(held.values())[:3], random_details(rng))
    at_first = [found(index, said, 10**6) for said in asked]
    assert list(map(set, at_first)) == [set(found(at_once, said, 10**6)) for said in asked]

    index.compact()

    assert [found(index, said, 10**6) for said in asked] == at_first
    assert len(index) == len(held)


def test_honest_mistakes_are_found() -> None:
    rng = np.random.default_rng(8)
    held = [random_details(rng) for _ in range(1500)]
    index = index_of(*held)
    whole = [n for n, one in enumerate(held) if one.names and one.dates_of_birth][:400]
    hits = [n in found(index, disturbed(held[n], rng), 50) for n in whole]
    assert np.mean(hits) > 0.95


def test_the_memory_an_index_takes_grows_with_the_people_it_holds() -> None:
    rng = np.random.default_rng(1)
    few, many = (index_of(*(random_details(rng) for _ in range(n))) for n in (100, 3000))
    assert 0 < few.bytes_held < many.bytes_held < 1_000_000


def test_words_are_counted_by_entry_and_grade_as_the_gallery_grows() -> None:
    index = index_of(*[named("Van", "Nguyen")] * 6, *[named("Jon", "Smith")] * 3)
    said = named("John", "Nguyen")

    first = {one.text: one for one in index.words(said).words}
    index.add(rows(*range(9, 20)), [named("John", "Smith")] * 11)
    counted = index.words(said)
    then = {one.text: one for one in counted.words}

    assert counted.entries == 20
    assert (first["NGUYEN"].alike[0], then["NGUYEN"].alike[0]) == (6, 6)
    assert (first["JOHN"].alike[0], then["JOHN"].alike[0]) == (0, 11)
    assert sum(first["JOHN"].alike) == 3  # Jon is like John
    assert (first["JOHN"].initial, then["JOHN"].initial) == (3, 14)


def test_an_empty_index_counts_nothing() -> None:
    counted = NamesIndex().words(named("John", "Smith"))

    assert counted.entries == 0
    assert {sum(one.alike) + one.initial for one in counted.words} == {0}


@settings(max_examples=20)
@given(st.lists(st.sampled_from(["Smith", "Smyth", "Okafor", "Nguyen"]), min_size=1, max_size=30))
def test_the_same_word_is_counted_exactly_however_the_index_grew(surnames: list[str]) -> None:
    people = [named("", surname) for surname in surnames]
    grown = NamesIndex()
    for row, one in enumerate(people):
        grown.add(rows(row), [one])

    for surname in set(surnames):
        said = named("", surname)
        assert grown.words(said) == index_of(*people).words(said)
        (counted,) = grown.words(said).words
        assert counted.alike[0] == surnames.count(surname)
