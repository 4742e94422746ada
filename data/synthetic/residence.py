"""Places of birth and residence: columns over whole blocks."""

from dataclasses import dataclass
from functools import cache

from data.synthetic.counters import Purpose, Stream, uniforms
from data.synthetic.households import HouseholdColumns
from data.synthetic.names.origins import origins
from data.synthetic.parameters import PopulationParameters
from data.synthetic.places import Town, draw_towns, postcode, street_line
from data.synthetic.vitals import Vitals
from domain.ids import ForceCode
from domain.people.people import Address

HOME_COUNTRY = "GBR"
"""ISO 3166-1 alpha-3."""

NO_ADDRESS = Address(line="No fixed abode")

_DRAWS = 16
(
    _TOWN,
    _NUMBER,
    _STREET,
    _POSTCODE,
    _ABROAD,
    _FOREIGN,
    _BIRTH_TOWN,
    _HAS_FORMER,
    _FORMER_TOWN,
    _FORMER_NUMBER,
    _FORMER_STREET,
    _FORMER_POSTCODE,
    _HAS_NONE,
) = range(13)

_FORMER_SAME_TOWN_SHARE = 0.6
"""Share of former addresses in the same town. Set by hand."""


@cache
def _birth_towns() -> list[list[str]]:
    return [[town.replace("-", " ") for town in origin.towns.split()] for origin in origins()]


@dataclass(frozen=True, slots=True)
class Residence:
    """Places as columns over whole blocks."""

    places_of_birth: list[str]
    nationalities: list[str]
    addresses: list[Address]
    """The current address; NO_ADDRESS if there is none."""
    former_addresses: list[Address | None]
    forces: list[ForceCode]
    """The force of the town. This force owns the record."""


def residence(
    seed: int, households: HouseholdColumns, vitals: Vitals, population: PopulationParameters
) -> Residence:
    """Return the places of birth and residence of the people of these households."""
    start, count = households.start, len(households.heads)
    stream = Stream(seed, Purpose.PEOPLE, _DRAWS, capture=2)
    draws = uniforms(stream.words(start, start + count))
    # A household lives at its head's address.
    homes = draws[households.heads].tolist()
    towns = draw_towns(draws[households.heads, _TOWN])
    other_towns = draw_towns(draws[:, _FORMER_TOWN] / _FORMER_SAME_TOWN_SHARE % 1.0)
    rows = draws.tolist()
    places = [_birth(row, at) for row, at in zip(rows, vitals.origins.tolist(), strict=True)]
    has_none = (draws[:, _HAS_NONE] < population.no_address_share).tolist()
    return Residence(
        places_of_birth=[place for place, _ in places],
        nationalities=[nationality for _, nationality in places],
        addresses=[
            NO_ADDRESS if none else _address(home, town, _NUMBER)
            for home, town, none in zip(homes, towns, has_none, strict=True)
        ],
        former_addresses=[
            _former(row, town, other, population)
            for row, town, other in zip(rows, towns, other_towns, strict=True)
        ],
        forces=[town.force for town in towns],
    )


def _address(draws: list[float], town: Town, first: int) -> Address:
    """Return the address in this town that three draws give, from column `first` onwards."""
    line = street_line(draws[first], draws[first + 1])
    return Address(line=line, town=town.name, postcode=postcode(town.area, draws[first + 2]))


def _former(
    draws: list[float], town: Town, other: Town, population: PopulationParameters
) -> Address | None:
    if draws[_HAS_FORMER] >= population.former_address_share:
        return None
    stayed = draws[_FORMER_TOWN] < _FORMER_SAME_TOWN_SHARE
    return _address(draws, town if stayed else other, _FORMER_NUMBER)


def _birth(draws: list[float], origin_at: int) -> tuple[str, str]:
    """Return the place of birth and the nationality."""
    origin = origins()[origin_at]
    is_abroad = draws[_ABROAD] < origin.born_abroad_share
    is_foreign = is_abroad and draws[_FOREIGN] < origin.foreign_national_share
    towns = _birth_towns()[origin_at if is_abroad else 0]
    place = towns[int(draws[_BIRTH_TOWN] ** 1.5 * len(towns))]
    return place, origin.country if is_foreign else HOME_COUNTRY
