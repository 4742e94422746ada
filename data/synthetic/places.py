"""Places of residence: towns with their postcode area and force, streets, and postcodes.

Towns and areas are real. All smaller units are chosen at random: districts, units and house
numbers have the UK format but are invented.
"""

from dataclasses import dataclass
from functools import cache
from string import ascii_uppercase

import numpy as np
import numpy.typing as npt

from domain.ids import ForceCode

_TOWNS = """
01 22 London:E London:N London:SE London:SW London:W London:NW Croydon:CR Ilford:IG Harrow:HA
03 1 Carlisle:CA Barrow:LA
04 3 Preston:PR Blackburn:BB Blackpool:FY
05 4 Liverpool:L Birkenhead:CH
06 7 Manchester:M Bolton:BL Oldham:OL Stockport:SK Wigan:WN
07 2 Warrington:WA Chester:CH Crewe:CW
10 3 Newcastle:NE Sunderland:SR
11 1 Durham:DH Darlington:DL
12 1 York:YO Harrogate:HG
13 5 Leeds:LS Bradford:BD Wakefield:WF Huddersfield:HD Halifax:HX
14 3 Sheffield:S Doncaster:DN
16 2 Hull:HU Grimsby:DN
17 1 Middlesbrough:TS
20 7 Birmingham:B Coventry:CV Wolverhampton:WV Dudley:DY Walsall:WS
21 2 Stafford:ST Stoke:ST
22 2 Worcester:WR Shrewsbury:SY Hereford:HR Telford:TF
23 1 Warwick:CV Rugby:CV
30 2 Derby:DE Chesterfield:S
31 2 Nottingham:NG Mansfield:NG
32 1 Lincoln:LN Boston:PE
33 2 Leicester:LE
34 1 Northampton:NN
35 1 Cambridge:CB Peterborough:PE
36 1 Norwich:NR
37 1 Ipswich:IP
40 1 Bedford:MK Luton:LU
41 2 Watford:WD Stevenage:SG
42 3 Chelmsford:CM Southend:SS Colchester:CO
43 4 Oxford:OX Reading:RG Slough:SL Aylesbury:HP
44 3 Southampton:SO Portsmouth:PO
45 1 Guildford:GU Redhill:RH
46 3 Maidstone:ME Canterbury:CT Dartford:DA
47 2 Brighton:BN Hastings:TN
50 3 Exeter:EX Plymouth:PL Truro:TR
52 3 Bristol:BS Bath:BA Taunton:TA
53 1 Gloucester:GL
54 1 Swindon:SN Salisbury:SP
55 1 Bournemouth:BH Dorchester:DT
60 1 Wrexham:LL Bangor:LL
61 1 Newport:NP
62 2 Cardiff:CF Swansea:SA
63 1 Carmarthen:SA Aberystwyth:SY
98 2 Belfast:BT
"""
"""Force code, relative weight (recorded population, order of magnitude), towns and areas."""

_STREETS = """
Church High Station Victoria Park Mill Queens Kings Albert George Manor Grange Chapel London
Springfield Alexandra York Grove Green School Bridge Cross Garden Windsor Market North South
East West New Oak Elm Ash Beech Cedar Maple Poplar Willow Birch Hazel Meadow Orchard Field
Hill Valley River Brook Canal Castle Abbey Priory Vicarage Rectory Cromwell Nelson Wellington
Churchill Salisbury Clarence Gladstone Milton Shakespeare Tennyson Byron Shelley Derwent Severn
""".split()  # noqa: SIM905 - a list of seventy literals would hide the names
_STREET_KINDS = (
    "Road",
    "Street",
    "Avenue",
    "Close",
    "Lane",
    "Drive",
    "Crescent",
    "Way",
    "Court",
    "Place",
)
_UNIT_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
"""The letters used in the last two places of a postcode. C, I, K, M, O and V are not used (Royal
Mail).
"""

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
    for line in _TOWNS.strip().splitlines():
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
    kinds = len(_STREET_KINDS)
    street, kind = divmod(int(street_uniform * len(_STREETS) * kinds), kinds)
    return f"{number} {_STREETS[street]} {_STREET_KINDS[kind]}"


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
