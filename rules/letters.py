"""Letters to people, as data: one versioned text for each way in which something ends."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from domain.errors import UnknownRuleError
from rules.data_files import data_file

LETTERS = "letters/2"
"""The newest version of the letters."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The text of a letter, without names, dates and signature."""

    version: str
    paragraphs: tuple[str, ...]
    """Empty if there is no letter."""
    why_none: str = ""
    """The reason why there is no letter."""


@cache
def letter_on(about: str, end: str, version: str = LETTERS) -> Letter:
    """Return the letter on how a dispute, or a request of some kind, ended.

    The letter on a request says what was asked, how it ended, and what rights there are. A text
    for one kind of request takes precedence over the general text for this ending. Raises
    UnknownRuleError.
    """
    held = data_file(version).content
    if about in held["none"]:
        return Letter(version, (), held["none"][about])
    own = next((one for one in held["letters"] if _is_of(one, about, end)), None)
    if own is None and end not in held["ends"]:
        raise UnknownRuleError(
            "No letter has been written for this kind of request and this outcome."
        )
    if about in held["whole"] and own is not None:
        return Letter(version, tuple(own["paragraphs"]))
    kind = held["kinds"].get(about, held["kinds"]["*"])
    said = held["ends"][end][kind["to"]] if own is None else own["paragraphs"]
    return Letter(version, (kind["about"], *said, *kind["rights"]))


def _is_of(row: dict[str, Any], about: str, end: str) -> bool:
    return about in row["about"] and end in row["ends"]
