"""Errors put into a sample to measure its reader, and not named to the reader."""

from __future__ import annotations

import numpy as np

from domain.conversion.form import Written

SEEDED_SHARE = 0.1
"""Share of units that are added to a sample with a planted error."""

LEAST_SEEDED = 5

LEAST_FOUND = 0.8
"""A reader must find this share of the seeded errors to have measured the lot."""


def seeded_count(units: int) -> int:
    """Return how many seeded errors go with this many units."""
    return max(LEAST_SEEDED, round(units * SEEDED_SHARE))


def with_error(value: Written, rng: np.random.Generator) -> Written:
    """Return a value that a keyer might have keyed instead: one character differs.

    An illegible or empty field becomes one that was read.
    """
    text = value.text
    places = [at for at, letter in enumerate(text) if letter.isalnum()]
    if not places:
        return Written("1")
    at = places[int(rng.integers(len(places)))]
    letters = "0123456789" if text[at].isdigit() else "abcdefghiklmnoprstuvw"
    others = [one for one in letters if one != text[at].casefold()]
    other = others[int(rng.integers(len(others)))]
    return Written(text[:at] + (other.upper() if text[at].isupper() else other) + text[at + 1 :])
