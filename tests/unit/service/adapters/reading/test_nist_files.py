"""Transactions of ANSI/NIST-ITL: what is taken, what is refused, and why."""

from __future__ import annotations

import nistitl
import numpy as np
import pytest

from domain.errors import UnreadablePrintError
from domain.prints.prints import FingerPosition, ImpressionType
from service.adapters.extraction.slaps import CutFinger
from service.adapters.reading import nist_images
from service.adapters.reading.nist_files import is_transaction, read_transaction
from service.ports.print_reading import CaptureMedium, GreyImage, PrintFile
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


@pytest.mark.parametrize(
    ("code", "missing", "positions"),
    [
        (13, [], [2, 3, 4, 5]),
        (14, [], [10, 9, 8, 7]),
        (14, [["8", "XX"]], [10, 9, 7]),
        (15, [], [6, 1]),
        (46, [], [7, 2]),
        (49, [["9", "UP"]], [8, 7]),
    ],
)
def test_fingers_of_a_slap_without_rectangles_are_numbered_by_their_hand(
    monkeypatch: pytest.MonkeyPatch, code: int, missing: list[list[str]], positions: list[int]
) -> None:
    def cut(slap: GreyImage, ppi: int, count: int) -> tuple[CutFinger, ...]:
        assert ppi == 500
        return tuple(CutFinger(np.full_like(slap, at), (0, 0, 9, 9)) for at in range(count))

    monkeypatch.setattr(nist_images, "fingers_of", cut)

    found = of_type_14(_13=code, **({"_18": missing} if missing else {})).prints

    assert [int(one.position) for one in found] == positions
    assert [int(one.pixels.max()) for one in found] == [*range(len(positions))]
    assert all(one.cut_from_slap for one in found)
    assert all(any("check which finger" in words for words in one.remarks) for one in found)


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
        ["2", "0", "180", "10", "129"],
        ["2", "50", "40", "10", "129"],
        ["2", "0", "10", "0", "10"],
        ["2", "0", "119"],
        ["2", "x", "119", "0", "119"],
    ],
)
def test_a_finger_that_cannot_be_cut_is_refused_and_loses_no_other(row: list[str]) -> None:
    whole = ["3", "30", "149", "0", "119"]

    found = of_type_14(_13=14, _21=[row, whole])

    assert [int(one.position) for one in found.prints] == [3]
    (refused,) = found.refused
    assert "14.021" in refused.reason


def test_a_rectangle_slightly_outside_is_cut_at_the_edge_with_a_remark() -> None:
    (found,) = of_type_14(_13=14, _21=[["2", "30", "164", "10", "129"]]).prints

    assert np.array_equal(found.pixels, GREY[10:130, 30:160])
    assert any("cut at the edge" in remark for remark in found.remarks)


def test_a_slap_may_give_polygons_instead_of_rectangles() -> None:
    polygon = ["2", "3", "10", "10", "119", "10", "60", "129"]

    (found,) = of_type_14(_13=14, _25=[polygon]).prints

    assert np.array_equal(found.pixels, GREY[10:130, 10:120])


@pytest.mark.parametrize("code", [40, 46, 50])
def test_two_and_three_fingers_at_once_are_cut_as_a_slap(code: int) -> None:
    (found,) = of_type_14(_13=code, _21=[["2", "0", "119", "10", "129"]]).prints

    assert int(found.position) == 2
    assert "several fingers" in reason(of_type_14(_13=code))


@pytest.mark.parametrize(
    ("imp", "kind"), [(24, ImpressionType.PLAIN), (25, ImpressionType.ROLLED)]
)
def test_contactless_prints_are_taken_with_a_remark(imp: int, kind: ImpressionType) -> None:
    (found,) = of_type_14(_3=imp).prints

    assert found.impression_type is kind
    assert any("without contact" in remark for remark in found.remarks)


@pytest.mark.parametrize(("code", "is_amputated"), [("XX", True), ("UP", False)])
def test_a_missing_finger_is_kept_as_such(code: str, is_amputated: bool) -> None:
    record = nistitl.AsciiRecord(14)
    for tag, value in {3: 1, 4: "TEST", 13: 5, 18: [["5", code]]}.items():
        record += nistitl.Field(14, tag, value)
    image = tagged(14, picture(GREY), image_fields(GREY, 2))

    found = read_transaction(transaction([image, record]))

    (gone,) = found.missing
    assert (int(gone.position), gone.is_amputated) == (5, is_amputated)
    assert found.refused == ()
    assert len(found.prints) == 1


def test_250_pixels_an_inch_are_taken_in_centimetres_too() -> None:
    data = picture(GREY, ppi=None)

    (found,) = read_transaction(
        transaction([tagged(14, data, image_fields(GREY, 2, _8=2, _9=98, _10=98))])
    ).prints

    assert found.ppi == 250


def test_a_comment_in_wsq_does_not_override_the_record() -> None:
    data = picture(GREY, "WSQ").replace(b"PPI 500", b"PPI 255")
    assert b"PPI 255" in data

    (found,) = read_transaction(
        transaction([tagged(14, data, image_fields(GREY, 2, _11="WSQ20"))])
    ).prints

    assert found.ppi == 500
    assert any("comment" in remark for remark in found.remarks)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"_3": 12}, "not that of a finger"),
        ({"_13": 0}, "which finger"),
        ({"_13": 20}, "position"),
        ({"_12": 16}, "8 bits"),
        ({"_11": "JPEGL"}, "compression"),
        ({"_8": 0}, "resolution"),
        ({"_10": 250}, "square"),
        ({"_9": 1000, "_10": 1000}, "differs from the stated resolution"),
        ({"_6": 159}, "not the size in its record"),
        ({"_6": 60000}, "at most"),
    ],
)
def test_a_part_that_is_not_taken_says_why(changes: dict[str, object], words: str) -> None:
    assert words in reason(of_type_14(**changes))


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


@pytest.mark.parametrize("stated", [None, [["003", "UTF-8"]], [["000", "ASCII"]]])
def test_names_in_utf_8_are_read_as_such(stated: object) -> None:
    name = "ЩЮДЯ,ЖЯД"
    data = _with_charset({18: name.encode().decode("latin-1")}, stated)

    found = read_transaction(data)

    assert (found.person.surname, found.person.forename) == ("ЩЮДЯ", "ЖЯД")
    assert found.refused == ()


@pytest.mark.parametrize("stated", [None, [["001", "8-bit"]]])
def test_names_in_latin_1_are_read_as_such(stated: object) -> None:
    found = read_transaction(_with_charset({18: "MÜLLER,ZOË"}, stated))

    assert (found.person.surname, found.person.forename) == ("MÜLLER", "ZOË")


def test_a_name_outside_the_stated_character_set_is_not_taken_and_said() -> None:
    found = read_transaction(_with_charset({18: "MÜLLER,ZOË"}, [["003", "UTF-8"]]))

    assert found.person.surname == ""
    assert "1.015" in found.refused[0].reason
    assert len(found.prints) == 1


def test_a_character_set_that_is_not_read_is_named() -> None:
    with pytest.raises(UnreadablePrintError, match=r"1\.015"):
        read_transaction(_with_charset({18: "A,B"}, [["002", "UTF-16"]]))


def _with_charset(person: dict[int, str], stated: object) -> bytes:
    image = tagged(14, picture(GREY), image_fields(GREY, 2))
    first = {} if stated is None else {15: stated}
    return transaction([image], person, first)
