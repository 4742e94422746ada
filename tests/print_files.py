"""Files of prints, built without the product's own writers."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from functools import cache

import nistitl
import numpy as np
import numpy.typing as npt
import wsq  # noqa: F401 - adds WSQ to Pillow
from PIL import Image

from data.synthetic.ridges.impressions import render_impression
from data.synthetic.ridges.streams import Appearance, FingerIdentity
from domain.prints.prints import FingerPosition, ImpressionType

Grey = npt.NDArray[np.uint8]

IMP = {ImpressionType.PLAIN: 0, ImpressionType.ROLLED: 1, ImpressionType.LATENT: 4}


@cache
def drawn(person: int = 0, position: int = 2, kind: str = "plain", capture: int = 0) -> Grey:
    """Return a drawn print, uint8 (h, w), 500 ppi."""
    return render_impression(
        FingerIdentity(7, person, FingerPosition(position)),
        Appearance(ImpressionType(kind), 80, capture),
    ).image


def small(side: int = 96) -> Grey:
    """Return the middle of a drawn print."""
    grey = drawn()
    top, left = (grey.shape[0] - side) // 2, (grey.shape[1] - side) // 2
    return np.ascontiguousarray(grey[top : top + side, left : left + side])


def picture(grey: Grey, name: str = "PNG", ppi: int | None = 500) -> bytes:
    """Return an image file of Pillow's format `name`."""
    written = io.BytesIO()
    resolution = {"dpi": (ppi, ppi)} if ppi and name in ("PNG", "JPEG") else {}
    Image.fromarray(grey).save(written, format=name, **resolution)
    return written.getvalue()


def type_4(
    data: bytes, position: int, size: tuple[int, int], **codes: int
) -> nistitl.BinaryRecord:
    """Return a binary record of an image; `size` is width and height."""
    record = nistitl.BinaryRecord(4)
    positions = bytes([position, 255, 255, 255, 255, 255])
    head = (codes.get("imp", 1), positions, codes.get("isr", 1), *size, codes.get("gca", 1))
    record.pack(">B6sBHHB", *head, data)
    return record


def tagged(kind: int, data: bytes, fields: dict[int, object]) -> nistitl.AsciiRecord:
    """Return a type-13 or type-14 record."""
    record = nistitl.AsciiRecord(kind)
    for tag, value in fields.items():
        record += nistitl.Field(kind, tag, value)
    record += nistitl.BinaryField(kind, 999, data)
    return record


def type_9(fields: dict[int, object], idc: int = 0) -> nistitl.AsciiRecord:
    """Return a record of minutiae; `idc`: of its image, or its own number for 0."""
    record = nistitl.AsciiRecord(9)
    for tag, value in {3: 0, **fields}.items():
        record += nistitl.Field(9, tag, value)
    if idc:
        record.IDC = idc
    return record


def image_fields(grey: Grey, position: int, **changes: object) -> dict[int, object]:
    """Return the fields of a type-14 record of a live-scan PNG at 500 ppi."""
    height, width = grey.shape
    fields: dict[int, object] = {
        3: 0,
        4: "TEST",
        5: "20260101",
        6: width,
        7: height,
        8: 1,
        9: 500,
        10: 500,
        11: "PNG",
        12: 8,
        13: position,
    }
    return {**fields, **{int(tag[1:]): value for tag, value in changes.items()}}


def transaction(
    records: Sequence[object],
    person: dict[int, str] | None = None,
    first: dict[int, object] | None = None,
) -> bytes:
    """Return a transaction of these records, with a type-2 record of the person.

    Records without an IDC are numbered; `first`: more fields of the first record.
    """
    message = nistitl.Message()
    message.TOT, message[0].DAT, message[0].TCN = "CAR", "20260102", "T-1"
    message[0].DAI, message[0].ORI = "DEST", "ORIG"
    message[0].NSR, message[0].NTR = "19.69", "19.69"
    heading = message[0]
    for tag, value in (first or {}).items():
        heading += nistitl.Field(1, tag, value)
    second = nistitl.AsciiRecord(2)
    for tag, value in (person or {}).items():
        second += nistitl.Field(2, tag, value)
    message += second
    for number, record in enumerate(records, 1):
        record.IDC = record.IDC or number  # type: ignore[attr-defined]
        message += record
    return bytes(message.NIST)


def ten_fingers(grey: Grey) -> bytes:
    """Return a transaction with ten rolled fingers of type 14, as PNG; each shows one picture."""
    rolled = IMP[ImpressionType.ROLLED]
    records = [
        tagged(14, picture(grey), image_fields(grey, position, _3=rolled))
        for position in range(1, 11)
    ]
    said = {18: "SAMPLE,ALEX", 22: "19800229", 24: "F"}
    return transaction(records, said)


def finger_images_2005(
    data: bytes, grey: Grey, *, compression: int = 5, position: int = 2
) -> bytes:
    """Return a record of ISO/IEC 19794-4:2005 with one rolled print, of the right index."""
    height, width = grey.shape
    head = (14 + len(data), position, 1, 1, 80, 1, width, height, 0)
    view = struct.pack(">IBBBBBHHB", *head) + data
    length = (32 + len(view)).to_bytes(6, "big")
    facts = (0, 31, 1, 2, 197, 197, 197, 197, 8, compression, 0)
    return struct.pack(">8s6sHHBBHHHHBBH", b"FIR\x00010\x00", length, *facts) + view


def finger_images_2011(
    data: bytes, grey: Grey, *, compression: int = 5, position: int = 2
) -> bytes:
    """Return a record of ISO/IEC 19794-4:2011 with one rolled print and two qualities."""
    height, width = grey.shape
    scales = (500, 500, 500, 500)
    head = (position, 0, 1, *scales, 8, compression, 1, width, height, len(data))
    body = struct.pack(">BBBHHHHBBBHHI", *head)
    qualities = struct.pack(">BHHBHH", 80, 0, 0, 70, 0, 0)
    tail = qualities + body + data
    start = struct.pack(">I9sBHHB", 19 + len(tail), b"\xff" * 9, 0, 0, 0, 2)
    size = 16 + len(start) + len(tail)
    return struct.pack(">8sIHBB", b"FIR\x00020\x00", size, 1, 0, 1) + start + tail


def minutiae_2005(
    minutiae: Sequence[tuple[int, int, int, int, int]], extended: bytes = b""
) -> bytes:
    """Return a record of ISO/IEC 19794-2:2005; a minutia is (type, x, y, angle, quality)."""
    body = b"".join(
        struct.pack(">HHBB", kind << 14 | x, y, angle, quality)
        for kind, x, y, angle, quality in minutiae
    )
    view = struct.pack(">BBBB", 2, 1, 66, len(minutiae)) + body
    view += struct.pack(">H", len(extended)) + extended
    head = struct.pack(
        ">8sIHHHHHBB", b"FMR\x00 20\x00", 24 + len(view), 0, 300, 400, 197, 197, 1, 0
    )
    return head + view
