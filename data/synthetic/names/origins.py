"""The origins of people, with their lists, places of birth and nationality: `origins.json`.

The shares were set by hand. They have the order of magnitude of the 2021 census of England and
Wales, with more people born abroad among the younger origins. They say nothing about offending.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any


@cache
def written(name: str) -> Any:
    """Return the content of a table, such as `lists`."""
    return json.loads(Path(__file__).with_name(f"{name}.json").read_text("utf-8"))


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


@cache
def weighted_names(source: str) -> tuple[tuple[str, float], ...]:
    """Return the names of one list with relative weights, without repeats.

    `source` is `own:KEY` for a list of this project or `LOCALE:ATTRIBUTE` for a list of Faker. A
    list with weights keeps them. In the lists of this project, the weights fall in the order of
    the list. Faker's plain lists are in alphabetical order, so every name gets the same weight.
    """
    origin, _, key = source.partition(":")
    if origin == "own":
        names = dict.fromkeys(written("lists")[key].split())
        return tuple((name, 1.0 / (rank + 4.0)) for rank, name in enumerate(names))
    provider = import_module(f"faker.providers.person.{origin}").Provider
    values = getattr(provider, key)
    if isinstance(values, dict):
        return tuple((str(name), float(weight)) for name, weight in values.items())
    return tuple((str(name), 1.0) for name in dict.fromkeys(values) if " " not in str(name))
