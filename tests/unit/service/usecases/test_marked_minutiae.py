"""Minutiae that people marked lead; those found are added where they may be."""

from __future__ import annotations

import math

import pytest

from domain.errors import UnreadablePrintError
from domain.prints.minutiae import MarkedFeatures, Minutia, MinutiaKind
from domain.prints.prints import ImpressionType
from prints.minutiae.iso19794_2 import MinutiaeView
from service.ports.print_reading import ReadPrint
from service.usecases.print_desk import Led, led_by_people
from tests.print_files import small

FOUND = [(20, 20), (52, 51), (90, 30), (30, 90)]
MARKED = [(50, 50), (60, 70), (40, 62), (70, 45)]
REGION = ((10.0, 10.0), (95.0, 10.0), (95.0, 60.0), (10.0, 60.0))


def minutia(place: tuple[int, int], quality: int = 50) -> Minutia:
    return Minutia(*map(float, place), math.pi / 3, MinutiaKind.RIDGE_ENDING, quality)


def led(kind: ImpressionType, marked: MarkedFeatures, found: bool = True) -> Led:
    source = ReadPrint(
        small(), ppi=500, is_ppi_stated=True, scanned_ppi=500, impression_type=kind, marked=marked
    )
    view = MinutiaeView(source.position, kind, 60, 96, 96, tuple(map(minutia, FOUND)))
    return led_by_people(source, marked, view if found else None)


def features(count: int = 4, region: tuple[tuple[float, float], ...] = ()) -> MarkedFeatures:
    return MarkedFeatures(tuple(minutia(one, 100) for one in MARKED[:count]), region)


def test_found_minutiae_are_added_inside_the_region_but_for_those_marked() -> None:
    searched = led(ImpressionType.LATENT, features(region=REGION))

    assert (searched.marked, searched.added) == (4, 2)
    places = [(one.x_px, one.y_px) for one in searched.view.minutiae]
    assert places == [*MARKED, (20, 20), (90, 30)]
    assert searched.view.quality == 60
    assert "4 minutiae that people marked and 2" in searched.words


def test_a_mark_without_a_region_is_searched_with_what_people_marked() -> None:
    searched = led(ImpressionType.LATENT, features())

    assert (searched.marked, searched.added) == (4, 0)
    assert "none that the extractor found" in searched.words


@pytest.mark.parametrize(
    ("kind", "count"), [(ImpressionType.LATENT, 3), (ImpressionType.ROLLED, 4)]
)
def test_too_few_marked_minutiae_and_other_prints_take_all_that_were_found(
    kind: ImpressionType, count: int
) -> None:
    assert led(kind, features(count)).added == 3


def test_marked_minutiae_do_without_an_extractor() -> None:
    searched = led(ImpressionType.LATENT, features(region=REGION), found=False)

    assert (searched.marked, searched.added, searched.view.quality) == (4, 0, None)


@pytest.mark.parametrize("found", [True, False])
def test_a_region_with_too_few_minutiae_is_refused_by_its_cause(found: bool) -> None:
    with pytest.raises(UnreadablePrintError, match="mark a larger region"):
        led(ImpressionType.ROLLED, features(1, region=REGION[:3]), found)
