"""The definition of one origin of names."""

from dataclasses import dataclass


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
