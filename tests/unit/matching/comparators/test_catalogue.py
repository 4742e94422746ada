"""The sentences examiners read, checked against the functions' behaviour."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.people.people import Address, Details, Nationality, PersonName, Sex
from domain.searches.evidence import EvidenceSource
from matching.comparators.catalogue import COMPARATORS
from tests.unit.matching.builders import bits_of, born, level_of, make_details, named

WORDS = {str(one.scale.source): one.words for one in COMPARATORS}


def test_every_comparison_of_details_has_one_sentence() -> None:
    assert all(words.endswith(".") and len(words) < 100 for words in WORDS.values())
    expected = set(EvidenceSource) - {
        EvidenceSource.PRIOR,
        EvidenceSource.PRINT,
        EvidenceSource.PRINT_DEPENDENCE,
        EvidenceSource.DETAILS_BOUND,
        EvidenceSource.COUNTS_BOUND,
    }
    assert set(WORDS) == {str(source) for source in expected}


def test_names_each_with_each_and_the_best_pair_is_kept() -> None:
    assert WORDS["name"] == (
        "Compares each name given with each name and alias on record, and keeps the best pair."
    )
    alias = PersonName("Ann", "Lee")
    said = named("Peter", "Okafor", "", alias)
    held = named("John", "Smith", "", alias)
    assert level_of("name", said, held) == "same"


def test_middle_names_as_a_whole() -> None:
    assert WORDS["middle name"] == (
        "Compares middle names as a whole: same, nearly alike or an initial, or others."
    )
    levels = {
        level_of("middle name", named("A", "B", "Paul John"), named("A", "B", held))
        for held in ("Paul John", "Paul Jon", "P", "John")
    }
    assert levels == {"same", "close", "different"}


def test_each_date_with_each_and_the_best_pair_is_kept() -> None:
    assert WORDS["date of birth"] == (
        "Compares each date of birth given with each date on record, and keeps the best pair."
    )
    assert (
        level_of("date of birth", born("1980-02-03"), born("1950-12-31", "1980-02-03")) == "same"
    )


def test_a_difference_of_sex_lowers_but_never_rules_out() -> None:
    assert WORDS["sex"] == (
        "Compares the sex given with the sex on record; a difference lowers but never rules out."
    )
    assert -10.0 < bits_of("sex", Details(sex=Sex.MALE), Details(sex=Sex.FEMALE)) < 0.0


def test_place_first_and_nationality_where_places_do_not_agree() -> None:
    assert WORDS["place of birth"] == (
        "Compares place of birth first, and nationality where the places do not agree."
    )
    same_place = Details(place_of_birth="Leeds", nationalities=(Nationality("POL"),))
    assert (
        level_of(
            "place of birth", same_place, replace(same_place, nationalities=(Nationality("GBR"),))
        )
        == "same"
    )
    other_place = replace(same_place, place_of_birth="York")
    assert level_of("place of birth", same_place, other_place) == "place differs"


def test_postcodes_without_prisons_and_police_stations() -> None:
    assert WORDS["postcode"] == (
        "Compares each postcode given with each on record, prisons and police stations left out."
    )
    prison = Details(addresses=(Address("HMP Leeds", "Leeds", "LS12 2TJ"),))
    assert level_of("postcode", prison, prison) == "not compared"


@pytest.mark.parametrize("held", ["2002/0073319Z", "1902/0073319Z"])
def test_pnc_ids_in_any_form_without_the_century(held: str) -> None:
    assert WORDS["PNC ID"] == (
        "Compares valid PNC IDs, whichever form they are written in; the century is not compared."
    )
    said = Details(pnc_ids=("02/73319Z",))
    assert level_of("PNC ID", said, Details(pnc_ids=(held,))) == "same"


def test_cro_numbers_in_any_form() -> None:
    assert WORDS["CRO number"] == (
        "Compares valid CRO numbers, whichever form they are written in."
    )
    said = Details(cro_numbers=("65656/91H",))
    assert level_of("CRO number", said, Details(cro_numbers=("065656/91H",))) == "same"


def test_comparisons_are_symmetric() -> None:
    one = make_details(names=(PersonName("Bill", "Smith", "Paul"), PersonName("Ann", "Lee")))
    other = make_details("William", "Smith", "1980-03-02")
    for source in WORDS:
        assert level_of(source, one, other) == level_of(source, other, one)
        assert bits_of(source, one, other) == pytest.approx(bits_of(source, other, one))
