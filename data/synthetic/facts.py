"""The truth about people and their identifiers, and the care taken at a booking."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import exp

import numpy as np

from data.synthetic.counters import Purpose, Stream, uniforms
from data.synthetic.households import BLOCK, HouseholdColumns, household_columns
from data.synthetic.parameters import MistakeParameters, Parameters, PopulationParameters
from data.synthetic.residence import NO_ADDRESS, Residence, residence
from data.synthetic.vitals import Naming, Vitals, naming, vitals
from domain.arrays import Int64s, UInt64s
from domain.ids import EncounterId, PersonId, RecordId
from domain.people.identifiers import make_cro_number, make_pnc_id, make_sf_cro_number
from domain.people.people import Address, Details, Nationality, PartialDate, PersonName, Sex

_PNC_SERIALS = 10**7
_CRO_SERIALS = 10**6

_STRIDE = 7_654_321
_CRO_STRIDE = 2_345_677
"""Coprime to ten, so that every serial number is used once per cycle, in an irregular order."""

_DRAWS = 4


@dataclass(frozen=True, slots=True)
class Numbers:
    """Columns of identifiers. If a person has no identifier, its text is empty."""

    person_ids: list[PersonId]
    record_ids: list[RecordId]
    pnc_ids: list[str]
    """Canonical and valid. No two of the first ten million people have the same serial number."""
    cro_numbers: list[str]
    has_record: list[bool]


def numbers_of(
    seed: int, start: int, booking_years: Int64s, population: PopulationParameters
) -> Numbers:
    """Return the identifiers of the people from `start` onwards.

    `booking_years`: int64 (n,), the year of the first booking, which is part of their numbers.
    """
    stop = start + len(booking_years)
    words = Stream(seed, Purpose.IDS, 8).words(start, stop)
    draws = uniforms(Stream(seed, Purpose.IDS, _DRAWS, capture=1_000).words(start, stop)).tolist()
    offsets = Stream(seed, Purpose.IDS, 4, capture=1_001).words(0, 1)[0].tolist()
    people = list(zip(range(start, stop), booking_years.tolist(), draws, strict=True))
    return Numbers(
        person_ids=person_ids(seed, start, stop),
        record_ids=[RecordId(text) for text in _hex(words[:, 2:4])],
        pnc_ids=[
            make_pnc_id(year, (number * _STRIDE + offsets[0]) % _PNC_SERIALS)
            if row[0] < population.pnc_share
            else ""
            for number, year, row in people
        ],
        cro_numbers=[
            _cro(year, (number * _CRO_STRIDE + offsets[1]) % _CRO_SERIALS, row[1:], population)
            for number, year, row in people
        ],
        has_record=[row[3] < population.record_share for _, _, row in people],
    )


def _cro(year: int, serial: int, draws: list[float], population: PopulationParameters) -> str:
    # Serial 0 would collide with the placeholder 000000/00Z.
    if draws[0] >= population.cro_share or serial == 0:
        return ""
    make = make_sf_cro_number if draws[1] < population.sf_cro_share else make_cro_number
    return make(year, serial)


def person_ids(seed: int, start: int, stop: int) -> list[PersonId]:
    """Return the opaque ids of persons start to stop - 1."""
    words = Stream(seed, Purpose.IDS, 8).words(start, stop)
    return [PersonId(text) for text in _hex(words[:, :2])]


def encounter_ids(seed: int, numbers: Int64s, capture: int) -> list[EncounterId]:
    """Return the opaque id of this capture for each person."""
    words = Stream(seed, Purpose.IDS, 4, capture=capture + 1).words_at(numbers)
    return [EncounterId(text) for text in _hex(words[:, :2])]


def _hex(words: UInt64s) -> list[str]:
    """Return 32 hexadecimal digits for each row of two words."""
    return [f"{first:016x}{second:016x}" for first, second in words.tolist()]


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """The true identity of a person. A missing part is an empty text."""

    forename: str
    middle_names: str
    surname: str
    maiden_surname: str
    known_as: str
    is_male: bool
    origin: int
    """Index into `origins`."""
    birth_day: int
    """Proleptic Gregorian ordinal."""
    place_of_birth: str
    nationality: str
    address: Address
    former_address: Address | None
    pnc_id: str
    cro_number: str


def main_name(facts: PersonFacts) -> PersonName:
    """Return the name on the birth certificate or, after a marriage, the married name."""
    return PersonName(facts.forename, facts.surname, facts.middle_names)


def alias_names(facts: PersonFacts) -> tuple[PersonName, ...]:
    """Return the person's other true names: a maiden name, a nickname."""
    aliases = []
    if facts.maiden_surname and facts.maiden_surname != facts.surname:
        aliases.append(PersonName(facts.forename, facts.maiden_surname, facts.middle_names))
    if facts.known_as:
        aliases.append(PersonName(facts.known_as, facts.surname))
    return tuple(aliases)


