"""The entries of a block that match a query: several keys, each tolerating another mistake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matching.enquiry.block import forename_surname, sound_day, surname_year
from matching.enquiry.expansion import date_ranges
from matching.enquiry.vocabulary import NO_WORD
from matching.parameters import ENQUIRY_SWAPPED_WORDS, ENQUIRY_YEARS

if TYPE_CHECKING:
    from matching.enquiry.block import Block, Places
    from matching.enquiry.expansion import WordsLike

Keys = npt.NDArray[np.int64]
_ALL_YEARS = 4095
_ALL_WORDS = 2**31 - 1


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """One stated name, expanded, and the dates given with it (YYYYMMDD, 0 for unknown parts)."""

    forename: WordsLike | None
    surname: WordsLike | None
    sound: int
    dates: tuple[int, ...]


def look_up(block: Block, query: Query) -> Places:
    """Return the distinct live entries that match any key of the query, int32 (n,)."""
    found = [*_by_dates(block, query), *_by_names(block, query)]
    if not found:
        return np.empty(0, dtype=np.int32)
    places = np.unique(np.concatenate(found))
    return np.asarray(places[block.live[places]])


def _by_dates(block: Block, query: Query) -> list[Places]:
    found = []
    for number in query.dates:
        ranges = date_ranges(number)
        found.append(block.by_date(ranges[:, 0], ranges[:, 1]))
        if query.surname is not None and number // 10000:
            found.append(_surname_near_year(block, query.surname, number // 10000))
        if query.sound and number % 10000:
            keys = sound_day(np.array([query.sound]), np.array([number]))
            found.append(block.by_sound_day.find(keys, keys))
    return found


def _surname_near_year(block: Block, surname: WordsLike, year: int) -> Places:
    low = surname_year(surname.words, np.array(year - ENQUIRY_YEARS))
    high = surname_year(surname.words, np.array(year + ENQUIRY_YEARS))
    unknown = surname_year(surname.words, np.array(0))
    return block.by_surname_year.find(
        np.concatenate([low, unknown]), np.concatenate([high, unknown])
    )


def _by_names(block: Block, query: Query) -> list[Places]:
    forename, surname = query.forename, query.surname
    found = []
    if forename is not None and surname is not None:
        few = ENQUIRY_SWAPPED_WORDS
        straight = _pairs(np.append(forename.words, NO_WORD), surname.words)
        crossed = _pairs(surname.words[:few], forename.words[:few])
        # In rising order, neighbouring keys share cache lines.
        keys = np.unique(np.concatenate([straight, crossed]))
        found.append(block.by_forename_surname.find(keys, keys))
    if not query.dates:
        found += _by_one_name(block, forename, surname)
    return found


def _by_one_name(
    block: Block, forename: WordsLike | None, surname: WordsLike | None
) -> list[Places]:
    """Find by surname, or by forename, if nothing else narrows the search."""
    if surname is not None and (forename is None or forename.is_initial):
        words = surname.words
        lows, highs = surname_year(words, np.array(0)), surname_year(words, np.array(_ALL_YEARS))
        return [block.by_surname_year.find(lows, highs)]
    if surname is None and forename is not None:
        lows = forename_surname(forename.words, np.array(0))
        highs = forename_surname(forename.words, np.array(_ALL_WORDS))
        return [block.by_forename_surname.find(lows, highs)]
    return []


def _pairs(forenames: Keys, surnames: Keys) -> Keys:
    return forename_surname(np.repeat(forenames, len(surnames)), np.tile(surnames, len(forenames)))
