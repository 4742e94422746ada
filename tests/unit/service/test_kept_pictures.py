"""Pictures as they are kept: the pixels, the resolution, and nothing else."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from service.ports.print_images import kept_picture, kept_pixels, picture_facts
from service.ports.print_reading import CaptureMedium, ReadPrint


def a_print(height_px: int = 30, width_px: int = 20, **changes: object) -> ReadPrint:
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 256, (height_px, width_px), dtype=np.uint8)
    given_facts = {"ppi": 1000, "is_ppi_stated": True, "scanned_ppi": 400, **changes}
    return ReadPrint(pixels, **given_facts)  # type: ignore[arg-type]  # tests name real fields


@settings(deadline=None, max_examples=20)
@given(height_px=st.integers(1, 40), width_px=st.integers(1, 40))
def test_another_library_reads_the_same_pixels(height_px: int, width_px: int) -> None:
    taken = a_print(height_px, width_px)

    with Image.open(io.BytesIO(kept_picture(taken))) as found:
        assert found.mode == "L"
        assert np.array_equal(np.array(found), taken.pixels)
    own = kept_pixels(kept_picture(taken))
    assert own is not None
    assert np.array_equal(own, taken.pixels)


@pytest.mark.parametrize("ppi", [250, 500, 569, 1000, 1200])
def test_a_picture_says_how_it_was_scanned(ppi: int) -> None:
    kept = kept_picture(a_print(ppi=ppi, medium=CaptureMedium.INK))

    facts = picture_facts(kept)

    assert (facts.width_px, facts.height_px, facts.ppi) == (20, 30, ppi)
    assert (facts.is_ppi_stated, facts.scanned_ppi) == (True, 400)
    assert facts.medium is CaptureMedium.INK


def test_an_older_picture_says_its_size_alone() -> None:
    written = io.BytesIO()
    Image.new("L", (20, 30)).save(written, format="PNG")

    facts = picture_facts(written.getvalue())

    assert (facts.width_px, facts.height_px, facts.ppi) == (20, 30, 500)
    assert not facts.is_ppi_stated