def sex_of(facts: PersonFacts) -> Sex:
    """Return the sex as recorded."""
    return Sex.MALE if facts.is_male else Sex.FEMALE


@lru_cache(maxsize=40_000)
def day_of(ordinal: int) -> PartialDate:
    """Return the complete date of an ordinal, cached: few days of birth are unique."""
    return PartialDate.of(date.fromordinal(ordinal))


def true_details(facts: PersonFacts) -> Details:
    """Return all true details of the person, in the form that is compared as evidence."""
    former = (facts.former_address,) if facts.former_address else ()
    present = () if facts.address is NO_ADDRESS else (facts.address,)
    return Details(
        names=(main_name(facts), *alias_names(facts)),
        dates_of_birth=(day_of(facts.birth_day),),
        sex=sex_of(facts),
        place_of_birth=facts.place_of_birth,
        nationalities=(Nationality(facts.nationality),),
        addresses=present + former,
        pnc_ids=(facts.pnc_id,) if facts.pnc_id else (),
        cro_numbers=(facts.cro_number,) if facts.cro_number else (),
    )


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The conditions of a booking, with the factor that multiplies its shares of mistakes."""

    factor: float
    is_later: bool
    """Whether it is not the first enrolled booking, so that the person may have moved since."""
    mistakes: MistakeParameters


def circumstances(
    booking_effect: float, *, is_later: bool, mistakes: MistakeParameters
) -> Circumstances:
    """Return the circumstances of a booking. Over all bookings, the factor has a mean of 1."""
    factor = exp(mistakes.carelessness * booking_effect - mistakes.carelessness**2 / 2.0)
    return Circumstances(factor, is_later, mistakes)


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """All people of whole blocks. Row i is person `start + i` in every column."""

    start: int
    households: HouseholdColumns
    vitals: Vitals
    numbers: Numbers
    residence: Residence
    facts: list[PersonFacts]


def people_of(seed: int, start: int, stop: int, parameters: Parameters) -> People:
    """Return all people in the blocks that contain persons start to stop - 1."""
    first, last = start // BLOCK, -(-stop // BLOCK)
    households = household_columns(seed, first, last, parameters.households)
    columns = vitals(seed, households, parameters)
    names = naming(seed, households, columns, parameters.population)
    homes = residence(seed, households, columns, parameters.population)
    years = _years(columns.booking_days)
    numbers = numbers_of(seed, households.start, years, parameters.population)
    return People(
        start=households.start,
        households=households,
        vitals=columns,
        numbers=numbers,
        residence=homes,
        facts=_facts(columns, names, homes, numbers),
    )


def _years(ordinals: Int64s) -> Int64s:
    """Return the calendar years of proleptic Gregorian ordinals, int64 (n,)."""
    epoch = 719_163  # the ordinal of 1 January 1970
    days = (ordinals - epoch).astype("datetime64[D]")
    return days.astype("datetime64[Y]").astype(np.int64) + 1970


def _facts(
    columns: Vitals, names: Naming, homes: Residence, numbers: Numbers
) -> list[PersonFacts]:
    # With map and positional arguments for speed: this runs once for each person.
    return list(
        map(
            PersonFacts,
            names.forenames,
            names.middle_names,
            names.surnames,
            names.maiden_surnames,
            names.known_as,
            columns.is_male.tolist(),
            columns.origins.tolist(),
            columns.birth_days.tolist(),
            homes.places_of_birth,
            homes.nationalities,
            homes.addresses,
            homes.former_addresses,
            numbers.pnc_ids,
            numbers.cro_numbers,
        )
    )
