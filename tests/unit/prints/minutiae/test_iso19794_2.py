from __future__ import annotations

import math
import struct
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InvalidMinutiaeError
from domain.prints.minutiae import Minutia, MinutiaKind
from domain.prints.prints import FingerPosition, ImpressionType
from prints.minutiae.iso19794_2 import (
    MinutiaeView,
    columns_of,
    encode_record,
    pixels_a_cm,
)
from prints.minutiae.received import read_minutiae_record

SIDE_PX = 512
HEADER_BYTES = 15
POSITION_AT = HEADER_BYTES + 24
NUMBER_AT = POSITION_AT + 1
VERTICAL_RESOLUTION_AT = POSITION_AT + 4
TYPE_AT = POSITION_AT + 6
WIDTH_AT = POSITION_AT + 7
LAYOUT_AT = POSITION_AT + 11
COUNT_AT = POSITION_AT + 12
MINUTIA_AT = POSITION_AT + 13


def a_minutia(**changes: object) -> Minutia:
    minutia = Minutia(10.0, 20.0, math.pi / 2, MinutiaKind.RIDGE_ENDING, 77)
    return replace(minutia, **changes)  # type: ignore[arg-type]  # tests name real fields


def a_view(**changes: object) -> MinutiaeView:
    view = MinutiaeView(
        position=FingerPosition.RIGHT_INDEX,
        impression_type=ImpressionType.ROLLED,
        quality=71,
        width_px=SIDE_PX,
        height_px=SIDE_PX,
        minutiae=(a_minutia(), a_minutia(x_px=300.0, kind=MinutiaKind.BIFURCATION)),
    )
    return replace(view, **changes)  # type: ignore[arg-type]  # tests name real fields


minutiae = st.builds(
    Minutia,
    x_px=st.floats(0.0, SIDE_PX - 1.0),
    y_px=st.floats(0.0, SIDE_PX - 1.0),
    angle_rad=st.floats(0.0, math.tau, exclude_max=True),
    kind=st.sampled_from(MinutiaKind),
    quality=st.integers(0, 100),
)
views = st.builds(
    MinutiaeView,
    position=st.sampled_from(FingerPosition),
    impression_type=st.sampled_from(ImpressionType),
    quality=st.none() | st.integers(0, 100),
    width_px=st.just(SIDE_PX),
    height_px=st.just(SIDE_PX),
    minutiae=st.lists(minutiae, min_size=1, max_size=12).map(tuple),
    pixels_per_cm=st.integers(99, 787),
)
records = st.lists(views, min_size=1, max_size=5).map(tuple).map(encode_record)


@settings(deadline=None)
@given(given_views=st.lists(views, min_size=1, max_size=5).map(tuple))
def test_views_survive_up_to_rounding(given_views: tuple[MinutiaeView, ...]) -> None:
    decoded = read_minutiae_record(encode_record(given_views))

    assert len(decoded) == len(given_views)
    for before, after in zip(given_views, decoded, strict=True):
        assert replace(after, minutiae=before.minutiae) == before
        for minutia, read in zip(before.minutiae, after.minutiae, strict=True):
            assert (read.kind, read.quality) == (minutia.kind, minutia.quality)
            assert abs(read.x_px - minutia.x_px) <= 0.5
            assert abs(read.y_px - minutia.y_px) <= 0.5
            turn = (read.angle_rad - minutia.angle_rad + math.pi) % math.tau - math.pi
            assert abs(turn) <= math.pi / 256 + 1e-9


@settings(deadline=None)
@given(record=records)
def test_a_record_survives_exactly(record: bytes) -> None:
    assert encode_record(read_minutiae_record(record)) == record


@settings(deadline=None)
@given(view=views)
def test_columns_of_a_record_are_its_minutiae(view: MinutiaeView) -> None:
    record = encode_record((view,))
    columns = columns_of(record)

    told = read_minutiae_record(record)[0].minutiae
    assert [replace(one, angle_rad=0.0) for one in columns.minutiae] == [
        replace(one, angle_rad=0.0) for one in told
    ]
    angles_rad = [one.angle_rad for one in told]
    assert columns.angles_rad.tolist() == pytest.approx(angles_rad, abs=1e-6)
    assert (columns.width_px, columns.height_px) == (view.width_px, view.height_px)
    assert columns.ppi == pytest.approx(view.pixels_per_cm * 2.54)


@settings(deadline=None)
@given(view=views, cut=st.integers(1, 200))
def test_columns_of_a_record_cut_short_or_of_an_unknown_kind_are_refused(
    view: MinutiaeView, cut: int
) -> None:
    record = encode_record((view,))
    unknown = bytearray(record)
    unknown[MINUTIA_AT] |= 0b1100_0000

    for damaged in (record[:-cut], record + bytes(cut), bytes(unknown)):
        with pytest.raises(InvalidMinutiaeError):
            columns_of(damaged)


@settings(deadline=None)
@given(record=records, data=st.data())
def test_a_record_with_a_byte_changed_is_refused_or_read(
    record: bytes, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(record) - 1))
    damaged = bytearray(record)
    damaged[at] = data.draw(st.integers(0, 255))

    try:
        decoded = read_minutiae_record(bytes(damaged))
    except InvalidMinutiaeError:
        return

    assert read_minutiae_record(encode_record(decoded)) == decoded


@settings(deadline=None)
@given(noise=st.binary(max_size=200))
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(InvalidMinutiaeError):
        read_minutiae_record(noise)


