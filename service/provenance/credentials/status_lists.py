"""Lists of certificates that no longer hold, one bit each (W3C Bitstring Status List v1.0).

A list has 131,072 places whether they are used or not, and a place is drawn at random: fetching
the list does not tell which certificate it is about.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from collections.abc import Iterable
from enum import StrEnum

from domain.errors import InvalidCertificateError

PLACES = 131_072
"""The least that the specification allows (section 6.1): 16 KiB."""
_MULTIBASE = "u"


class StatusPurpose(StrEnum):
    """The meaning of a set bit."""

    REVOCATION = "revocation"
    """The office took the certificate back, for ever."""
    SUSPENSION = "suspension"
    """Superseded: its ground has changed. It ends where the change is undone."""


def encoded_list(places: Iterable[int]) -> str:
    """Return the list in which these places are set; the first place is the highest bit."""
    bits = bytearray(PLACES // 8)
    for place in places:
        bits[place >> 3] |= 0x80 >> (place & 7)
    packed = gzip.compress(bytes(bits), mtime=0)
    return _MULTIBASE + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def is_set(encoded: str, place: int) -> bool:
    """Return whether a place of a list is set; raises InvalidCertificateError for no list."""
    text = encoded[1:]
    if not encoded.startswith(_MULTIBASE) or not 0 <= place < PLACES:
        raise InvalidCertificateError(
            "This is not a status list, or not an entry of a status list."
        )
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        inflate = zlib.decompressobj(wbits=31)
        bits = inflate.decompress(packed, PLACES)
    except (ValueError, binascii.Error, zlib.error) as error:
        raise InvalidCertificateError("This is not a status list.") from error
    if len(bits) < PLACES // 8 or not inflate.eof:
        raise InvalidCertificateError("The status list is too short, or cut off.")
    return bool(bits[place >> 3] & 0x80 >> (place & 7))
