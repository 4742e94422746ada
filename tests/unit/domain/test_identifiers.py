"""The published vectors of PNC IDs, CRO numbers and ASNs, and round trips."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidIdentifierError
from domain.ids import ForceCode, short_name
from domain.people.identifiers import (
    CHECK_LETTERS,
    check_letter,
    held_asn,
    is_dummy_asn,
    make_asn,
    make_cro_number,
    make_pnc_id,
    make_sf_cro_number,
    parse_asn,
    parse_cro_number,
    parse_pnc_id,
    plain_asn,
)

REFERENCE_DATE = date(2025, 6, 1)

VALID_PNC_IDS = [
    ("81/34U", "1981/0000034U"),
    ("02/73319Z", "2002/0073319Z"),
    ("00/223R", "2000/0000223R"),
    ("79/163001B", "1979/0163001B"),
    ("0273319Z", "2002/0073319Z"),
    ("79163001B", "1979/0163001B"),
    ("033Y", "2003/0000003Y"),
    ("67/9893091D", "1967/9893091D"),
    ("20020073319Z", "2002/0073319Z"),
    ("19790163001B", "1979/0163001B"),
    ("1901/0000005V", "1901/0000005V"),
    ("2001/0000005V", "2001/0000005V"),
    ("2001/0000001Q", "2001/0000001Q"),
    ("1999/0000001G", "1999/0000001G"),
    ("2024/0123456F", "2024/0123456F"),
    ("2000/0000000Z", "2000/0000000Z"),
    ("2026/9999999J", "2026/9999999J"),
    ("1981/34U", "1981/0000034U"),
]

WRONG_PNC_IDS = [
    "20030011985Z",
    "20120052494O",
    "20230583843N",
    "2001/0171310S",
    "1X23/1234567A",
    "1923[1234567A",
    "1923/1Z34567A",
    "1923/1234567AA",
    "01",
    "012",
    "0123",
    "01234567890123",
    "",
    "2002/0073319z",
    " 2002/0073319Z",
    "2002/0073319Z\n",
    "198/34U",
    "2002073319Z",
    "02/7331900000Z",
    "٢٠٠٢/0073319Z",
]


@pytest.mark.parametrize(("given_text", "canonical"), VALID_PNC_IDS)
def test_valid_pnc_id_is_read_in_canonical_form(given_text: str, canonical: str) -> None:
    assert parse_pnc_id(given_text, reference_date=REFERENCE_DATE) == canonical


@pytest.mark.parametrize("text", WRONG_PNC_IDS)
def test_wrong_pnc_id_is_refused_without_echo(text: str) -> None:
    with pytest.raises(InvalidIdentifierError) as refusal:
        parse_pnc_id(text, reference_date=REFERENCE_DATE)

    assert not text or text not in refusal.value.detail


def test_century_of_a_short_pnc_id_depends_on_the_reference_date() -> None:
    early = parse_pnc_id("02/73319Z", reference_date=date(2001, 12, 31))
    late = parse_pnc_id("02/73319Z", reference_date=date(2002, 1, 1))

    assert early == "1902/0073319Z"
    assert late == "2002/0073319Z"


@given(year=st.integers(1926, 2025), serial=st.integers(0, 9_999_999))
def test_made_pnc_id_reads_back_in_long_and_short_form(year: int, serial: int) -> None:
    canonical = make_pnc_id(year, serial)
    short = f"{year % 100:02d}/{serial}{canonical[-1]}"

    assert parse_pnc_id(canonical, reference_date=REFERENCE_DATE) == canonical
    assert parse_pnc_id(short, reference_date=REFERENCE_DATE) == canonical


@given(
    year=st.integers(1926, 2025),
    serial=st.integers(0, 9_999_999),
    letter=st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
)
def test_any_other_letter_is_refused(year: int, serial: int, letter: str) -> None:
    canonical = make_pnc_id(year, serial)

    if letter != canonical[-1]:
        with pytest.raises(InvalidIdentifierError):
            parse_pnc_id(canonical[:-1] + letter, reference_date=REFERENCE_DATE)


@pytest.mark.parametrize(("year", "serial"), [(999, 1), (10_000, 1), (2001, -1), (2001, 10**7)])
def test_pnc_id_is_not_made_from_parts_out_of_range(year: int, serial: int) -> None:
    with pytest.raises(InvalidIdentifierError):
        make_pnc_id(year, serial)


@pytest.mark.parametrize(
    ("given_text", "canonical"),
    [
        ("65656/91H", "065656/91H"),
        ("SF05/482703J", "SF05/482703J"),
        ("SF83/50058Z", "SF83/50058Z"),
        ("85227/65L", "085227/65L"),
    ],
)
def test_valid_cro_number_is_read_in_canonical_form(given_text: str, canonical: str) -> None:
    assert parse_cro_number(given_text) == canonical


@pytest.mark.parametrize(
    "text",
    ["85227/65G", "999999/99Z", "000000/00Z", "0/00Z", "SF83/50058A", "sf83/50058Z", "", "1/1A"],
)
def test_wrong_or_blocked_cro_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidIdentifierError):
        parse_cro_number(text)


@given(year=st.integers(1950, 2025), serial=st.integers(1, 999_999))
def test_made_cro_numbers_read_back(year: int, serial: int) -> None:
    standard = make_cro_number(year, serial)
    special = make_sf_cro_number(year, serial)

    assert parse_cro_number(standard) == standard
    assert parse_cro_number(special) == special


def test_blocked_or_impossible_cro_number_is_not_made() -> None:
    for year, serial in [(2000, 0), (2001, 10**6), (-1, 5)]:
        with pytest.raises(InvalidIdentifierError):
            make_cro_number(year, serial)
    with pytest.raises(InvalidIdentifierError):
        make_sf_cro_number(2001, 10**6)


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("2005FF0500000000555P", "2005FF0500000000555P"),
        ("9700000000000123456K", "9700000000000123456K"),
        ("22FD112200001234560X", "22FD112200001234560X"),
        ("2202XC0200000000021R", "2202XC0200000000021R"),
        ("20A05FF0500000000555P", "20A05FF0500000000555P"),
        ("20/05FF/05/555P", "2005FF0500000000555P"),
        ("20/A05FF/05/555P", "20A05FF0500000000555P"),
        (" 20/05ff/05/00000000555p ", "2005FF0500000000555P"),
        ("2005FF05555P", "2005FF0500000000555P"),
    ],
)
def test_valid_asn_is_read_in_the_compared_form(text: str, compared: str) -> None:
    assert parse_asn(text) == held_asn(text) == compared


@pytest.mark.parametrize(
    "text",
    ["2202XC0200000000021D", "2005FF050000000055P", "20/05FF/05/555Q", "", "2005FF0500000000555I"],
)
def test_wrong_asn_is_refused(text: str) -> None:
    with pytest.raises(InvalidIdentifierError):
        parse_asn(text)


def test_unit_takes_no_part_in_the_asn_letter() -> None:
    assert parse_asn("2005FF0500000000555P")[-1] == parse_asn("2005ZZ0500000000555P")[-1]


@pytest.mark.parametrize(
    ("year", "office", "is_dummy"),
    [
        *((2008, office, True) for office in ("00NP01", "00PP01")),
        *((2024, office, False) for office in ("00NP01", "00PP01")),
        *((2024, office, True) for office in ("12LN00", "00NP00", "630042", "06SS01", "00XX09")),
        *(
            (2024, f"50{unit}00", True)
            for unit in ("11", "12", "21", "41", "42", "43", "OF", "SJ")
        ),
        *((2024, office, True) for office in ("13NRPR", "89NRPR")),
        *((2024, office, False) for office in ("12LN01", "63AA00", "06AA01", "5013AA", "89BU00")),
    ],
)
def test_dummy_asn_is_read_but_never_a_key(year: int, office: str, is_dummy: bool) -> None:
    force, unit, system = office[:2], office[2:4], office[4:]
    text = make_asn(year, ForceCode(force), unit=unit, system=system, sequence=7)
    wrong_letter = text[:-1] + ("Z" if text[-1] != "Z" else "Y")

    assert parse_asn(text) == text
    assert is_dummy_asn(text) is is_dummy
    assert is_dummy_asn(text.lower()) is is_dummy
    assert is_dummy_asn(wrong_letter) is is_dummy


@given(st.text())
def test_text_of_another_shape_is_held_as_given_and_no_dummy(text: str) -> None:
    try:
        parse_asn(text)
    except InvalidIdentifierError:
        assert held_asn(text) == text
    assert plain_asn(plain_asn(text)) == plain_asn(text)


@given(year=st.integers(1980, 2030), sequence=st.integers(0, 10**11 - 1))
def test_made_asn_reads_back_in_its_parts(year: int, sequence: int) -> None:
    text = make_asn(year, ForceCode("05"), unit="AB", system="01", sequence=sequence)

    assert parse_asn(text) == f"{year % 100:02d}05AB01{sequence:011d}{text[-1]}"
    assert not is_dummy_asn(text)


def test_asn_is_not_made_from_parts_of_the_wrong_length() -> None:
    with pytest.raises(InvalidIdentifierError):
        make_asn(2024, ForceCode("05"), unit="ABC", system="01", sequence=10**12)


def test_check_letters_are_23_without_look_alikes() -> None:
    assert len(set(CHECK_LETTERS)) == 23
    assert not set("IOS") & set(CHECK_LETTERS)
    assert check_letter(23) == check_letter(0) == "Z"


@pytest.mark.parametrize(
    ("opaque_id", "name"),
    [
        ("0" * 32, "0000-0000"),
        ("f" * 32, "ZZZZ-ZZZZ"),
        ("00443214c74254b635cf84653a56d7c6", "0123-4567"),
        ("0000000001" + "f" * 22, "0000-0001"),
    ],
)
def test_a_short_name_is_forty_bits_of_an_id_in_base_32(opaque_id: str, name: str) -> None:
    assert short_name(opaque_id) == name