@settings(deadline=None)
@given(record=records, data=st.data())
def test_a_record_cut_short_or_lengthened_is_refused(record: bytes, data: st.DataObject) -> None:
    kept = data.draw(st.integers(0, len(record) - 1))

    with pytest.raises(InvalidMinutiaeError):
        read_minutiae_record(record[:kept])
    with pytest.raises(InvalidMinutiaeError):
        read_minutiae_record(record + b"\x00")


def test_the_bytes_are_those_of_the_standard() -> None:
    view = a_view(minutiae=(a_minutia(),))

    record = encode_record((view,))

    assert record == bytes.fromhex(
        "464d5200 30333000 0000003c 0001 00"  # FMR, 030, length 60, one view, no certification
        "0000002d ffffffffffffffffff 00 0000 0000"  # length 45, no time, device not stated
        "01 47 0000 0000"  # one quality value of 71
        "02 00 00c5 00c5 01 0200 0200 61 01"  # right index, view 0, 197 px/cm, rolled, 512 x 512
        "400a 0014 40 4d"  # an ending at (10, 20), a quarter turn, quality 77
        "0000"  # no extended data
    )


def test_views_of_one_finger_are_numbered() -> None:
    record = encode_record((a_view(), a_view(position=FingerPosition.LEFT_RING), a_view()))
    each = (len(record) - HEADER_BYTES) // 3

    numbers = [record[NUMBER_AT + each * view] for view in range(3)]

    assert numbers == [0, 0, 1]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (0, ImpressionType.PLAIN),
        (1, ImpressionType.ROLLED),
        (2, ImpressionType.PLAIN),
        (3, ImpressionType.ROLLED),
        (4, ImpressionType.LATENT),
        (7, ImpressionType.LATENT),
    ],
)
def test_impression_types_are_read_by_their_code(code: int, expected: ImpressionType) -> None:
    record = bytearray(encode_record((a_view(),)))
    record[TYPE_AT] = code

    (view,) = read_minutiae_record(bytes(record))

    assert view.impression_type is expected


@pytest.mark.parametrize(
    ("at", "value"),
    [
        pytest.param(0, b"G", id="another kind of record"),
        pytest.param(4, b" 20\x00", id="edition of 2005"),
        pytest.param(8, b"\x00\x00\x00\x10", id="wrong record length"),
        pytest.param(12, b"\x00\x00", id="no view"),
        pytest.param(12, b"\x00\x02", id="more views than there are"),
        pytest.param(12, b"\x00\xff", id="more views than allowed"),
        pytest.param(14, b"\x01", id="certification"),
        pytest.param(HEADER_BYTES, b"\x00\x00\x00\x05", id="view too short"),
        pytest.param(HEADER_BYTES, b"\x00\x00\x10\x00", id="view too long"),
        pytest.param(HEADER_BYTES + 18, b"\x02", id="two quality values"),
        pytest.param(HEADER_BYTES + 18, b"\x00", id="no quality value"),
        pytest.param(POSITION_AT, b"\x0b", id="no such finger"),
        pytest.param(VERTICAL_RESOLUTION_AT, b"\x01\x00", id="pixels not square"),
        pytest.param(WIDTH_AT, b"\x01\x00", id="minutia outside the image"),
        pytest.param(WIDTH_AT, b"\x00\x00", id="no width"),
        pytest.param(WIDTH_AT, b"\x40\x00", id="too wide"),
        pytest.param(LAYOUT_AT, b"\x51", id="minutiae without quality"),
        pytest.param(COUNT_AT, b"\x00", id="no minutiae"),
        pytest.param(COUNT_AT, b"\x03", id="another number of minutiae"),
        pytest.param(MINUTIA_AT, b"\xc0\x0a", id="no such kind"),
        pytest.param(-2, b"\x00\x01", id="extended data"),
    ],
)
def test_a_malformed_record_is_refused(at: int, value: bytes) -> None:
    record = bytearray(encode_record((a_view(),)))
    start = at % len(record)
    record[start : start + len(value)] = value

    with pytest.raises(InvalidMinutiaeError):
        read_minutiae_record(bytes(record))


def test_a_view_that_states_less_than_it_holds_is_refused() -> None:
    record = bytearray(encode_record((a_view(), a_view())))
    record[HEADER_BYTES : HEADER_BYTES + 4] = struct.pack(">I", 36)

    with pytest.raises(InvalidMinutiaeError):
        read_minutiae_record(bytes(record))


@pytest.mark.parametrize(
    "changes",
    [
        {"minutiae": ()},
        {"minutiae": (a_minutia(),) * 256},
        {"quality": 101},
        {"quality": -1},
        {"width_px": 0},
        {"height_px": 16384},
        {"pixels_per_cm": 98},
        {"pixels_per_cm": 788},
        {"pixels_per_cm": 65536},
        {"minutiae": (a_minutia(x_px=511.5),)},
    ],
)
def test_a_view_that_no_record_can_hold_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidMinutiaeError):
        a_view(**changes)


def test_numbers_of_views_are_limited() -> None:
    with pytest.raises(InvalidMinutiaeError):
        encode_record(())
    with pytest.raises(InvalidMinutiaeError):
        encode_record((a_view(),) * 17)


def test_a_nearly_full_turn_becomes_no_turn() -> None:
    view = a_view(minutiae=(a_minutia(angle_rad=math.tau - 1e-6),))

    (decoded,) = read_minutiae_record(encode_record((view,)))

    assert decoded.minutiae[0].angle_rad == 0.0


@pytest.mark.parametrize(("ppi", "expected"), [(250, 99), (251, 99), (500, 197), (1000, 394)])
def test_a_resolution_is_stated_in_whole_pixels_a_centimetre(ppi: int, expected: int) -> None:
    assert pixels_a_cm(ppi) == expected
