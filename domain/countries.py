"""The countries of the world: their codes, and their names in English (`countries.txt`)."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from domain.plain_text import folded


@cache
def country_names() -> Mapping[str, str]:
    """Return the English names of countries, by ISO 3166-1 alpha-3 code."""
    lines = Path(__file__).with_name("countries.txt").read_text("utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines)


def country_name(code: str) -> str:
    """Return the English name of a country, or the code itself if it is of no country."""
    return country_names().get(code, code)


def country_code(text: str) -> str:
    """Return the code of a country from its name or code; other text in capital letters."""
    stated = folded(" ".join(text.split()))
    named = (code for code, name in country_names().items() if folded(name) == stated)
    return next(named, stated.upper())
