"""Pictures of several fingers in records of each kind; what cuts them is replaced here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from service.adapters.extraction.slaps import CutFinger
from service.adapters.reading import slap_pictures
from service.adapters.reading.nist_files import read_transaction
from service.adapters.reading.print_files import read_print_file
from service.ports.print_reading import GreyImage, PrintFile, Stated
from tests.print_files import (
    finger_images_2005,
    finger_images_2011,
    image_fields,
    picture,
    small,
    tagged,
    transaction,
    type_4,
    type_9,
)

GREY = small(160)
EDITIONS = [finger_images_2005, finger_images_2011]


def of_type_14(**changes: object) -> PrintFile:
    return read_transaction(
        transaction([tagged(14, picture(GREY), image_fields(GREY, 2, **changes))])
    )


def reason(found: PrintFile) -> str:
    assert found.prints == ()
    (refused,) = found.refused
    return refused.reason


def cut_so(slap: GreyImage, ppi: int, count: int, quarters: int = 0) -> tuple[CutFinger, ...]:
    assert ppi == 500
    return tuple(CutFinger(np.full_like(slap, at), (0, 0, 9, 9), quarters) for at in range(count))


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
    monkeypatch.setattr(slap_pictures, "fingers_of", cut_so)

    found = of_type_14(_13=code, **({"_18": missing} if missing else {})).prints

    assert [int(one.position) for one in found] == positions
    assert [int(one.pixels.max()) for one in found] == [*range(len(positions))]
    assert all(one.cut_from_slap for one in found)
    assert all(any("Check which finger" in words for words in one.remarks) for one in found)


def test_a_slap_in_a_binary_record_is_cut_and_numbered_by_its_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(slap_pictures, "fingers_of", partial(cut_so, quarters=2))
    height, width = GREY.shape
    record = type_4(GREY.tobytes(), 14, (width, height), imp=0, gca=0)

    found = read_transaction(transaction([record])).prints

    assert [int(one.position) for one in found] == [10, 9, 8, 7]
    assert all(any("upside down" in words for words in one.remarks) for one in found)


def test_fingers_of_a_binary_record_that_cannot_be_told_apart_are_refused() -> None:
    height, width = GREY.shape
    record = type_4(GREY.tobytes(), 13, (width, height), imp=0, gca=0)

    (refused,) = read_transaction(transaction([record])).refused

    assert "could not find 4 fingers" in refused.reason


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


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(("code", "positions"), [(13, [2, 3, 4, 5]), (15, [6, 1])])
def test_a_slap_in_an_iso_record_is_cut_and_numbered_by_its_hand(
    monkeypatch: pytest.MonkeyPatch,
    edition: Callable[..., bytes],
    code: int,
    positions: list[int],
) -> None:
    monkeypatch.setattr(slap_pictures, "fingers_of", cut_so)

    found = read_print_file(edition(picture(GREY), GREY, position=code), Stated()).prints

    assert [int(one.position) for one in found] == positions
    assert {one.part for one in found} == {"view 1"}
    assert all(any("Check which finger" in words for words in one.remarks) for one in found)


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_slap_in_an_iso_record_that_cannot_be_cut_is_refused(
    edition: Callable[..., bytes],
) -> None:
    found = read_print_file(edition(picture(GREY), GREY, position=14), Stated())

    assert "could not find 4 fingers" in reason(found)


def test_minutiae_of_a_slap_are_not_laid_on_the_one_finger_cut_from_it() -> None:
    slap = image_fields(GREY, 13, _21=[["2", "40", "159", "30", "149"]])
    minutiae = type_9({12: [["1", "01000100090", "0", "A"]]}, 1)

    found = read_transaction(transaction([tagged(14, picture(GREY), slap), minutiae]))

    (cut,) = found.prints
    assert cut.marked is None
    assert "several fingers" in found.refused[0].reason
