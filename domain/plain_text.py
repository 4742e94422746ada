"""The rules for texts and codes at every point of entry. No text has invisible characters, or any
that change its direction; a country, duration, currency or code from a table has its shape.

A name with such a character reads as another name, or is not found although it looks the same.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.errors import InvalidInputError

_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
"""C0 and C1 controls without tab and line ends, which single-line fields refuse too."""
_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Bidirectional controls (Unicode Standard Annex 9)."""
_WITHOUT_WIDTH = (
    "\u180e\u200b-\u200d\u2028\u2029\u2060-\u2065\u206a-\u206f\ufeff\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
"""Zero-width characters, separators that no keyboard has, controls of shorthand and music, and
tags."""
_BLANK = "\xad\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
"""The soft hyphen, an invisible joiner, and letters of Hangul and Khmer that are blank."""
_NO_CHARACTERS = "\ufdd0-\ufdef" + "".join(
    chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)
)
"""Code points that are no characters. XML cannot hold U+FFFE and U+FFFF, so a message about
somebody with such a name could not be sent."""

# Variation selectors are text: with them Japanese and Mongolian names are written as they are.
UNSEEN = f"{_CONTROLS}{_TURNING}{_WITHOUT_WIDTH}{_BLANK}{_NO_CHARACTERS}"
"""The refused characters, as the inside of a character class of a regular expression."""

SAID = "The text has a character that is invisible or reverses its direction: remove it."
"""The message about such a text."""

_UNSEEN = re.compile(f"[{UNSEEN}]")
_FIND = _UNSEEN.search
_FIND_TURNING = re.compile(f"[{_TURNING}]").search


def holds_unseen(text: str) -> bool:
    """Whether a text contains a refused character."""
    return _FIND(text) is not None


def without_unseen(text: str) -> str:
    """Return a text of a source that cannot be asked to correct it, without such characters."""
    return _UNSEEN.sub("", text)


def folded(text: str) -> str:
    """Return a text as it is compared, whatever its letter case and the form of its accents.

    An accented letter is one character on some keyboards and systems (NFC), and two on others.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def has_directions(text: str) -> bool:
    """Whether a text contains characters that change its direction."""
    return _FIND_TURNING(text) is not None


def require_words(words: str, pointer: str, wanted: str = "Give a reason.") -> None:
    """Raise InvalidInputError at `pointer`, saying what is wanted, if the words are empty."""
    if not words.strip():
        raise InvalidInputError(wanted, pointer=pointer)


def pointer_to_unseen(value: object, pointer: str = "") -> str | None:
    """Return the JSON Pointer of the first text in a JSON value that contains such a character.

    If a member's name contains such a character, the pointer is that of the object that holds the
    member.
    """
    if isinstance(value, str):
        return pointer if holds_unseen(value) else None
    items: list[tuple[str, object]] = []
    if isinstance(value, Mapping):
        if any(holds_unseen(name) for name in value):
            return pointer
        items = [(name.replace("~", "~0").replace("/", "~1"), one) for name, one in value.items()]
    elif isinstance(value, Sequence):
        items = [(str(number), one) for number, one in enumerate(value)]
    found = (pointer_to_unseen(one, f"{pointer}/{name}") for name, one in items)
    return next((one for one in found if one is not None), None)


_CODE = re.compile(r"[A-Z0-9][A-Z0-9.-]{0,15}").fullmatch
_TABLE = re.compile(r"[a-z0-9][a-z0-9-]{0,40}/[0-9]{1,4}").fullmatch
_COUNTRY = re.compile(r"[A-Z]{3}").fullmatch
_DURATION = re.compile(
    r"P(?=\d)(?:\d{1,3}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,5}D)?", re.ASCII
).fullmatch


@dataclass(frozen=True, slots=True)
class TableCode:
    """A code from a versioned table, such as 0401 of `eu-offences/1`. Raises InvalidInputError."""

    table: str
    """The table of codes and its version."""
    code: str
    """The code in the table."""

    def __post_init__(self) -> None:
        if _TABLE(self.table) is None:
            raise InvalidInputError(
                "The name of the code table is malformed: write its name and version, as in "
                "eu-offences/1."
            )
        if _CODE(self.code) is None:
            raise InvalidInputError(
                "A code from a code table is malformed: write up to 16 capital letters, "
                "digits, full stops and hyphens."
            )


def check_country(code: str) -> None:
    """Raise InvalidInputError unless the code has the shape of ISO 3166-1 alpha-3."""
    if _COUNTRY(code) is None:
        raise InvalidInputError("Write a country as three capital letters (ISO 3166-1 alpha-3).")


def check_duration(text: str) -> None:
    """Raise InvalidInputError unless the text is empty or an ISO 8601 duration of whole days."""
    if text and _DURATION(text) is None:
        raise InvalidInputError(
            "The duration is not valid: write years, months, weeks and days as in P1Y6M."
        )


_IN_USE = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN
BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW
KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD
NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD
SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES
VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
"""

_FORMER = """
ATS BEF CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MTL NLG PTE ROL SIT SKK TRL
"""
"""Former currencies of European States and Turkey, from before the euro or a redenomination."""

CURRENCIES = frozenset((_IN_USE + _FORMER).split())
"""Every currency code that an amount may have."""
