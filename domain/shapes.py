"""The shapes of codes: countries, durations, currencies and codes from tables.

A code with another shape is refused when it enters the system.
"""

import re
from dataclasses import dataclass

from domain.errors import InvalidInputError

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
