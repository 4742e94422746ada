"""Transactions of ANSI/NIST-ITL: what is taken, what is refused, and why."""

from __future__ import annotations

import math

import nistitl
import numpy as np
import pytest

from domain.errors import UnreadablePrintError
from domain.minutiae import MinutiaKind
from domain.prints import FingerPosition, ImpressionType
from service.adapters.reading.nist_files import is_transaction, read_transaction
from service.ports.print_reading import CaptureMedium, PrintFile
from tests.print_files import (
    image_fields,
    picture,
    small,
    tagged,
    ten_fingers,
    transaction,
    type_4,
)

GREY = small(160)
SIZE = (GREY.shape[1], GREY.shape[0])


def of_type_14(**changes: object) -> PrintFile:
    return read_transaction(
        transaction([tagged(14, picture(GREY), image_fields(GREY, 2, **changes))])
    )


def reason(found: PrintFile) -> str:
    assert found.prints == ()
    (refused,) = found.refused
    return refused.reason


@pytest.mark.dear("reads pictures of ten fingers")
def test_ten_fingers_come_with_their_positions_and_the_person() -> None:
    data = ten_fingers()

    found = read_transaction(data)

    assert is_transaction(data)
    assert [int(one.position) for one in found.prints] == list(range(1, 11))
    assert {one.impression_type for one in found.prints} == {ImpressionType.ROLLED}
    assert {one.medium for one in found.prints} == {CaptureMedium.LIVE_SCAN}
    assert (found.person.surname, found.person.forename) == ("SAMPLE", "ALEX")
    assert (found.person.date_of_birth, found.person.sex) == ("1980-02-29", "F")
    assert found.transaction is not None
    assert (found.transaction.kind, found.transaction.control_number) == ("CAR", "T-1")
    assert found.refused == ()


def test_an_image_of_type_14_keeps_its_pixels() -> None:
    (found,) = of_type_14().prints

    assert np.array_equal(found.pixels, GREY)
    assert found.ppi == 500
    assert found.part == "record 3 (type 14)"


def test_pixels_a_centimetre_become_pixels_an_inch() -> None:
    data = picture(GREY, ppi=None)
    fields = image_fields(GREY, 2, _8=2, _9=197, _10=197, _16=99, _17=99)

    (found,) = read_transaction(transaction([tagged(14, data, fields)])).prints

    assert found.ppi == 500
    assert found.scanned_ppi == 251


@pytest.mark.parametrize("gca", [0, 6])
def test_type_4_is_read_raw_and_compressed(gca: int) -> None:
    data = GREY.tobytes() if gca == 0 else picture(GREY)

    (found,) = read_transaction(transaction([type_4(data, 7, SIZE, gca=gca, imp=3)])).prints

    assert np.array_equal(found.pixels, GREY)
    assert found.position is FingerPosition.LEFT_INDEX
    assert found.impression_type is ImpressionType.ROLLED
    assert found.medium is CaptureMedium.INK


def test_plain_thumbs_have_codes_of_their_own() -> None:
    (found,) = of_type_14(_13=12).prints

    assert found.position is FingerPosition.LEFT_THUMB


def test_a_mark_of_several_possible_fingers_has_an_unknown_one() -> None:
    fields = image_fields(GREY, 0, _3=4, _13=["2", "3"])

    (found,) = read_transaction(transaction([tagged(13, picture(GREY), fields)])).prints

    assert found.position is FingerPosition.UNKNOWN
    assert found.impression_type is ImpressionType.LATENT


def test_a_slap_without_rectangles_is_refused_with_the_reason() -> None:
    assert "several fingers" in reason(of_type_14(_13=13))


def test_a_slap_with_rectangles_is_cut() -> None:
    rectangles = [["2", "0", "119", "10", "129"], ["3", "30", "149", "0", "119"]]

    first, second = of_type_14(_13=13, _21=rectangles).prints

    assert (int(first.position), int(second.position)) == (2, 3)
    assert np.array_equal(first.pixels, GREY[10:130, 0:120])
    assert np.array_equal(second.pixels, GREY[0:120, 30:150])
    assert first.cut_from_slap


@pytest.mark.parametrize(
    "row",
    [
        ["2", "0", "160", "10", "129"],
        ["2", "50", "40", "10", "129"],
        ["2", "0", "10", "0", "10"],
        ["2", "0", "119"],
        ["2", "x", "119", "0", "119"],
    ],
)
def test_a_rectangle_outside_the_image_is_refused(row: list[str]) -> None:
    assert "rectangle" in reason(of_type_14(_13=14, _21=[row]))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"_3": 12}, "not that of a finger"),
        ({"_13": 0}, "which finger"),
        ({"_13": 20}, "position"),
        ({"_12": 16}, "8 bits"),
        ({"_11": "JPEGL"}, "compression"),
        ({"_8": 0}, "scale"),
        ({"_10": 250}, "square"),
        ({"_9": 1000, "_10": 1000}, "another resolution"),
        ({"_6": 159}, "another size"),
        ({"_6": 60000}, "at most"),
    ],
)
def test_a_part_that_is_not_taken_says_why(changes: dict[str, object], words: str) -> None:
    assert words in reason(of_type_14(**changes))


def test_minutiae_of_type_9_lie_on_their_image_the_other_way_up() -> None:
    minutiae = nistitl.AsciiRecord(9)
    for tag, value in {3: 0, 4: "S", 5: [["T", "A"]], 6: 2}.items():
        minutiae += nistitl.Field(9, tag, value)
    # 2.54 mm right of the left edge and above the lower edge: 50 pixels at 500 an inch.
    minutiae += nistitl.Field(
        9, 12, [["1", "02540254270", "63", "A"], ["2", "00000000000", "0", "D"]]
    )
    image = tagged(14, picture(GREY), image_fields(GREY, 2))

    (view,) = read_transaction(transaction([image, minutiae])).minutiae

    (minutia,) = view.minutiae
    assert (minutia.x_px, minutia.y_px) == pytest.approx((50, GREY.shape[0] - 1 - 50))
    assert minutia.angle_rad == pytest.approx(math.pi / 2)
    assert (minutia.kind, minutia.quality) == (MinutiaKind.RIDGE_ENDING, 100)


def test_minutiae_without_their_image_are_refused() -> None:
    minutiae = nistitl.AsciiRecord(9)
    for tag, value in {3: 0, 4: "S", 6: 3}.items():
        minutiae += nistitl.Field(9, tag, value)

    assert "no image" in reason(read_transaction(transaction([minutiae])))


@pytest.mark.dear("reads pictures of ten fingers")
def test_a_damaged_transaction_is_refused_as_a_whole() -> None:
    data = ten_fingers()

    for damaged in (data[:-1], data + b"x", data[:400], data.replace(b"1.003:", b"1.003;")):
        with pytest.raises(UnreadablePrintError, match="damaged"):
            read_transaction(damaged)


def test_names_with_control_characters_are_not_taken() -> None:
    image = tagged(14, picture(GREY), image_fields(GREY, 2))

    found = read_transaction(transaction([image], {18: "A\x07B,C"}))

    assert found.person.surname == ""
