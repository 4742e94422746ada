"""Writes ANSI/NIST-ITL transactions in the traditional encoding: types 1, 2, 9, 13 and 14.

This code uses no library, so that answers need no extra. The tests read the result with another
library.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.prints.minutiae import Minutia, MinutiaKind, Place
from domain.prints.prints import ImpressionType
from service.ports.print_images import CapturedImage, picture_facts
from service.ports.print_reading import CaptureMedium

_FIELDS, _RECORD = b"\x1d", b"\x1c"
_UNITS = "\x1f"
_SUBFIELDS = "\x1e"
_VERSION = "0501"
"""ANSI/NIST-ITL 1-2011, update 2013."""
_DATA = 999
_HUNDREDTHS_AN_INCH = 2540
_EFS_KINDS = {
    MinutiaKind.RIDGE_ENDING: "E",
    MinutiaKind.BIFURCATION: "B",
    MinutiaKind.OTHER: "X",
}
_ALLOWED = re.compile(r"[^\x20-\x7e\xa0-\xff]")

_IMP = {
    (ImpressionType.PLAIN, False): 0,
    (ImpressionType.ROLLED, False): 1,
    (ImpressionType.PLAIN, True): 2,
    (ImpressionType.ROLLED, True): 3,
    (ImpressionType.LATENT, False): 4,
    (ImpressionType.LATENT, True): 4,
}
"""Code of the impression type, by type and by whether the print was taken from paper."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The first record (type 1) of a transaction."""

    kind: str
    """Type of transaction (TOT), at most 16 letters."""
    day: date
    to_agency: str
    """Destination agency (DAI)."""
    from_agency: str
    """Originating agency (ORI)."""
    control_number: str
    """Control number (TCN) of this transaction."""
    answers: str = ""
    """Control number (TCR) of the transaction that this one answers. Empty if there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class SentImage:
    """A picture in a transaction."""

    image: CapturedImage
    impression_type: ImpressionType
    captured_on: date


def transaction(
    heading: Heading, person: Sequence[tuple[int, str]], images: Sequence[SentImage] = ()
) -> bytes:
    """Return a transaction. `person` has the fields of type 2 from 2.003 on, by number.

    Features that people marked follow their picture as a type-9 record with the same IDC, in the
    extended feature set.
    """
    others = [_text_record(2, [(2, "00"), *person])]
    kinds = ["2"]
    numbers = [0]
    for number, one in enumerate(images, 1):
        others.append(_image_record(number, one))
        marked = _features_record(number, one)
        others += [marked] if marked else []
        kind = str(_kind_of(one))
        kinds += [kind, "9"] if marked else [kind]
        numbers += [number, number] if marked else [number]
    listed = [f"1{_UNITS}{len(others)}"]
    listed += [f"{kind}{_UNITS}{idc:02}" for kind, idc in zip(kinds, numbers, strict=True)]
    first = [
        (2, _VERSION),
        (3, _SUBFIELDS.join(listed)),
        (4, heading.kind),
        (5, f"{heading.day:%Y%m%d}"),
        (7, heading.to_agency),
        (8, heading.from_agency),
        (9, heading.control_number),
        *([(10, heading.answers)] if heading.answers else []),
        (11, "00.00"),
        (12, "00.00"),
    ]
    return _text_record(1, first) + b"".join(others)


def _text_record(kind: int, fields: Sequence[tuple[int, str]]) -> bytes:
    body = _FIELDS.join(_field(kind, tag, value) for tag, value in fields)
    return _with_length(kind, body + _RECORD)


def _image_record(number: int, sent: SentImage) -> bytes:
    facts = picture_facts(sent.image.png)
    is_ink = facts.medium is CaptureMedium.INK
    fields = [
        (2, f"{number:02}"),
        (3, str(_IMP[sent.impression_type, is_ink])),
        (4, "IDENTLINK"),
        (5, f"{sent.captured_on:%Y%m%d}"),
        (6, str(facts.width_px)),
        (7, str(facts.height_px)),
        (8, "1"),
        (9, str(facts.ppi)),
        (10, str(facts.ppi)),
        (11, "PNG"),
        (12, "8"),
        (13, str(int(sent.image.position))),
        (16, str(facts.scanned_ppi)),
        (17, str(facts.scanned_ppi)),
    ]
    kind = _kind_of(sent)
    text = _FIELDS.join(_field(kind, tag, value) for tag, value in fields)
    data = f"{kind}.{_DATA:03}:".encode() + sent.image.png
    return _with_length(kind, text + _FIELDS + data + _RECORD)


def _kind_of(sent: SentImage) -> int:
    """Return the type of the record of a picture: marks have one of their own."""
    return 13 if sent.impression_type is ImpressionType.LATENT else 14


def _features_record(number: int, sent: SentImage) -> bytes | None:
    """Return the type-9 record of a picture, or None for a picture without marked features."""
    facts = picture_facts(sent.image.png)
    if facts.marked is None:
        return None
    marked, scale = facts.marked, _HUNDREDTHS_AN_INCH / facts.ppi
    is_ink = facts.medium is CaptureMedium.INK
    region = [
        *(str(math.ceil(side * scale)) for side in (facts.width_px, facts.height_px)),
        *("0", "0"),
        "-".join(",".join(_units(one, scale)) for one in marked.region),
    ]
    fields = [
        (2, f"{number:02}"),
        (3, str(_IMP[sent.impression_type, is_ink])),
        (4, "U"),
        (300, _UNITS.join(item for item in region if item)),
        (301, "" if marked.turned_degrees is None else str(marked.turned_degrees)),
        (302, str(int(sent.image.position))),
        (320, _SUBFIELDS.join(_UNITS.join(_units(one, scale)) for one in marked.cores)),
        (321, _SUBFIELDS.join(_UNITS.join(_units(one, scale)) for one in marked.deltas)),
        (331, _SUBFIELDS.join(_minutia_items(one, scale) for one in marked.minutiae)),
    ]
    return _text_record(9, [(tag, value) for tag, value in fields if value])


def _units(place: Place, scale: float) -> tuple[str, str]:
    return str(round(place[0] * scale)), str(round(place[1] * scale))


def _minutia_items(minutia: Minutia, scale: float) -> str:
    degrees = round(math.degrees(minutia.angle_rad)) % 360
    place = _units((minutia.x_px, minutia.y_px), scale)
    return _UNITS.join((*place, str(degrees), _EFS_KINDS[minutia.kind]))


def _field(kind: int, tag: int, value: str) -> bytes:
    """Return a field. A character outside Latin-1 becomes a question mark."""
    parts = re.split(f"([{_UNITS}{_SUBFIELDS}])", value)
    clean = "".join(
        part if part in (_UNITS, _SUBFIELDS) else _ALLOWED.sub("?", part) for part in parts
    )
    return f"{kind}.{tag:03}:{clean}".encode("latin-1")


def _with_length(kind: int, rest: bytes) -> bytes:
    """Return a record that begins with its length. The length includes its own digits."""
    size = 0
    while True:
        head = f"{kind}.001:{size}".encode() + _FIELDS
        if len(head) + len(rest) == size:
            return head + rest
        size = len(head) + len(rest)
