"""A drawn roll of 20 frames becomes records, and its lot is certified, as the demo shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.provenance.test_demo import identlink


@pytest.mark.slow
def test_the_demo_converts_a_roll_of_twenty_frames_to_its_certificate(tmp_path: Path) -> None:
    arguments = ("demo", "--persons", "100", "--no-serve", "--port", "0", "--old-records")

    shown = identlink(tmp_path / "store", *arguments)

    assert "20 frames scanned from a folder" in shown
    assert "18 written" in shown
    assert "Accepted by sample: 0 errors in 216 fields" in shown
    assert "found 22 of 22 errors put in" in shown
