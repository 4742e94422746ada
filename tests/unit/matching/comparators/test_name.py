from __future__ import annotations

import pytest

from domain.people.people import Details, PersonName
from tests.unit.matching.builders import bits_of, level_of, named


@pytest.mark.parametrize(
    ("said", "held", "level"),
    [
        (("John", "Smith"), ("JOHN", "smith"), "same"),
        (("Seán", "O\u2019Brien"), ("Sean", "O'Brien"), "same"),
        (("Smith", "John"), ("John", "Smith"), "swapped"),
        (("Bill", "Smith"), ("William", "Smith"), "short form"),
        (("J", "Smith"), ("John", "Smith"), "short form"),
        (("John", "Smith"), ("J", "Smith"), "short form"),
        (("Jane", "Smith-Jones"), ("Jane", "Jones"), "shared part"),
        (("Liz", "Khan Patel"), ("Elizabeth", "Patel"), "shared part"),
        (("Ann", "van der Berg"), ("Ann", "Berg"), "shared part"),
        (("Jonathon", "Smithe"), ("Jonathan", "Smith"), "close"),
        (("Philip", "Smyth"), ("Fillip", "Smith"), "sounds alike"),
        (("", "Smith"), ("John", "Smith"), "surname alone"),
        (("John", ""), ("John", "Smith"), "forename alone"),
        (("Martin", "Thornton"), ("Martha", "Thomson"), "loosely alike"),
        (("Peter", "Smith"), ("John", "Smith"), "surname only"),
        (("John", "Okafor"), ("John", "Smith"), "forename only"),
        (("", "Okafor"), ("John", "Smith"), "part differs"),
        (("Peter", "Okafor"), ("John", "Smith"), "different"),
        (("John", ""), ("", "Smith"), "not compared"),
        (("", ""), ("John", "Smith"), "not compared"),
    ],
)
def test_levels_of_names(said: tuple[str, str], held: tuple[str, str], level: str) -> None:
    assert level_of("name", named(*said), named(*held)) == level
    assert level_of("name", named(*held), named(*said)) == level


@pytest.mark.parametrize("surname", ["Null", "None", "True", "NA", "Nan"])
def test_surnames_that_look_like_missing_values_are_compared(surname: str) -> None:
    assert level_of("name", named("Ann", surname), named("Ann", surname)) == "same"
    assert level_of("name", named("Peter", surname), named("John", "Smith")) == "different"


def test_two_names_without_a_sound_are_not_alike_in_sound() -> None:
    assert level_of("name", named("1", "2"), named("3", "4")) == "different"


def test_jon_and_john_with_another_surname_earn_nothing_like_agreement() -> None:
    assert level_of("name", named("Jon", "Okafor"), named("John", "Smith")) == "different"


def test_a_common_name_earns_less_than_a_rare_one() -> None:
    common = bits_of("name", named("John", "Smith"), named("John", "Smith"))
    rare = bits_of("name", named("Zebedee", "Quirk"), named("Zebedee", "Quirk"))
    assert rare > common + 5


def test_equal_initials_earn_no_more_than_the_letter_says() -> None:
    initial = bits_of("name", named("J", "Smith"), named("J", "Smith"))
    whole = bits_of("name", named("John", "Smith"), named("John", "Smith"))
    assert initial <= whole


def test_an_alias_that_agrees_earns_less_than_a_main_name_that_does() -> None:
    held = named("John", "Smith")
    with_alias = named("Peter", "Okafor", "", PersonName("John", "Smith"))
    assert bits_of("name", held, with_alias) == pytest.approx(bits_of("name", held, held) - 1.0)


def test_names_are_compared_whichever_of_several_was_said_first() -> None:
    one = named("John", "Smith", "", PersonName("Peter", "Okafor"))
    other = named("Peter", "Okafor", "", PersonName("John", "Smith"))
    held = named("Jane", "Jones")
    assert bits_of("name", one, held) == bits_of("name", other, held)


def test_a_missing_name_adds_exactly_nothing() -> None:
    assert bits_of("name", Details(), named("John", "Smith")) == 0.0
    assert bits_of("name", named("John", "Smith"), Details()) == 0.0


@pytest.mark.parametrize(
    ("said", "held", "level"),
    [
        ("James", "JAMES", "same"),
        ("James", "Jmaes", "close"),
        ("J", "James", "close"),
        ("James", "Peter", "different"),
        ("", "James", "not compared"),
    ],
)
def test_levels_of_middle_names(said: str, held: str, level: str) -> None:
    one, other = named("John", "Smith", said), named("John", "Smith", held)
    assert level_of("middle name", one, other) == level
    assert level_of("middle name", other, one) == level
