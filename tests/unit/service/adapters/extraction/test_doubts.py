"""Doubts about pictures; all are drawn here."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from service.adapters.extraction.doubts import picture_doubts
from service.ports.print_reading import GreyImage, PictureDoubt
from tests.print_files import drawn

SIDE = 512


def scaled(factor: float) -> GreyImage:
    side = round(SIDE * factor)
    return np.asarray(Image.fromarray(drawn()).resize((side, side), Image.Resampling.LANCZOS))


def noise() -> GreyImage:
    return np.random.default_rng(3).integers(0, 256, (SIDE, SIDE), dtype=np.uint8)


def stripes(period_px: float = 9) -> GreyImage:
    across = np.arange(SIDE) * 2 * np.pi / period_px
    return np.tile(np.uint8(128 + 100 * np.sin(across)), (SIDE, 1))


def rings(across_px: int, down_px: int) -> GreyImage:
    down, across = np.mgrid[:SIDE, :SIDE]
    return np.uint8(128 + 100 * np.sin(np.hypot(down - down_px, across - across_px) * 2 / 3))


def scenery() -> GreyImage:
    """Return waves with stronger ones beneath, twice as wide: at half size they look the same."""
    down, across = np.mgrid[:SIDE, :SIDE]
    turn = 2 * np.pi * np.hypot(down - 250, across - 250) / 14
    return np.uint8(128 + 40 * np.sin(turn) + 80 * np.sin(turn / 2))


def slap() -> GreyImage:
    return np.hstack([drawn(0, position) for position in (2, 3, 4)])


def two_apart() -> GreyImage:
    between = np.full((SIDE, 60), 255, dtype=np.uint8)
    return np.hstack([drawn(0, 2)[:, 60:460], between, drawn(0, 3)[:, 60:460]])


@pytest.mark.parametrize("kind", ["plain", "rolled"])
def test_a_print_raises_no_doubt(kind: str) -> None:
    assert picture_doubts(drawn(kind=kind), 500) == ()


@pytest.mark.parametrize(
    ("picture", "doubt"),
    [
        (noise, PictureDoubt.NO_PRINT),
        (lambda: np.full((SIDE, SIDE), 255, dtype=np.uint8), PictureDoubt.NO_PRINT),
        (stripes, PictureDoubt.NO_PRINT),
        (lambda: stripes(6), PictureDoubt.NO_PRINT),
        (lambda: rings(256, 256), PictureDoubt.NO_PRINT),
        (lambda: rings(150, 700), PictureDoubt.NO_PRINT),
        (scenery, PictureDoubt.NO_PRINT),
        (lambda: scaled(2), PictureDoubt.RIDGES_TOO_WIDE),
        (lambda: scaled(0.5), PictureDoubt.RIDGES_TOO_CLOSE),
        (slap, PictureDoubt.SEVERAL_FINGERS),
        (two_apart, PictureDoubt.SEVERAL_FINGERS),
        (lambda: np.rot90(drawn(), 2), PictureDoubt.TURNED),
        (lambda: 255 - drawn(), PictureDoubt.NEGATIVE),
    ],
    ids=[
        *(
            "noise",
            "paper",
            "stripes",
            "close stripes",
            "rings",
            "rings around a point below",
            "scenery",
            "1000 as 500",
            "250 as 500",
            "slap",
            "two apart",
        ),
        *("upside down", "white ridges"),
    ],
)
def test_a_doubtful_picture_says_why(
    picture: Callable[[], GreyImage], doubt: PictureDoubt
) -> None:
    assert picture_doubts(picture(), 500) == (doubt,)


def test_a_resolution_that_is_stated_rightly_raises_no_doubt() -> None:
    assert picture_doubts(scaled(2), 1000) == ()


def test_a_picture_that_no_extractor_reads_has_no_doubts() -> None:
    assert picture_doubts(drawn()[:40], 500) == ()
