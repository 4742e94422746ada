"""Records: the traces of bookings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.synthetic.bookings import Claim
from data.synthetic.facts import alias_names, day_of, main_name, people_of, true_details
from data.synthetic.parameters import MistakeParameters, Parameters, PopulationParameters
from data.synthetic.population import Population
from data.synthetic.residence import NO_ADDRESS
from domain.people.people import Address, PersonName
from tests.unit.data.synthetic.builders import NOTHING_WRONG, facts

SEED, COUNT = 6, 400


def _population(
    mistakes: MistakeParameters = NOTHING_WRONG,
    population: PopulationParameters | None = None,
) -> Population:
    people = replace(
        population or PopulationParameters(), record_share=1.0, repeat_booking_shares=(0.0, 0.0)
    )
    return Population(SEED, replace(Parameters(), mistakes=mistakes, population=people))


def test_perfect_bookings_leave_a_true_record() -> None:
    population = _population(population=PopulationParameters(second_alias_date_share=0.0))

    records = population.records(0, COUNT)
    truths = population.true_details(0, COUNT)

    for record, truth in zip(records, truths, strict=True):
        assert record is not None
        assert record.details.names == truth.names
        assert record.details.dates_of_birth == truth.dates_of_birth
        assert record.details.pnc_ids == truth.pnc_ids
        assert set(truth.addresses) <= set(record.details.addresses)


@pytest.mark.parametrize(("discovered", "is_known"), [(0.0, False), (1.0, True)])
def test_false_identity_stays_unless_it_is_discovered(discovered: float, is_known: bool) -> None:
    always = replace(NOTHING_WRONG, false_identity_share=1.0, borrowed_share=0.5)
    population = _population(
        always, PopulationParameters(false_identity_discovered_share=discovered)
    )
    people = people_of(SEED, 0, COUNT, population.parameters)
    block = next(population.blocks(0, COUNT, chunk=COUNT))

    for record, booking, person in zip(block.records, block.bookings, people.facts, strict=False):
        assert record is not None
        assert booking.claim is not Claim.HONEST
        assert record.details.names[0] == booking.said.names[0]
        if booking.said.names[0] != main_name(person):
            assert (main_name(person) in record.details.names) is is_known
        if is_known:
            assert day_of(person.birth_day) in record.details.dates_of_birth


def test_repeated_bookings_add_aliases() -> None:
    population = Population(
        SEED,
        replace(
            Parameters(),
            mistakes=replace(NOTHING_WRONG, surname_typo_share=0.8),
            population=PopulationParameters(repeat_booking_shares=(1.0, 1.0), record_share=1.0),
        ),
    )
    block = next(population.blocks(0, 60, chunk=60))

    assert len(block.bookings) == 180
    for at, record in enumerate(block.records):
        assert record is not None
        said = [booking.said.names[0] for booking in block.bookings[3 * at : 3 * at + 3]]
        assert record.details.names[0] == said[0]
        assert set(said) <= set(record.details.names)
        assert len(set(record.details.names)) == len(record.details.names)


def test_some_records_hold_a_second_date() -> None:
    population = _population(population=PopulationParameters(second_alias_date_share=1.0))

    assert all(r and len(r.details.dates_of_birth) == 2 for r in population.records(0, 50))


def test_some_people_have_no_record() -> None:
    none = replace(Parameters(), population=PopulationParameters(record_share=0.0))

    assert Population(SEED, none).records(0, 20) == [None] * 20


def test_true_details_hold_aliases_and_leave_out_what_there_is_not() -> None:
    former = Address("9 Old Road", "York", "YO1 1AA")
    person = facts(
        maiden_surname="Bell",
        known_as="Bill",
        address=NO_ADDRESS,
        former_address=former,
        pnc_id="",
        cro_number="",
    )

    details = true_details(person)

    assert alias_names(person) == (
        PersonName("William", "Bell", "Alan"),
        PersonName("Bill", "Thompson"),
    )
    assert details.names == (main_name(person), *alias_names(person))
    assert details.addresses == (former,)
    assert details.pnc_ids == details.cro_numbers == ()


def test_maiden_name_that_is_the_married_one_is_no_alias() -> None:
    assert alias_names(facts(maiden_surname="Thompson")) == ()
