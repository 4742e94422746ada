"""The truth about one person, from which records are derived, and the care taken at a booking."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import exp

from data.synthetic.parameters import MistakeParameters
from data.synthetic.residence import NO_ADDRESS
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
