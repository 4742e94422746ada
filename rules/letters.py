"""Letters to people, as data: one versioned text for each way in which something ends."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from domain.errors import UnknownRuleError
from rules.data_files import data_file

LETTERS = "letters/1"
"""The newest version of the letters."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The text of a letter, without names, dates and signature."""

    version: str
    paragraphs: tuple[str, ...]


@cache
def letter_on(about: str, end: str, version: str = LETTERS) -> Letter:
    """Return the letter for the end of something. Raises UnknownRuleError."""
    for one in data_file(version).content["letters"]:
        if (one["about"], one["end"]) == (about, end):
            return Letter(version, tuple(one["paragraphs"]))
    raise UnknownRuleError("There is no letter for this.")
