"""Other ways in which a stated date may have been recorded. They are added to the query."""

from datetime import date

import numpy as np
import numpy.typing as npt

_FIRST_YEAR, _LAST_YEAR = 1850, 2150


def date_ranges(number: int) -> npt.NDArray[np.int64]:
    """Return int64 (n, 2): the ranges, both ends included, of dates that YYYYMMDD may have been
    recorded as.

    For a complete date: the date itself, day and month swapped, one digit wrong, two neighbouring
    digits swapped, one or ten years off, or incomplete. An unknown part (0) is a wild card.
    """
    year, month, day = number // 10000, number // 100 % 100, number % 100
    if year and month and day:
        singles = _variants(year, month, day)
        return np.array([(one, one) for one in sorted(singles)], dtype=np.int64)
    if year and month:
        return np.array([(number, number + 99), (year * 10000, year * 10000)], dtype=np.int64)
    if year:
        return np.array([(year * 10000, year * 10000 + 9999)], dtype=np.int64)
    return _any_year(month, day)


def _any_year(month: int, day: int) -> npt.NDArray[np.int64]:
    years = np.arange(_FIRST_YEAR, _LAST_YEAR + 1, dtype=np.int64) * 10000
    if not month:
        # A day without a month is too little to search by, and so is an empty date.
        years = years[:0]
    first = years + month * 100 + day
    return np.stack([first, first if day else first + 99], axis=1)


def _variants(year: int, month: int, day: int) -> set[int]:
    number = year * 10000 + month * 100 + day
    digits = f"{number:08d}"
    found = {number, year * 10000 + day * 100 + month}
    found |= {number + years * 10000 for years in (-10, -1, 1, 10)}
    found |= {
        int(digits[:place] + digit + digits[place + 1 :])
        for place in range(8)
        for digit in "0123456789"
    }
    found |= {
        int(digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :])
        for place in range(7)
    }
    whole = {one for one in found if _is_date(one)}
    return whole | {year * 10000, year * 10000 + month * 100, month * 100 + day}


def _is_date(number: int) -> bool:
    if not _FIRST_YEAR <= number // 10000 <= _LAST_YEAR:
        return False
    try:
        date(number // 10000, number // 100 % 100, number % 100)
    except ValueError:
        return False
    return True
