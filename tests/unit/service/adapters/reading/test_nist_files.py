"""Transactions of ANSI/NIST-ITL: what is taken, what is refused, and why."""

from __future__ import annotations

import nistitl
import numpy as np
import pytest

from domain.errors import UnreadablePrintError
from domain.prints.prints import FingerPosition, ImpressionType
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


def test_ten_fingers_come_with_their_positions_and_the_person() -> None:
    data = ten_fingers(GREY)

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
        ({"_6": 159}, "differs from the size stated in its record"),
        ({"_6": 60000}, "at most"),
    ],
)
def test_a_part_that_is_not_taken_says_why(changes: dict[str, object], words: str) -> None:
    assert words in reason(of_type_14(**changes))


def test_a_damaged_transaction_is_refused_as_a_whole() -> None:
    data = ten_fingers(GREY)

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


@pytest.mark.parametrize("unseen", ["\u200b", "\u202e", "\u3164", "\xad", "\x85"])
def test_a_name_with_what_cannot_be_seen_is_not_taken_and_said(unseen: str) -> None:
    name = f"MÜL{unseen}LER,ZOË".encode().decode("latin-1")

    found = read_transaction(_with_charset({18: name}, [["003", "UTF-8"]]))

    assert (found.person.surname, found.person.forename) == ("", "")
    assert "invisible" in found.refused[0].reason
    assert len(found.prints) == 1


def test_a_character_set_that_is_not_read_is_named() -> None:
    with pytest.raises(UnreadablePrintError, match=r"1\.015"):
        read_transaction(_with_charset({18: "A,B"}, [["002", "UTF-16"]]))


def _with_charset(person: dict[int, str], stated: object) -> bytes:
    image = tagged(14, picture(GREY), image_fields(GREY, 2))
    first = {} if stated is None else {15: stated}
    return transaction([image], person, first)
