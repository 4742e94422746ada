"""Normalised forms of dates, postcodes, places and identifiers for matching."""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from domain.errors import InvalidIdentifierError
from domain.people.identifiers import parse_cro_number, parse_pnc_id
from domain.people.people import Address, PartialDate
from matching.names.text import match_form
from matching.parameters import PLACEHOLDER_DATES

_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})")
_NOT_A_HOME = re.compile(
    r"\b(NO FIXED (ABODE|ADDRESS)|NFA|HM PRISON|HMP|HMYOI|POLICE STATION|CUSTODY SUITE)\b"
)
_PSEUDO_OUTCODES = frozenset({"ZZ99", "NF1"})
"""Outcodes that health and police systems use for no fixed abode or an unknown address."""

_ANY_DAY = date(2000, 1, 1)
_MARCH_TO_DECEMBER = 306
"""Days from 1 March to the end of the year."""

Integers = npt.NDArray[np.integer]


def key_of(text: str) -> int:
    """Return the signed 64-bit key by which a match form is compared; 0 for the empty text.

    Keys are the same in every process, so they can be kept. Two of a thousand million texts have
    the same key with a probability of 3 %.
    """
    if not text:
        return 0
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little", signed=True)


class PostcodeForm(NamedTuple):
    """A postcode in match form: the whole postcode, and the area before the space."""

    whole: str
    outcode: str


def date_numbers(dates: Iterable[PartialDate]) -> tuple[int, ...]:
    """Return the distinct dates as YYYYMMDD, 0 for an unknown part, without placeholders."""
    numbers = [(d.year or 0) * 10000 + (d.month or 0) * 100 + (d.day or 0) for d in dates]
    kept = [n for n in numbers if n and n not in PLACEHOLDER_DATES]
    return tuple(dict.fromkeys(kept)) if len(kept) > 1 else tuple(kept)


@lru_cache(65_536)
def day_number(number: int) -> int:
    """Return the day number of a whole date, as `datetime.date.toordinal`; 0 for a partial one."""
    year, month, day = number // 10000, number // 100 % 100, number % 100
    return date(year, month, day).toordinal() if year and month and day else 0


def day_numbers(numbers: Integers) -> Integers:
    """Return the day numbers of n dates, YYYYMMDD, at once: the `day_number` of complete dates.

    Years are counted from March, so that a leap day is the last day of its year. Months have 30.6
    days.
    """
    months, year = numbers // 100, numbers // 10000
    month, day = months - year * 100, numbers - months * 100
    year = year - (month <= 2)
    month = month + np.where(month <= 2, 9, -3)
    leaps = year // 4 - year // 100 + year // 400
    days = year * 365 + leaps + (month * 153 + 2) // 5 + day - _MARCH_TO_DECEMBER
    return np.asarray(days)


def postcode_forms(addresses: Iterable[Address]) -> tuple[PostcodeForm, ...]:
    """Return distinct postcodes of homes: no prisons, police stations or no fixed abode (NFA)."""
    forms = [_postcode_form(address) for address in addresses if address.postcode]
    kept = [form for form in forms if form is not None]
    return tuple(dict.fromkeys(kept)) if len(kept) > 1 else tuple(kept)


def _postcode_form(address: Address) -> PostcodeForm | None:
    # Most are already in the pattern's form and skip the conversion to match form.
    found = _POSTCODE.fullmatch(address.postcode) or _POSTCODE.fullmatch(
        match_form(address.postcode).replace(" ", "")
    )
    if found is None:
        return None
    outcode, rest = found.groups()
    if outcode in _PSEUDO_OUTCODES:
        return None
    if _may_be_no_home(address.line) and _NOT_A_HOME.search(match_form(address.line)):
        return None
    return PostcodeForm(outcode + rest, outcode)


def _may_be_no_home(line: str) -> bool:
    # Most lines lack these letters, and testing for them is several times faster than the pattern.
    if not line.isascii() or "." in line or "'" in line or "`" in line:
        return True
    capitals = line.upper()
    return (
        "HM" in capitals
        or "NFA" in capitals
        or "FIXED" in capitals
        or "POLICE" in capitals
        or "CUSTODY" in capitals
    )


def pnc_keys(pnc_ids: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct valid PNC IDs in the form compared. Invalid PNC IDs are never compared.

    The century is dropped, because the check letter does not protect it and a short form does not
    state it. The result therefore does not depend on the date on which the ID is read.
    """
    return tuple(dict.fromkeys(key for text in pnc_ids if (key := _pnc_key(text))))


def _pnc_key(text: str) -> str:
    try:
        return parse_pnc_id(text, reference_date=_ANY_DAY)[2:]
    except InvalidIdentifierError:
        return ""


def cro_keys(cro_numbers: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct valid CRO numbers in canonical form. Invalid ones are never compared."""
    return tuple(dict.fromkeys(key for text in cro_numbers if (key := _cro_key(text))))


def _cro_key(text: str) -> str:
    try:
        return parse_cro_number(text)
    except InvalidIdentifierError:
        return ""
