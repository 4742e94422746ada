"""Type-9 records of all blocks: their features lie on the image with their IDC."""

from __future__ import annotations

import math

import pytest

from domain.prints.minutiae import MarkedFeatures, Minutia, MinutiaKind
from domain.prints.prints import FingerPosition
from service.adapters.reading.nist_files import read_transaction
from service.ports.print_reading import PrintFile, ReadPrint
from tests.print_files import image_fields, picture, small, tagged, transaction, type_9

GREY = small(160)
# 2.54 mm right of the left edge: 50 pixels at 500 an inch.
STANDARD = {4: "S", 6: 2, 12: [["1", "02540254270", "63", "A"], ["2", "01000200000", "0", "D"]]}
INCITS = {
    4: "U",
    128: 160,
    129: 160,
    130: 1,
    131: 500,
    134: 2,
    137: [["1", "50", "109", "45", "1", "100"], ["2", "60", "70", "0", "0", "0"]],
}
EFS = {
    300: [["600", "600", "100", "50", "100,50-700,50-700,650-100,650"]],
    301: [["-12", "5"]],
    302: [["2"]],
    320: [["200", "300", "90"]],
    321: [["400", "500"]],
    331: [["154", "504", "90", "E"], ["200", "100", "", "B"], ["300", "200", "10", "X"]],
}


def beside_their_image(fields: dict[int, object], idc: int = 1) -> PrintFile:
    image = tagged(14, picture(GREY), image_fields(GREY, 2))
    return read_transaction(transaction([image, type_9(fields, idc)]))


def marked_in(found: PrintFile) -> tuple[ReadPrint, MarkedFeatures]:
    assert found.refused == ()
    (one,) = found.prints
    assert one.marked is not None
    return one, one.marked


def place(minutia: Minutia) -> tuple[float, float]:
    return minutia.x_px, minutia.y_px


def test_standard_minutiae_lie_on_their_image_the_other_way_up() -> None:
    _, marked = marked_in(beside_their_image(STANDARD))

    first, second = marked.minutiae
    assert place(first) == pytest.approx((50, 159 - 50))
    assert first.angle_rad == pytest.approx(math.pi / 2)
    assert (first.kind, first.quality) == (MinutiaKind.RIDGE_ENDING, 100)
    # A person graded none of them: that is no low quality.
    assert (second.kind, second.quality) == (MinutiaKind.OTHER, 100)


def test_minutiae_of_incits_378_lie_where_it_says() -> None:
    _, marked = marked_in(beside_their_image(INCITS))

    first, second = marked.minutiae
    assert place(first) == (50, 109)
    assert first.angle_rad == pytest.approx(math.pi / 2)
    assert (first.kind, second.kind) == (MinutiaKind.RIDGE_ENDING, MinutiaKind.OTHER)


def test_the_extended_feature_set_is_read_from_the_corner_of_its_region() -> None:
    one, marked = marked_in(beside_their_image(EFS))

    first, second = marked.minutiae
    assert place(first) == pytest.approx((50, 109), abs=0.2)
    assert first.angle_rad == pytest.approx(math.pi / 2)
    assert (first.kind, second.kind) == (MinutiaKind.RIDGE_ENDING, MinutiaKind.OTHER)
    assert marked.region[0] == pytest.approx((100 / 5.08, 50 / 5.08))
    assert marked.turned_degrees == -12
    assert marked.cores[0] == pytest.approx((300 / 5.08, 350 / 5.08))
    assert marked.deltas[0] == pytest.approx((500 / 5.08, 550 / 5.08))
    # The one without a direction cannot be searched with, which is said.
    assert one.remarks[0].startswith("1 marked minutiae")


def test_a_region_counted_from_its_own_corner_is_the_same() -> None:
    own = {**EFS, 300: [["600", "600", "100", "50", "0,0-600,0-600,600-0,600"]]}

    (_, of_image), (_, of_region) = map(marked_in, map(beside_their_image, (EFS, own)))

    assert of_region.region == of_image.region


def test_a_region_as_large_as_the_image_marks_no_part_of_it() -> None:
    whole = {**EFS, 300: [["813", "813", "0", "0"]]}

    _, marked = marked_in(beside_their_image(whole))

    assert marked.region == ()


def test_a_region_alone_is_read_and_says_where_minutiae_count() -> None:
    _, marked = marked_in(beside_their_image({4: "U", 300: EFS[300]}))

    assert marked.minutiae == ()
    assert len(marked.region) == 4


def test_features_are_joined_by_idc_and_not_by_finger() -> None:
    fields = image_fields(GREY, 3)
    taller = tagged(14, picture(GREY), image_fields(GREY, 2))
    other = tagged(14, picture(GREY), fields)

    found = read_transaction(transaction([taller, other, type_9(STANDARD, 2)]))

    assert [one.marked is not None for one in found.prints] == [False, True]
    assert "different finger" in found.prints[1].remarks[0]


@pytest.mark.parametrize("fields", [STANDARD, INCITS, EFS])
def test_features_without_an_image_are_minutiae_with_a_frame_of_their_own(
    fields: dict[int, object],
) -> None:
    found = read_transaction(transaction([type_9(fields)]))

    (view,) = found.minutiae
    assert view.position is FingerPosition.RIGHT_INDEX
    assert len(view.minutiae) == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({4: "U", 6: 2, 20: "x"}, "vendor"),
        ({4: "S", 6: 2}, "9.012"),
        ({**STANDARD, 5: [["SYSTEM", "U", "READER"]]}, "machine"),
        ({**EFS, 350: [["331", "AUTO"]]}, "machine"),
        ({**INCITS, 131: 1000}, "differ from those of their image"),
        ({**INCITS, 130: 2}, "differ from those of their image"),
        ({**INCITS, 128: 80}, "differ from those of their image"),
        ({**INCITS, 137: [["1", "900", "900", "45", "1", "100"]]}, "lies inside the image"),
        ({**STANDARD, 12: [["1", "0254", "63", "A"]]}, "eleven digits"),
    ],
)
def test_features_that_are_not_taken_say_why_and_leave_the_image(
    fields: dict[int, object], words: str
) -> None:
    found = beside_their_image(fields)

    assert len(found.prints) == 1
    assert found.prints[0].marked is None
    (refused,) = found.refused
    assert words in refused.reason
    assert refused.part == "record 4 (type 9)"


@pytest.mark.parametrize(
    "bad", [["3"], ["3", "0254"], ["3", "0254025427", "9", "A"], ["x", "", "", ""]]
)
def test_a_ragged_minutia_is_left_out_and_loses_no_other(bad: list[str]) -> None:
    one, marked = marked_in(beside_their_image({**STANDARD, 12: [bad, *STANDARD[12]]}))

    assert len(marked.minutiae) == 2
    assert one.remarks[0].startswith("1 marked minutiae are left out")


@pytest.mark.parametrize("method", ["M", "E"])
def test_minutiae_that_a_person_edited_are_that_persons(method: str) -> None:
    _, marked = marked_in(beside_their_image({**STANDARD, 5: [["SYSTEM", method, "R"]]}))

    assert len(marked.minutiae) == 2


def test_minutiae_on_a_picture_of_several_fingers_are_refused() -> None:
    slap = image_fields(
        GREY, 13, _21=[["2", "0", "119", "10", "129"], ["3", "30", "149", "0", "119"]]
    )

    found = read_transaction(transaction([tagged(14, picture(GREY), slap), type_9(STANDARD, 1)]))

    assert len(found.prints) == 2
    assert "several fingers" in found.refused[0].reason
