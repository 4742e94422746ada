"""Images at the resolution that extractors are made for."""

from __future__ import annotations

import numpy as np
import pytest

from domain.errors import UnreadablePrintError
from service.adapters.extraction.doubts import as_minutiae, at_nominal

GREY = np.random.default_rng(1).integers(0, 256, (300, 200), dtype=np.uint8)


@pytest.mark.parametrize("ppi", [500.0, 512.0, 480.0])
def test_an_image_near_enough_is_seen_as_it_is(ppi: float) -> None:
    nominal = at_nominal(GREY, ppi)

    assert not nominal.resampled
    assert np.array_equal(nominal.grey, GREY)
    assert nominal.scale == (1.0, 1.0)


def test_another_image_is_resampled_and_finds_its_way_back() -> None:
    nominal = at_nominal(GREY, 1000.0)

    assert nominal.resampled
    assert nominal.grey.shape == (150, 100)
    finds = np.array([[10.0, 20.0, -0.5, 1.0, 0.824], [100.0, 20.0, 0.5, 0.0, 1.2]])
    minutiae = as_minutiae(GREY, 1000.0, nominal, finds)
    # The second lies on the edge of the original, beyond its last pixel.
    assert minutiae.places_px.tolist() == [[20.0, 40.0]]
    assert minutiae.angles_rad[0] == pytest.approx(2 * np.pi - 0.5)
    assert minutiae.qualities.tolist() == [82]
    assert (minutiae.width_px, minutiae.height_px, minutiae.ppi) == (200, 300, 1000.0)


@pytest.mark.parametrize(
    ("grey", "ppi"),
    [
        (GREY[..., None], 500.0),
        (GREY.astype(np.float32), 500.0),
        (GREY, 99.0),
        (GREY, float("nan")),
        (GREY, 2001.0),
        (GREY[:63], 500.0),
        (GREY[:, :100], 1000.0),
        (np.zeros((16_384, 100), dtype=np.uint8), 500.0),
        (np.zeros((0, 0), dtype=np.uint8), 500.0),
    ],
)
def test_what_no_extractor_reads_is_refused(grey: np.ndarray, ppi: float) -> None:
    with pytest.raises(UnreadablePrintError):
        at_nominal(grey, ppi)
