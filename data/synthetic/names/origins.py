"""The origins of people, with their lists, places of birth and nationality: `origins.json`.

The shares were set by hand. They have the order of magnitude of the 2021 census of England and
Wales, with more people born abroad among the younger origins. They say nothing about offending.
"""

from dataclasses import dataclass
from functools import cache

from data.synthetic.names.written import written


@dataclass(frozen=True, slots=True)
class Origin:
    """One origin of names. `lists.weighted_names` reads the lists that are named as sources."""

    name: str
    share: float
    """The share of households with this origin."""
    male: tuple[str, ...]
    female: tuple[str, ...]
    surnames: tuple[str, ...]
    tail: str
    """The origin whose composed rare surnames follow the lists."""
    tail_share: float
    country: str
    """ISO 3166-1 alpha-3 code of the country in which people born abroad were born."""
    towns: str
    born_abroad_share: float
    foreign_national_share: float
    """The share of those born abroad who are foreign nationals."""
    british_forename_share: float
    """The share of people whose forename is from the British list."""
    spelling: str = ""
    """The family of spelling rules; empty if there is none."""


@cache
def origins() -> tuple[Origin, ...]:
    """Return the origins, in a fixed order. Their shares sum to 1."""
    return tuple(Origin(**one) for one in written("origins"))
