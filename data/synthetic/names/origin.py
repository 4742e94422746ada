"""The definition of one origin of names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """One origin. List sources are read by `lists.weighted_names`."""

    name: str
    share: float
    """Share of households."""
    male: tuple[str, ...]
    female: tuple[str, ...]
    surnames: tuple[str, ...]
    tail: str
    """The composed names that follow the lists."""
    tail_share: float
    country: str
    """ISO 3166-1 alpha-3 of the country of those born abroad."""
    towns: str
    born_abroad_share: float
    foreign_national_share: float
    """Share of those born abroad."""
    british_forename_share: float
    """Share of people with a forename from the British list."""
    spelling: str = ""
    """The family of other spellings; empty for none."""
