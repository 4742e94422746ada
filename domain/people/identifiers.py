"""PNC IDs, CRO numbers and Arrest Summons Numbers: reading, checking and making them.

An alphabet of 23 letters gives the check letter of all three. Formats and rules follow the public
code of ministryofjustice/hmpps-person-record (PNC ID, CRO number) and
ministryofjustice/bichard7-next-core (ASN). An identifier that cannot be read is kept as given and
never compared.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.errors import InvalidIdentifierError
from domain.ids import ForceCode, PersonId, RecordId, UserId

CHECK_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
"""The alphabet of check letters, indexed by a number modulo 23. It has no I, O or S."""

BLOCKED_CRO_NUMBERS = frozenset({"000000/00Z"})
"""Placeholders that pass the checksum but identify no person."""

_DUMMY_ASNS = re.compile(
    "|".join(
        (
            "0800NP01",
            "0800PP01",
            "..12LN00",
            "..00NP00",
            "..6300",
            "..06SS",
            "..00XX",
            "..50(11|12|21|41|42|43|OF|SJ)",
            "....NRPR",
        )
    )
)
"""The first parts of ASNs that stand for "none given": year, force, unit and system."""

_PNC_FORM = re.compile(r"([0-9]{2,4})(/?)([0-9]{1,7})([A-Z])")
_CRO_FORM = re.compile(r"([0-9]{1,6})/([0-9]{2})([A-Z])")
_CRO_SF_FORM = re.compile(r"SF([0-9]{2})/([0-9]{1,6})([A-Z])")
_ASN_FORM = re.compile(
    r"([0-9]{2})[A-Z0-9]?([A-Z0-9]{2})[A-Z0-9]{2}([A-Z0-9]{2})([0-9]{11})([A-HJ-NP-RT-Z])"
)
_ASN_SHAPE = re.compile(r"([0-9]{2})[A-Z0-9]?([A-Z0-9]{6})[0-9]{11}[A-Z]")
_SHORT_ASN = re.compile(r"([0-9]{2}[A-Z0-9]{6})([0-9]{1,11})([A-Z])")
_LONG_PNC_LENGTH = 12
_ASN_LENGTH = 20


def check_letter(number: int) -> str:
    """Return the check letter of a non-negative number: `CHECK_LETTERS[number mod 23]`."""
    return CHECK_LETTERS[number % len(CHECK_LETTERS)]


def parse_pnc_id(text: str, *, reference_date: date) -> str:
    """Return a PNC ID, in upper case, as compared: `YYYY/NNNNNNNL`. Raises InvalidIdentifierError.

    A two-digit year up to the year of `reference_date` belongs to the same century; any other
    belongs to the century before. Without a slash, the form is long if there are 12 characters,
    otherwise short.
    """
    form = _PNC_FORM.fullmatch(text)
    if form is None:
        raise InvalidIdentifierError(
            "The PNC ID is malformed: write YYYY/NNNNNNNL or YY/NNNNNNNL."
        )
    year, serial, letter = _pnc_parts(form, reference_date)
    if letter != _pnc_letter(year, serial):
        raise InvalidIdentifierError("The check letter of the PNC ID is wrong: check the number.")
    return f"{year:04d}/{serial:07d}{letter}"


def _pnc_parts(form: re.Match[str], reference_date: date) -> tuple[int, int, str]:
    year, slash, _, letter = form.groups()
    digits = form.group(1) + form.group(3)
    if slash and len(year) == 3:
        raise InvalidIdentifierError("The year of the PNC ID must have two or four digits.")
    if len(digits) + 1 == _LONG_PNC_LENGTH or (slash and len(year) == 4):
        return int(digits[:4]), int(digits[4:]), letter
    if not 1 <= len(digits[2:]) <= 7:
        raise InvalidIdentifierError(
            "The serial number of the PNC ID must have one to seven digits."
        )
    return _full_year(int(digits[:2]), reference_date), int(digits[2:]), letter


def _full_year(short_year: int, reference_date: date) -> int:
    century = reference_date.year // 100 * 100
    is_past = short_year <= reference_date.year % 100
    return century + short_year if is_past else century - 100 + short_year


def _pnc_letter(year: int, serial: int) -> str:
    return check_letter(year % 100 * 10**7 + serial)


def make_pnc_id(year: int, serial: int) -> str:
    """Return the canonical PNC ID of a four-digit year and a serial number of up to seven digits.

    Raises InvalidIdentifierError if either is out of range.
    """
    if not (1000 <= year <= 9999 and 0 <= serial < 10**7):
        raise InvalidIdentifierError(
            "The PNC ID needs a four-digit year and a serial number of at most 9999999."
        )
    return f"{year:04d}/{serial:07d}{_pnc_letter(year, serial)}"


def parse_cro_number(text: str) -> str:
    """Return a CRO number, in upper case, as compared: `NNNNNN/YYL`, or `SFYY/nL` without padding.

    Raises InvalidIdentifierError for another form, a wrong check letter or a blocked placeholder.
    """
    canonical = _canonical_cro(text)
    if canonical[-1] != text[-1]:
        raise InvalidIdentifierError(
            "The check letter of the CRO number is wrong: check the number."
        )
    if canonical in BLOCKED_CRO_NUMBERS:
        raise InvalidIdentifierError("The CRO number is a placeholder: leave it out.")
    return canonical


def _canonical_cro(text: str) -> str:
    """Return the form used in comparisons, with the correct check letter."""
    if form := _CRO_FORM.fullmatch(text):
        return _standard_cro(int(form.group(2)), int(form.group(1)))
    if form := _CRO_SF_FORM.fullmatch(text):
        year, serial = form.group(1), form.group(2)
        # The serial number of this form is never padded, in the checksum or in comparisons.
        return f"SF{year}/{serial}{check_letter(int(year + serial))}"
    raise InvalidIdentifierError("The CRO number is malformed: write NNNNNN/YYL or SFYY/NNNNNNL.")


def _standard_cro(short_year: int, serial: int) -> str:
    return f"{serial:06d}/{short_year:02d}{check_letter(short_year * 10**6 + serial)}"


def make_cro_number(year: int, serial: int) -> str:
    """Return the canonical standard CRO number for a year (only its last two digits are used) and
    a serial number.

    Raises InvalidIdentifierError if the serial number is not 0-999999 or the result is blocked.
    """
    if year < 0 or not 0 <= serial < 10**6:
        raise InvalidIdentifierError("The serial number of the CRO number must not exceed 999999.")
    return parse_cro_number(_standard_cro(year % 100, serial))


def make_sf_cro_number(year: int, serial: int) -> str:
    """Return the SF form of a CRO number. Raises InvalidIdentifierError for serials > 999999."""
    if year < 0 or not 0 <= serial < 10**6:
        raise InvalidIdentifierError("The serial number of the CRO number must not exceed 999999.")
    stem = f"{year % 100:02d}{serial}"
    return f"SF{stem[:2]}/{stem[2:]}{check_letter(int(stem))}"


def plain_asn(text: str) -> str:
    """Return an ASN in the form that is compared: upper case, no slashes, serial number of 11
    digits.

    Any other text is returned in upper case, without blanks and slashes.
    """
    given = "".join(text.split()).upper()
    head, _, serial = given.rpartition("/")
    short = _SHORT_ASN.fullmatch(given.replace("/", ""))
    if head.count("/") == 2 and serial[:-1].isdecimal():
        stem, digits, letter = head.replace("/", ""), serial[:-1], serial[-1]
    elif short is not None:
        stem, digits, letter = short.groups()
    else:
        return given.replace("/", "")
    return f"{stem}{digits.zfill(11)}{letter}"


def held_asn(text: str) -> str:
    """Return an ASN as records store it: a readable ASN in the form that is compared, other text
    as given.

    >>> held_asn("20/05FF/05/555p"), held_asn("none given")
    ('2005FF0500000000555P', 'none given')
    """
    try:
        return parse_asn(text)
    except InvalidIdentifierError:
        return text


def is_dummy_asn(text: str) -> bool:
    """Whether a text stands for "none given". Its check letter is ignored."""
    form = _ASN_SHAPE.fullmatch(plain_asn(text))
    return form is not None and _DUMMY_ASNS.match("".join(form.groups())) is not None


def parse_asn(text: str) -> str:
    """Return an ASN of 20 or 21 characters, with or without slashes and leading zeros, as
    compared.

    Dummy numbers are accepted: check `is_dummy_asn` before you use a number as a key. Raises
    InvalidIdentifierError.
    """
    asn = plain_asn(text)
    form = _ASN_FORM.fullmatch(asn)
    if form is None:
        raise InvalidIdentifierError(
            "The ASN must have 20 or 21 characters and end in its check letter."
        )
    year, force, system, sequence, letter = form.groups()
    if letter != _asn_letter(year, force=force, system=system, sequence=sequence):
        raise InvalidIdentifierError("The check letter of the ASN is wrong: check the number.")
    return asn


def _asn_letter(year: str, *, force: str, system: str, sequence: str) -> str:
    # The check letter covers neither the unit nor a force or system that contains a letter.
    office = (force if force.isdigit() else "") + (system if system.isdigit() else "")
    return check_letter(int(office + year + sequence))


def make_asn(year: int, force: ForceCode, *, unit: str, system: str, sequence: int) -> str:
    """Return the 20-character ASN with these parts. Raises InvalidIdentifierError.

    `force`, `unit` and `system` have two characters each, and `sequence` has up to 11 digits. Only
    the last two digits of the year are used.
    """
    stem = f"{year % 100:02d}{force}{unit}{system}{sequence:011d}"
    asn = stem + _asn_letter(stem[:2], force=force, system=system, sequence=stem[8:])
    if len(asn) != _ASN_LENGTH or _ASN_FORM.fullmatch(asn) is None:
        raise InvalidIdentifierError("A part of the ASN has the wrong length or characters.")
    return asn


# The numbers that an office issues begin at 1 each year and rise by one, in the order of requests.
# A person gets one of each kind and keeps it. That of an erased person is not issued again.


class NumberKind(StrEnum):
    """A kind of number for people."""

    PNC = "PNC ID"
    CRO = "CRO number"

    def text(self, year: int, serial: int) -> str:
        """Return the number with its check letter.

        Raises InvalidIdentifierError if the year has used up its serial numbers.
        """
        return (make_pnc_id if self is NumberKind.PNC else make_cro_number)(year, serial)


@dataclass(frozen=True, slots=True)
class IssuedNumber:
    """A number, its person, and the record for which it was issued."""

    number_id: str
    kind: NumberKind
    year: int
    serial: int
    person_id: PersonId
    record_id: RecordId
    issued_by: UserId
    issued_at: datetime


ASN = "ASN"
"""The kind of the numbers that are issued for events, beside those of `NumberKind`."""


@dataclass(frozen=True, slots=True)
class NumberSeries:
    """The numbers of one kind that were issued in one year, and what explains each."""

    kind: str
    """A `NumberKind`, or `ASN`."""
    year: int
    issued: int
    last: int
    """The highest serial."""
    missing: tuple[int, ...]
    """Serials below `last` that are not stored. No work of the service leaves any: each is
    unexplained."""
    of_erased: int = 0
    """Numbers of people who are erased: they stay taken and name nobody."""
    of_hidden: int = 0
    """Numbers of people who are restricted, or whose erasure waits."""
    of_merged: int = 0
    """Numbers of people merged into another person, who keeps the number that they had."""


def missing_below(serials: Iterable[int]) -> tuple[int, ...]:
    """Return the numbers from 1 to the highest that are not among `serials`."""
    found = set(serials)
    return tuple(sorted(set(range(1, max(found, default=0) + 1)) - found))
