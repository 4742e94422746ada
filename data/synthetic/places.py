"""Places of residence: towns with their postcode area and force, streets, and postcodes.

Towns and areas are real. All smaller units are chosen at random: districts, units and house
numbers have the UK format but are invented.

A line of `towns` in `names/places.json` has a force code, a relative weight (recorded population,
order of magnitude), towns and areas.
"""

from dataclasses import dataclass
from functools import cache
from string import ascii_uppercase

import numpy as np
import numpy.typing as npt

from data.synthetic.names.written import written
from domain.ids import ForceCode

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
    cumulative: npt.NDArray[np.float64]


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


def draw_towns(uniforms: npt.NDArray[np.float64]) -> list[Town]:
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
