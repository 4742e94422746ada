"""A capture's minutiae on its picture: its own first, else those of the picture."""

from __future__ import annotations

import numpy as np
import pytest

from domain.ids import EncounterId, SearchId
from domain.prints.minutiae import Minutia, MinutiaKind
from domain.prints.prints import FingerPosition, Impression, ImpressionType
from prints.minutiae.iso19794_2 import MinutiaeView
from service.adapters.print_images import WithMinutiae, laid_on
from service.ports.print_images import OfEncounter, OfSearch, PrintImage, PrintOrigin
from tests.formats import FORMAT
from tests.integration.api.minutiae import HEIGHT_PX, WIDTH_PX, a_view

SEARCH, ENCOUNTER = SearchId("s"), EncounterId("e")
DRAWN = (Minutia(1.0, 2.0, 0.5, MinutiaKind.BIFURCATION, 9),)


def impression(position: int) -> Impression:
    return Impression(
        FingerPosition(position),
        ImpressionType.ROLLED,
        60,
        np.zeros(192, np.float32),
        FORMAT.template,
    )


def picture(width_px: int = WIDTH_PX, height_px: int = HEIGHT_PX) -> PrintImage:
    return PrintImage(b"", width_px, height_px, DRAWN, PrintOrigin.SYNTHETIC)


class Drawings:
    """A picture of every finger but the left little one."""

    def of(self, capture: OfSearch | OfEncounter, impression: Impression) -> PrintImage | None:
        return None if impression.position is FingerPosition.LEFT_LITTLE else picture()


class OfIndexFinger:
    """Minutiae of the right index finger alone, others for an encounter than for a search."""

    def of(self, capture: OfSearch | OfEncounter, impression: Impression) -> MinutiaeView | None:
        if isinstance(capture, OfEncounter):
            return a_view(2, seed=1)
        return a_view(2) if impression.position is FingerPosition.RIGHT_INDEX else None


def test_a_captures_own_minutiae_come_before_those_of_the_drawing() -> None:
    prints = WithMinutiae(Drawings(), OfIndexFinger())

    own = prints.of(OfSearch(SEARCH), impression(2))
    enrolled = prints.of(OfEncounter(ENCOUNTER), impression(2))
    drawn = prints.of(OfSearch(SEARCH), impression(3))

    assert own is not None
    assert own.minutiae == a_view(2).minutiae
    assert enrolled is not None
    assert enrolled.minutiae == a_view(2, seed=1).minutiae
    assert drawn is not None
    assert drawn.minutiae == DRAWN


def test_minutiae_alone_make_no_picture() -> None:
    assert (
        WithMinutiae(Drawings(), OfIndexFinger()).of(OfEncounter(ENCOUNTER), impression(10))
        is None
    )


def test_on_a_placeholder_the_whole_frame_is_fitted_in() -> None:
    laid = laid_on(picture(2 * WIDTH_PX, 4 * HEIGHT_PX), a_view(2))

    for there, here in zip(laid, a_view(2).minutiae, strict=True):
        assert (there.x_px, there.y_px) == pytest.approx((2 * here.x_px, 2 * here.y_px))
        assert (there.angle_rad, there.kind) == (here.angle_rad, here.kind)
