"""Minutiae records as encoders of others write them."""

from __future__ import annotations

import math
import struct

import pytest

from domain.errors import InvalidMinutiaeError
from domain.prints.minutiae import Minutia, MinutiaKind
from domain.prints.prints import FingerPosition, ImpressionType
from prints.minutiae.iso19794_2 import MinutiaeView, encode_record
from prints.minutiae.received import is_minutiae_record, read_minutiae_record
from tests.print_files import minutiae_2005

CORE = struct.pack(">HH", 2, 10) + bytes(6)
"""An area of extended data with a core."""


def record_2011(
    *, minutia: bytes = b"\x40\x0a\x00\x14\x40\x4d", layout: int = 0x61, **parts: bytes
) -> bytes:
    """Return a record of the edition of 2011 with one minutia."""
    qualities = parts.get("qualities", b"\x47\x00\x00\x00\x00")
    extended = parts.get("extended", b"")
    certificate = parts.get("certificate", b"")
    body = struct.pack(">BBHHBHHBB", 2, 0, 197, 197, 1, 512, 512, layout, 1) + minutia
    body += struct.pack(">H", len(extended)) + extended
    tail = qualities + certificate + body
    start = struct.pack(">I9sBHHB", 19 + len(tail), b"\xff" * 9, 0, 0, 0, len(qualities) // 5)
    whole = start + tail
    head = struct.pack(">8sIHB", b"FMR\x00030\x00", 15 + len(whole), 1, 1 if certificate else 0)
    return head + whole


def test_our_own_records_are_read_the_same() -> None:
    minutia = Minutia(10.0, 20.0, math.pi / 2, MinutiaKind.RIDGE_ENDING, 77)
    view = MinutiaeView(
        FingerPosition.RIGHT_INDEX, ImpressionType.ROLLED, 71, 512, 512, (minutia,)
    )

    assert read_minutiae_record(encode_record((view,))) == (view,)
    assert read_minutiae_record(record_2011()) == (view,)


def test_the_edition_of_2005_is_read() -> None:
    record = minutiae_2005([(1, 10, 20, 64, 50), (2, 30, 40, 0, 0), (0, 50, 60, 128, 0)])

    (view,) = read_minutiae_record(record)

    assert is_minutiae_record(record)
    assert (view.position, view.impression_type) == (
        FingerPosition.RIGHT_INDEX,
        ImpressionType.ROLLED,
    )
    assert (view.quality, view.width_px, view.height_px) == (66, 300, 400)
    kinds = [minutia.kind for minutia in view.minutiae]
    assert kinds == [MinutiaKind.RIDGE_ENDING, MinutiaKind.BIFURCATION, MinutiaKind.OTHER]
    assert view.minutiae[0].angle_rad == pytest.approx(math.pi / 2)


def test_extended_data_with_a_core_are_passed_over() -> None:
    (old,) = read_minutiae_record(minutiae_2005([(1, 10, 20, 64, 50)], extended=CORE))
    (new,) = read_minutiae_record(record_2011(extended=CORE))

    assert len(old.minutiae) == len(new.minutiae) == 1


@pytest.mark.parametrize(
    ("qualities", "expected"),
    [(b"", None), (b"\x47\0\0\0\0\x20\0\0\0\0", 0x47), (b"\xff\0\0\0\0", None)],
)
def test_none_and_several_quality_values_are_read(qualities: bytes, expected: int | None) -> None:
    (view,) = read_minutiae_record(record_2011(qualities=qualities))

    assert view.quality == expected


def test_endings_in_the_valley_and_minutiae_of_five_bytes_are_read() -> None:
    (view,) = read_minutiae_record(record_2011(minutia=b"\x40\x0a\x00\x14\x40", layout=0x50))

    assert view.minutiae[0].quality == 0


def test_certificates_are_passed_over() -> None:
    (view,) = read_minutiae_record(record_2011(certificate=b"\x01\x00\x01\x01"))

    assert len(view.minutiae) == 1


def test_ansi_378_is_refused_by_name() -> None:
    record = b"FMR\x00 20\x00" + struct.pack(">H", 40) + bytes(30)

    with pytest.raises(InvalidMinutiaeError, match="378"):
        read_minutiae_record(record)


def test_a_record_cut_anywhere_is_refused() -> None:
    for record in (minutiae_2005([(1, 10, 20, 64, 50)], extended=CORE), record_2011()):
        for length in range(len(record)):
            with pytest.raises(InvalidMinutiaeError):
                read_minutiae_record(record[:length])
        with pytest.raises(InvalidMinutiaeError):
            read_minutiae_record(record + b"\x00")


def test_an_area_longer_than_the_extended_data_is_refused() -> None:
    with pytest.raises(InvalidMinutiaeError, match="lengths"):
        read_minutiae_record(record_2011(extended=struct.pack(">HH", 2, 200) + bytes(6)))
