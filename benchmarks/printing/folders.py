"""Folders of images as the fingerprint verification competitions name them: FINGER_IMPRESSION.png.

Each folder in the given one is a set of one sensor. Images are at 500 pixels an inch unless
`PPI` or the caller says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PPI: Mapping[str, float] = {"2002-DB2": 569.0, "2004-DB3": 512.0}
"""Sets of FVC 2002 and 2004 at other resolutions, as their organisers state them."""

_NAME = re.compile(r"(\d+)_(\d+)\.(png|tif|tiff|bmp|pgm)")


@dataclass(frozen=True, slots=True)
class Sample:
    """One image of a finger."""

    data: str
    """The name of its set."""
    finger: int
    impression: int
    path: Path
    ppi: float


def samples_of(folder: Path, ppi: Mapping[str, float]) -> list[Sample]:
    """Return the images of all sets in a folder, in order; leaves with a sentence if none."""
    found = [
        sample
        for directory in sorted(path for path in folder.iterdir() if path.is_dir())
        for sample in _samples_in(directory, ppi)
    ]
    if not found:
        raise SystemExit("--data names no folder with sets of images such as 101_1.png.")
    return found


def ppi_options(stated: Sequence[str]) -> dict[str, float]:
    """Return `PPI` with `NAME=PPI` options on top; NAME is a part of a folder's name."""
    table = dict(PPI)
    for option in stated:
        name, _, value = option.partition("=")
        if not name or not value.replace(".", "", 1).isdigit():
            raise SystemExit("--ppi must be NAME=PPI, for example 2002-DB2=569.")
        table[name] = float(value)
    return table


def _samples_in(directory: Path, ppi: Mapping[str, float]) -> list[Sample]:
    matching = [value for name, value in ppi.items() if name.lower() in directory.name.lower()]
    resolution = matching[-1] if matching else 500.0
    named = [(path, _NAME.fullmatch(path.name)) for path in directory.iterdir()]
    samples = [
        Sample(directory.name, int(name[1]), int(name[2]), path, resolution)
        for path, name in named
        if name
    ]
    return sorted(samples, key=lambda sample: (sample.finger, sample.impression))
