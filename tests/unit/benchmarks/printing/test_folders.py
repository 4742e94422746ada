"""Folders of sets: names, resolutions, and what is no image of a finger."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.printing.extracting import ppi_options, samples_of


def test_images_are_found_in_order_with_the_resolution_of_their_set(tmp_path: Path) -> None:
    for name in ("fvc2002-DB1_B/101_2.png", "fvc2002-DB1_B/101_1.png", "fvc2002-db2_b/7_1.tif"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (tmp_path / "fvc2002-DB1_B" / "readme.txt").touch()
    found = samples_of(tmp_path, ppi_options([]))

    assert [(one.data, one.finger, one.impression, one.ppi) for one in found] == [
        ("fvc2002-DB1_B", 101, 1, 500.0),
        ("fvc2002-DB1_B", 101, 2, 500.0),
        ("fvc2002-db2_b", 7, 1, 569.0),
    ]


def test_a_stated_resolution_holds() -> None:
    assert ppi_options(["DB1=1000", "2002-DB2=500"])["DB1"] == 1000.0
    with pytest.raises(SystemExit, match="NAME=PPI"):
        ppi_options(["DB1"])


def test_a_folder_without_sets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="--data"):
        samples_of(tmp_path, {})
