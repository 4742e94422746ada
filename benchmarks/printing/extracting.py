"""Folders of images named as in the fingerprint verification competitions, and their minutiae."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.machine import Watch
from domain.minutiae import MinutiaeSet
from prints.features.describing import Description, describe
from prints.features.vectors import FeatureVectors
from service.ports.print_reading import GreyImage, MinutiaExtractor


@dataclass(frozen=True, slots=True, eq=False)
class Print:
    """One impression in the form that is compared."""

    data: str
    finger: int
    impression: int
    minutiae: MinutiaeSet
    description: Description
    vector: npt.NDArray[np.float32]
    """float32 (v,)."""


@dataclass(slots=True)
class Costs:
    """Processor time by stage of work."""

    seconds: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def of(self, stage: str, count: int = 1) -> Iterator[None]:
        """Count the work that is done in this context."""
        with Watch() as spent:
            yield
        self.seconds[stage] = self.seconds.get(stage, 0.0) + spent.cpu_s
        self.counts[stage] = self.counts.get(stage, 0) + count

    def each_ms(self) -> dict[str, float]:
        """Return the milliseconds for one piece of work, by stage."""
        return {stage: 1e3 * self.seconds[stage] / self.counts[stage] for stage in self.seconds}


class Extracting:
    """Reads images with one extractor."""

    def __init__(self, extractor: MinutiaExtractor, cache: Path | None, costs: Costs) -> None:
        self._extractor = extractor
        self._cache = cache
        self._costs = costs

    def minutiae(self, grey: GreyImage, ppi: float) -> MinutiaeSet:
        """Return the minutiae of an image."""
        if self._cache is None:
            return self._extracted(grey, ppi)
        path = self._cache / f"{self._key(grey, ppi)}.npz"
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            found = self._extracted(grey, ppi)
            np.savez(path, **{one.name: getattr(found, one.name) for one in fields(found)})
        with np.load(path, allow_pickle=False) as kept:
            columns = {name: kept[name] for name in kept.files}
        return MinutiaeSet(**{n: one if one.ndim else one.item() for n, one in columns.items()})

    def _extracted(self, grey: GreyImage, ppi: float) -> MinutiaeSet:
        with self._costs.of("extract"):
            return self._extractor.extract(grey, ppi)

    def _key(self, grey: GreyImage, ppi: float) -> str:
        tool = self._extractor.tool
        stated = f"{tool.label} {tool.digest} {grey.shape} {ppi}".encode()
        return hashlib.sha256(stated + np.ascontiguousarray(grey).tobytes()).hexdigest()


def grey_image(path: Path) -> GreyImage:
    """Return the image in a file as grey levels, uint8 (h, w)."""
    with Image.open(path) as image:
        return np.asarray(image.convert("L"), dtype=np.uint8)


def as_print(
    sample: tuple[str, int, int], minutiae: MinutiaeSet, vectors: FeatureVectors, costs: Costs
) -> Print:
    """Return a print with its description and vector. `sample`: set, finger, impression."""
    with costs.of("describe"):
        description = describe(minutiae)
    with costs.of("vector"):
        values = vectors.of_description(description)
    return Print(*sample, minutiae, description, values)


def by_finger(prints: Sequence[Print]) -> dict[str, dict[int, list[Print]]]:
    """Return the prints by set and finger, in order."""
    found: dict[str, dict[int, list[Print]]] = {}
    for one in prints:
        found.setdefault(one.data, {}).setdefault(one.finger, []).append(one)
    return found


PPI: Mapping[str, float] = {"2002-DB2": 569.0, "2004-DB3": 512.0}
"""Sets of FVC 2002 and 2004 with other resolutions, as stated by their organisers."""

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
    """Return the images of all sets in a folder, in order. Exits with a sentence if there are
    none.
    """
    found = [
        sample
        for directory in sorted(path for path in folder.iterdir() if path.is_dir())
        for sample in _samples_in(directory, ppi)
    ]
    if not found:
        raise SystemExit("--data must name a folder with sets of images such as 101_1.png.")
    return found


def ppi_options(stated: Sequence[str]) -> dict[str, float]:
    """Return `PPI` with the options `NAME=PPI` added. NAME is a part of a folder's name."""
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
