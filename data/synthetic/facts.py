"""The truth about people, from which records are derived, and the care taken at a booking."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import exp

import numpy as np
import numpy.typing as npt

from data.synthetic.households import BLOCK, HouseholdColumns, household_columns
from data.synthetic.numbers import Numbers, numbers_of
from data.synthetic.parameters import MistakeParameters, Parameters
from data.synthetic.residence import NO_ADDRESS, Residence, residence
from data.synthetic.vitals import Naming, Vitals, naming, vitals
from domain.people.people import Address, Details, Nationality, PartialDate, PersonName, Sex


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
    day = date.fromordinal(ordinal)
    return PartialDate(day.year, day.month, day.day)


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


def _years(ordinals: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
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
