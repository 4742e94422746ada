"""The demo's pictures: mates share their ridges, and unknown origins get no picture."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from data.synthetic.population import Population
from domain.ids import EncounterId, SearchId
from domain.prints.prints import FingerPosition, Impression, ImpressionType
from service.demo.stage import Donor, SyntheticPrints, read_donors, remember_donors
from service.ports.print_images import OfEncounter, OfSearch, PrintOrigin
from tests.formats import FORMAT

SEED = 11


def impression(position: int, kind: ImpressionType = ImpressionType.PLAIN) -> Impression:
    return Impression(
        FingerPosition(position), kind, 70, np.zeros(192, np.float32), FORMAT.template
    )


def test_donors_are_added_to_what_is_known(tmp_path: Path) -> None:
    remember_donors(tmp_path, {SearchId("a"): Donor(1, 1_000)})
    remember_donors(tmp_path, {SearchId("b"): Donor(2, 1_000, position=3)})

    assert read_donors(tmp_path) == {
        "a": Donor(1, 1_000),
        "b": Donor(2, 1_000, position=3),
    }


def test_a_store_without_a_demo_knows_nobody(tmp_path: Path) -> None:
    assert read_donors(tmp_path) == {}


def test_an_enrolled_finger_and_a_mark_of_it_are_drawn(tmp_path: Path) -> None:
    prints = SyntheticPrints(SEED, persons=3, store=tmp_path)
    remember_donors(tmp_path, {SearchId("s"): Donor(1, 1_000, position=2)})
    enrolled = next(iter(Population(SEED).people(1, 2))).encounters[0].encounter.encounter_id

    exemplar = prints.of(OfEncounter(enrolled), impression(2))
    mark = prints.of(OfSearch(SearchId("s")), impression(0, ImpressionType.LATENT))

    for drawn in (exemplar, mark):
        assert drawn is not None
        assert drawn.origin is PrintOrigin.SYNTHETIC
        assert len(drawn.minutiae) > 5
        with Image.open(io.BytesIO(drawn.png)) as picture:
            assert picture.size == (drawn.width_px, drawn.height_px)


def test_nothing_is_drawn_of_unknown_origin(tmp_path: Path) -> None:
    prints = SyntheticPrints(SEED, persons=3, store=tmp_path)
    remember_donors(tmp_path, {SearchId("s"): Donor(1, 1_000)})

    assert prints.of(OfSearch(SearchId("elsewhere")), impression(2)) is None
    assert prints.of(OfEncounter(EncounterId("elsewhere")), impression(2)) is None
    assert prints.of(OfSearch(SearchId("s")), impression(0)) is None
