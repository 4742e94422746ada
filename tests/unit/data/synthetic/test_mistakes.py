"""All other details recorded at a booking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from data.synthetic.counters import Draws
from data.synthetic.facts import circumstances as circumstances_of
from data.synthetic.facts import day_of, main_name
from data.synthetic.mistakes import DRAWS_EACH, said_details
from data.synthetic.parameters import MistakeParameters
from data.synthetic.residence import NO_ADDRESS, area_of
from domain.people.people import Address, Details, Nationality, Sex
from tests.unit.data.synthetic.builders import circumstances, circumstances_with, facts

UNIFORMS = st.lists(st.floats(0.0, 0.999), min_size=DRAWS_EACH, max_size=DRAWS_EACH)
MIDDLE = [0.5] * DRAWS_EACH


@given(values=UNIFORMS)
def test_all_is_true_at_a_perfect_booking(values: list[float]) -> None:
    person = facts()

    said = said_details(person, Draws(values), circumstances())

    assert said == Details(
        names=(main_name(person),),
        dates_of_birth=(day_of(person.birth_day),),
        sex=Sex.MALE,
        place_of_birth="Leeds",
        nationalities=(Nationality("GBR"),),
        addresses=(person.address,),
    )


@given(values=UNIFORMS, effect=st.floats(-4.0, 4.0))
def test_any_draws_make_details_that_exist(values: list[float], effect: float) -> None:
    how = circumstances_of(effect, is_later=True, mistakes=MistakeParameters())

    said = said_details(facts(), Draws(values), how)

    assert len(said.names) == 1
    assert len(said.dates_of_birth) <= 1


def test_fields_go_missing_one_by_one() -> None:
    shares: dict[str, Callable[[Details], object]] = {
        "sex_missing_share": lambda said: said.sex,
        "place_missing_share": lambda said: said.place_of_birth,
        "nationality_missing_share": lambda said: said.nationality,
        "address_missing_share": lambda said: said.addresses,
    }
    for share, get in shares.items():
        assert not get(said_details(facts(), Draws(MIDDLE), circumstances_with(share, 0.999)))


def test_sex_and_place_are_written_wrongly() -> None:
    wrong_sex = said_details(facts(), Draws(MIDDLE), circumstances(sex_wrong_share=0.999))
    woman = said_details(facts(is_male=False), Draws(MIDDLE), circumstances(sex_wrong_share=0.999))
    place = said_details(facts(), Draws(MIDDLE), circumstances(place_typo_share=0.999))

    assert wrong_sex.sex is Sex.FEMALE
    assert woman.sex is Sex.MALE
    assert place.place_of_birth not in {"", "Leeds"}


def test_identifiers_are_known_and_sometimes_wrong() -> None:
    known = said_details(
        facts(), Draws(MIDDLE), circumstances(pnc_known_share=0.9, cro_known_share=0.9)
    )
    wrong = said_details(
        facts(), Draws(MIDDLE), circumstances(pnc_known_share=0.9, pnc_wrong_share=0.9)
    )
    none = said_details(facts(pnc_id=""), Draws(MIDDLE), circumstances(pnc_known_share=0.9))

    assert known.pnc_ids == ("2001/0000001Q",)
    assert known.cro_numbers == ("065656/91H",)
    assert wrong.pnc_ids != known.pnc_ids
    assert len(wrong.pnc_ids) == 1
    assert none.pnc_ids == ()


def test_moved_people_give_their_former_or_a_new_address_nearby() -> None:
    former = Address("9 Old Road", "York", "YO1 1AA")
    how = circumstances(is_later=True, moved_share=0.999)

    back = said_details(facts(former_address=former), Draws(MIDDLE), how)
    onward = said_details(facts(), Draws(MIDDLE), how)
    homeless = said_details(facts(address=NO_ADDRESS), Draws(MIDDLE), how)

    assert back.addresses == (former,)
    assert onward.addresses != (facts().address,)
    assert area_of(onward.addresses[0].postcode) == "LS"
    assert homeless.addresses == (NO_ADDRESS,)


def test_nobody_has_moved_at_the_first_booking() -> None:
    how = replace(circumstances(moved_share=0.999), is_later=False)

    assert said_details(facts(), Draws(MIDDLE), how).addresses == (facts().address,)


def test_postcode_is_mistyped() -> None:
    said = said_details(facts(), Draws(MIDDLE), circumstances(postcode_typo_share=0.999))

    assert said.addresses[0].postcode != "LS1 4AB"
    assert said.addresses[0].line == "1 Mill Lane"


def test_careless_bookings_have_a_greater_factor_and_mean_one() -> None:
    mistakes = MistakeParameters()
    effects = [-1.5, -0.5, 0.5, 1.5]

    factors = [
        circumstances_of(effect, is_later=False, mistakes=mistakes).factor for effect in effects
    ]

    assert factors == sorted(factors)
    assert factors[0] < 0.5
    assert factors[-1] > 1.5
