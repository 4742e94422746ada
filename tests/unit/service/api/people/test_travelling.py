"""Minutiae as sent: one record of one view, of its own impression."""

from __future__ import annotations

import base64

import pytest

from domain.errors import InvalidMinutiaeError
from domain.prints.minutiae import Minutia, MinutiaKind
from domain.prints.prints import FingerPosition, ImpressionType
from prints.minutiae.iso19794_2 import MAX_MINUTIAE, MinutiaeView, encode_record
from prints.minutiae.received import SentRecord, read_sent_records
from service.api.people.travelling import decode_record
from tests.integration.api.minutiae import a_view, travelling

INDEX = FingerPosition.RIGHT_INDEX


def sent(data: str, impression_type: ImpressionType = ImpressionType.ROLLED) -> SentRecord:
    return SentRecord(decode_record(data), INDEX, impression_type)


def test_the_minutiae_of_records_are_read() -> None:
    view = a_view(INDEX)

    assert read_sent_records([None, sent(travelling(view))]) == [None, view]


def test_the_largest_record_fits_the_bound_of_the_schema() -> None:
    minutiae = (Minutia(1.0, 1.0, 0.0, MinutiaKind.BIFURCATION, 1),) * MAX_MINUTIAE
    view = MinutiaeView(INDEX, ImpressionType.ROLLED, 1, 60, 80, minutiae)

    assert len(travelling(view)) == 2_112


@pytest.mark.parametrize(
    "data",
    [
        "",
        "!!!",
        "AAA",
        travelling(a_view(INDEX))[:-4],
        travelling(a_view(FingerPosition.LEFT_LITTLE)),
        travelling(a_view(FingerPosition.UNKNOWN)),
        base64.b64encode(encode_record((a_view(INDEX),) * 2)).decode(),
    ],
    ids=["nothing", "not base64", "no padding", "cut short", "another finger", "no finger",
         "two views"],
)  # fmt: skip
def test_anything_else_is_refused(data: str) -> None:
    with pytest.raises(InvalidMinutiaeError):
        read_sent_records([sent(data)])


def test_a_record_of_another_type_of_impression_is_refused() -> None:
    with pytest.raises(InvalidMinutiaeError) as refused:
        read_sent_records([None, sent(travelling(a_view(INDEX)), ImpressionType.PLAIN)])
    assert refused.value.pointer == "/1"
