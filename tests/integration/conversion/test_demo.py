"""A drawn roll of 20 frames becomes records, and its lot is certified, as the demo shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.provenance.test_demo import identlink


@pytest.mark.slow
def test_the_demo_converts_a_roll_of_twenty_frames_to_its_certificate(tmp_path: Path) -> None:
    arguments = ("demo", "--persons", "100", "--no-serve", "--port", "0", "--old-records")

    # The console breaks lines where they are long.
    shown = " ".join(identlink(tmp_path / "store", *arguments).split())

    assert "20 frames scanned from a folder" in shown
    assert "1 destroyed, 19 written" in shown
    assert "Accepted by sample: 0 errors in 228 fields" in shown
    assert "found 23 of 23 errors put in" in shown
