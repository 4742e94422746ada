"""The page of a court bundle: the pairs of the matcher on the prints of their finger alone."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from domain.examination.cases import Comparison
from domain.examination.markups import Enhancement, Filter, FingerMarkup, PrintSide
from domain.examination.markups import Place as Corner
from domain.prints.minutiae import Minutia, MinutiaKind
from domain.prints.prints import FingerPosition, Impression, ImpressionType
from domain.searches.evidence import WITHHELD, Band, Evidence, EvidenceRow, EvidenceSource
from prints.formats import synthetic_192
from service.ports.print_images import PrintImage, PrintOrigin
from service.usecases.links.court import CourtPage, CourtPrint
from service.usecases.searches.correspondence import FingerCorrespondence
from service.web.court_page import (
    Plate,
    marked_before,
    matched_plates,
    print_strength,
    viewed_plates,
)

TEMPLATE = synthetic_192.FORMAT.template
THUMB, INDEX, UNKNOWN = (
    FingerPosition.RIGHT_THUMB, FingerPosition.RIGHT_INDEX, FingerPosition.UNKNOWN
)  # fmt: skip


def minutia(x_px: float, y_px: float) -> Minutia:
    return Minutia(x_px, y_px, 0.5, MinutiaKind.RIDGE_ENDING, 50)


def court_print(position: FingerPosition, *, is_probe: bool, height_px: int = 512) -> CourtPrint:
    vector = np.zeros(192, dtype=np.float32)
    vector[0] = 1
    impression = Impression(position, ImpressionType.PLAIN, 60, vector, TEMPLATE)
    image = PrintImage(b"", 512, height_px, (), PrintOrigin.CAPTURED, dpi=height_px)
    return CourtPrint(f"prints/{position}-{is_probe}.png", is_probe, impression, image)


FOUND = FingerCorrespondence(
    probe_position=INDEX,
    position=INDEX,
    pairs=((minutia(10.4, 20.6), minutia(30.0, 40.0)), (minutia(1.0, 2.0), minutia(3.0, 4.0))),
    rotation_deg=3,
    overlap=(5, 6),
    match_score=2.0,
)


def plates(found: FingerCorrespondence, *prints: CourtPrint) -> list[Plate]:
    page = cast("CourtPage", SimpleNamespace(prints=prints, correspondences=(found,)))
    return matched_plates(page)


def evidence(*rows: tuple[EvidenceSource, float], level: str = "alike") -> Evidence:
    told = tuple(EvidenceRow(source, level, bits, "") for source, bits in rows)
    return Evidence(told, posterior=0.9, band=Band.PROPOSED)


PRINT, NAME, PRIOR = EvidenceSource.PRINT, EvidenceSource.NAME, EvidenceSource.PRIOR


@pytest.mark.parametrize(
    ("bits", "ratio", "words"),
    [
        (10.2, "1,200", "strong support for the same finger rather than different fingers"),
        (3.0, "8", "weak or limited support for the same finger"),
        (-8.0, "0.0039", "moderately strong support for different fingers"),
        (16.0, "66,000", "very strong support for the same finger"),
        (40.0, "10 to the power of 12.0", "extremely strong support for the same finger"),
    ],
)
def test_the_strength_of_the_prints_is_told_as_a_ratio_and_in_words(
    bits: float, ratio: str, words: str
) -> None:
    found = print_strength(evidence((PRIOR, -20.0), (PRINT, bits), (NAME, 9.0)))

    assert found is not None
    assert (found.ratio, found.is_least, len(found.rows)) == (ratio, False, 1)
    assert words in found.in_words


def test_details_and_prior_never_change_the_strength_of_the_prints() -> None:
    alone = print_strength(evidence((PRINT, 12.0)))
    among = print_strength(evidence((PRIOR, -30.0), (PRINT, 12.0), (NAME, 25.0)))

    assert alone is not None
    assert alone == among


def test_the_bound_by_counts_makes_it_at_least_so_much() -> None:
    found = print_strength(evidence((PRINT, 200.0), (EvidenceSource.COUNTS_BOUND, -187.0)))

    assert found is not None
    assert (found.bits, found.is_least) == (13.0, True)


def test_prints_without_a_model_have_no_strength() -> None:
    assert print_strength(evidence((PRINT, 0.0), level=WITHHELD)) is None
    assert print_strength(evidence((NAME, 9.0))) is None


def test_pairs_are_numbered_alike_on_both_prints_of_their_finger() -> None:
    drawn = plates(
        FOUND,
        court_print(THUMB, is_probe=True),
        court_print(INDEX, is_probe=True),
        court_print(THUMB, is_probe=False),
        court_print(INDEX, is_probe=False, height_px=1_024),
    )

    assert [one.points for one in drawn] == [
        ((1, 10, 21), (2, 1, 2)),
        ((1, 30, 40), (2, 3, 4)),
    ]
    assert [one.scale for one in drawn] == [1.0, 2.0]
    assert all(one.is_matched for one in drawn)


def test_of_a_mark_its_one_print_is_drawn_beside_the_finger_that_agrees() -> None:
    mark = replace(FOUND, probe_position=UNKNOWN)

    drawn = plates(mark, court_print(UNKNOWN, is_probe=True), court_print(INDEX, is_probe=False))

    assert [one.print_.is_probe for one in drawn] == [True, False]


def test_nothing_is_drawn_of_a_finger_without_pairs() -> None:
    without = replace(FOUND, pairs=())

    assert not plates(without, court_print(INDEX, is_probe=True))


def viewed(*looks: Enhancement, has_images: bool = True) -> list[tuple[str, bool, str]]:
    """Return the print, the side and the filter of each view that a report draws again."""
    prints = (
        court_print(UNKNOWN, is_probe=True),
        court_print(THUMB, is_probe=False),
        court_print(INDEX, is_probe=False),
    )
    page = cast("CourtPage", SimpleNamespace(prints=prints, has_images=has_images))
    compared = cast("Comparison", SimpleNamespace(enhancements=looks))
    return [
        (one.print_.name, one.print_.is_probe, one.shades) for one in viewed_plates(page, compared)
    ]


def test_a_print_is_drawn_with_the_shades_in_which_its_examiner_viewed_it() -> None:
    probe = Enhancement(INDEX, PrintSide.PROBE, (Filter.INVERTED,), 120, 90)
    exemplar = Enhancement(INDEX, PrintSide.EXEMPLAR, (), 80)

    assert viewed(probe, exemplar) == [
        (f"prints/{UNKNOWN}-True.png", True, "brightness(90%) contrast(120%) invert(1)"),
        (f"prints/{INDEX}-False.png", False, "brightness(100%) contrast(80%)"),
    ]
    assert viewed(probe, exemplar, has_images=False) == []


def test_an_outline_is_drawn_on_the_probe_as_it_was_marked_before() -> None:
    prints = court_print(UNKNOWN, is_probe=True), court_print(INDEX, is_probe=False)
    outline = tuple(Corner(x, y) for x, y in ((7, 9), (211, 9), (109, 305)))
    page = cast("CourtPage", SimpleNamespace(prints=prints))

    (plate,) = marked_before(page, [FingerMarkup(UNKNOWN, outline=outline)])

    assert (plate.print_.is_probe, plate.outline) == (True, "7,9 211,9 109,305")
    assert marked_before(page, [FingerMarkup(UNKNOWN)]) == []


def test_a_filter_that_computes_each_pixel_is_not_drawn_as_if_it_were_none() -> None:
    assert viewed(Enhancement(INDEX, PrintSide.PROBE, (Filter.LOCAL_CONTRAST,), 120)) == []
