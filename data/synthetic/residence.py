"""Places of birth and residence, as columns over whole blocks; towns, streets and postcodes."""

from dataclasses import dataclass
from functools import cache
from string import ascii_uppercase

import numpy as np

from data.synthetic.counters import Purpose, Stream, uniforms
from data.synthetic.households import HouseholdColumns
from data.synthetic.names.tables import origins, written
from data.synthetic.parameters import PopulationParameters
from data.synthetic.vitals import Vitals
from domain.arrays import Float64s
from domain.ids import ForceCode
from domain.people.people import Address

_UNIT_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
"""Letters in the last two places of a postcode: C, I, K, M, O and V are not used (Royal Mail)."""

DISTRICTS = 24
"""The number of districts in each generated area. Set by hand."""

HOUSE_NUMBERS = 160
"""The highest house number in a street. Set by hand: low numbers are more common."""


@dataclass(frozen=True, slots=True)
class Town:
    """A post town in one postcode area and force."""

    name: str
    area: str
    force: ForceCode


@dataclass(frozen=True, slots=True, eq=False)
class _TownTable:
    towns: tuple[Town, ...]
    cumulative: Float64s


@cache
def _town_table() -> _TownTable:
    towns: list[Town] = []
    weights: list[float] = []
    for line in written("places")["towns"]:
        code, weight, *entries = line.split()
        for entry in entries:
            name, _, area = entry.partition(":")
            towns.append(Town(name, area, ForceCode(code)))
            weights.append(float(weight) / len(entries))
    cumulative = np.cumsum(weights)
    return _TownTable(tuple(towns), cumulative / cumulative[-1])


def draw_towns(uniforms: Float64s) -> list[Town]:
    """Return a town for each uniform in [0, 1), in proportion to the weights."""
    table = _town_table()
    rows = np.searchsorted(table.cumulative, uniforms, side="right")
    return [table.towns[row] for row in rows.tolist()]


def street_line(number_uniform: float, street_uniform: float) -> str:
    """Return a house number and a street from two uniforms in [0, 1)."""
    number = 1 + int(HOUSE_NUMBERS * number_uniform * number_uniform)
    streets = _streets()
    return f"{number} {streets[int(street_uniform * len(streets))]}"


@cache
def _streets() -> list[str]:
    names, kinds = (written("places")[part].split() for part in ("streets", "kinds"))
    return [f"{name} {kind}" for name in names for kind in kinds]


def postcode(area: str, uniform: float) -> str:
    """Return a postcode of UK form in this area from one uniform in [0, 1)."""
    letters = len(_UNIT_LETTERS)
    rest, last = divmod(int(uniform * DISTRICTS * 9 * letters * letters), letters)
    rest, first = divmod(rest, letters)
    district, sector = divmod(rest, 9)
    return f"{area}{district + 1} {sector + 1}{_UNIT_LETTERS[first]}{_UNIT_LETTERS[last]}"


def area_of(code: str) -> str:
    """Return the area letters with which a postcode begins; empty for an empty postcode."""
    return code[: len(code) - len(code.lstrip(ascii_uppercase))]


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
