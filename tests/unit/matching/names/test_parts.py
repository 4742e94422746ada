from __future__ import annotations

import pytest

from domain.people.people import PersonName
from matching.names.parts import name_parts


@pytest.mark.parametrize(
    ("surname", "joined", "tokens"),
    [
        ("van der Berg", "VANDERBERG", ("VANDERBERG", "BERG")),
        ("Mac Donald", "MACDONALD", ("MACDONALD", "DONALD")),
        ("MacDonald", "MACDONALD", ("MACDONALD",)),
        ("Al-Hassan", "ALHASSAN", ("ALHASSAN", "HASSAN")),
        ("Smith-Jones", "SMITH JONES", ("SMITH", "JONES")),
        ("O", "O", ("O",)),
        ("De", "DE", ("DE",)),
        ("", "", ()),
    ],
)
def test_surname_particles_join_the_word_they_belong_to(surname, joined, tokens) -> None:
    parts = name_parts(PersonName("Ann", surname))
    assert (parts.surname, parts.surname_tokens) == (joined, tokens)


def test_further_forenames_count_as_middle_names() -> None:
    parts = name_parts(PersonName("Mary Ann", "Lee", "Jo"))
    assert (parts.forename, parts.middle) == ("MARY", "ANN JO")


def test_a_hyphenated_forename_is_one_forename() -> None:
    assert name_parts(PersonName("Anne-Marie", "Lee")).forename == "ANNEMARIE"


def test_a_title_is_no_part_of_a_forename() -> None:
    assert name_parts(PersonName("Dr. John", "Lee")).forename == "JOHN"


def test_a_name_of_signs_alone_is_empty() -> None:
    assert name_parts(PersonName("-", "--")).is_empty


@pytest.mark.parametrize("surname", ["Null", "None", "True", "NA", "Nan"])
def test_surnames_that_look_like_missing_values_are_names(surname: str) -> None:
    parts = name_parts(PersonName("", surname))
    assert not parts.is_empty
    assert parts.surname == surname.upper()


def test_no_more_than_four_tokens_are_kept() -> None:
    parts = name_parts(PersonName("A", "One Two Three Four Five"))
    assert parts.surname_tokens == ("ONE", "TWO", "THREE", "FOUR")
