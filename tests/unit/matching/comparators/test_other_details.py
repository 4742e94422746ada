from __future__ import annotations

import pytest

from domain.people.identifiers import make_cro_number, make_pnc_id
from domain.people.people import Address, Details, Nationality, Sex
from tests.unit.matching.builders import bits_of, compared_with, level_of, make_details


def _place(place: str, nationality: str = "") -> Details:
    return Details(
        place_of_birth=place, nationalities=(Nationality(nationality),) if nationality else ()
    )


def _homes(*postcodes: str) -> Details:
    return Details(addresses=tuple(Address("1 Road", "Town", code) for code in postcodes))


@pytest.mark.parametrize(
    ("said", "held", "level"),
    [
        (("Leeds", "GBR"), ("LEEDS", "GBR"), "same"),
        (("Leeds", "GBR"), ("Leeds", "POL"), "same"),
        (("Birmingham", ""), ("Bermingham", ""), "close"),
        (("", "GBR"), ("Leeds", "GBR"), "country only"),
        (("York", "GBR"), ("Leeds", "GBR"), "place differs"),
        (("York", ""), ("Leeds", "GBR"), "place differs"),
        (("York", "POL"), ("Leeds", "GBR"), "different"),
        (("", "POL"), ("Leeds", "GBR"), "different"),
        (("Leeds", ""), ("", "GBR"), "not compared"),
    ],
)
def test_levels_of_places(said: tuple[str, str], held: tuple[str, str], level: str) -> None:
    assert level_of("place of birth", _place(*said), _place(*held)) == level
    assert level_of("place of birth", _place(*held), _place(*said)) == level


def test_a_rare_nationality_says_more_than_a_common_one() -> None:
    rare = bits_of("place of birth", _place("", "POL"), _place("", "POL"))
    common = bits_of("place of birth", _place("", "GBR"), _place("", "GBR"))
    assert rare > common + 4


def test_sex_is_soft_and_missing_sex_adds_nothing() -> None:
    male, female = Details(sex=Sex.MALE), Details(sex=Sex.FEMALE)
    assert level_of("sex", male, male) == "same"
    assert level_of("sex", male, female) == "different"
    assert bits_of("sex", male, female) > -8.0
    assert bits_of("sex", male, Details()) == 0.0


@pytest.mark.parametrize(
    ("said", "held", "level"),
    [
        (("LS1 4AB",), ("ls14ab",), "same"),
        (("LS1 4AB",), ("LS1 9XY",), "same area"),
        (("LS1 4AB",), ("YO1 4AB",), "different"),
        (("YO1 4AB", "LS1 4AB"), ("LS1 4AB",), "same"),
        ((), ("LS1 4AB",), "not compared"),
    ],
)
def test_levels_of_postcodes(said: tuple[str, ...], held: tuple[str, ...], level: str) -> None:
    assert level_of("postcode", _homes(*said), _homes(*held)) == level


def test_more_addresses_lower_what_a_shared_one_says() -> None:
    one = bits_of("postcode", _homes("LS1 4AB"), _homes("LS1 4AB"))
    four = bits_of("postcode", _homes("LS1 4AB"), _homes("LS1 4AB", "A1 1AA", "B1 1AA", "E1 1AA"))
    assert four == pytest.approx(one - 2.0)


def test_identifiers_agree_in_any_form_and_conflict_when_none_is_shared() -> None:
    first, second = make_pnc_id(2002, 73319), make_pnc_id(2003, 1)
    said = Details(pnc_ids=("02/73319Z",), cro_numbers=(make_cro_number(91, 65656),))
    assert level_of("PNC ID", said, Details(pnc_ids=(first, second))) == "same"
    assert level_of("PNC ID", said, Details(pnc_ids=(second,))) == "different"
    assert level_of("CRO number", said, Details(cro_numbers=("65656/91H",))) == "same"


def test_an_invalid_identifier_is_never_compared() -> None:
    said = Details(pnc_ids=("2001/0171310S",))
    assert level_of("PNC ID", said, said) == "not compared"


def test_nothing_said_adds_exactly_nothing_anywhere() -> None:
    found = compared_with(Details(), make_details(), Details())
    assert all(pair == ("not compared", 0.0) for pairs in found.values() for pair in pairs)
