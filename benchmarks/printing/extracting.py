"""Minutiae of images, each image once: kept in a directory if the caller names one."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from domain.minutiae_sets import MinutiaeSet
from prints.features.describing import Description, describe
from prints.features.packing import packed, unpacked
from prints.features.vectors import FeatureVectors
from service.ports.print_reading import GreyImage, MinutiaExtractor


@dataclass(frozen=True, slots=True, eq=False)
class Print:
    """One impression as it is compared."""

    data: str
    finger: int
    impression: int
    minutiae: MinutiaeSet
    description: Description
    vector: npt.NDArray[np.float32]
    """float32 (v,)."""


@dataclass(slots=True)
class Costs:
    """Processor time by stage."""

    seconds: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, stage: str, began: float, count: int = 1) -> None:
        """Count work that began at this processor time, as `time.process_time` tells it."""
        spent = time.process_time() - began
        self.seconds[stage] = self.seconds.get(stage, 0.0) + spent
        self.counts[stage] = self.counts.get(stage, 0) + count

    def each_ms(self) -> dict[str, float]:
        """Return milliseconds for one, by stage."""
        return {stage: 1e3 * self.seconds[stage] / self.counts[stage] for stage in self.seconds}


class Extracting:
    """Reads images by one extractor."""

    def __init__(self, extractor: MinutiaExtractor, cache: Path | None, costs: Costs) -> None:
        self._extractor = extractor
        self._cache = cache
        self._costs = costs

    def minutiae(self, grey: GreyImage, ppi: float) -> MinutiaeSet:
        """Return the minutiae of an image."""
        if self._cache is None:
            return self._extracted(grey, ppi)
        path = self._cache / f"{self._key(grey, ppi)}.minutiae"
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(packed(self._extracted(grey, ppi)))
        return unpacked(path.read_bytes())

    def _extracted(self, grey: GreyImage, ppi: float) -> MinutiaeSet:
        began = time.process_time()
        minutiae = self._extractor.extract(grey, ppi)
        self._costs.add("extract", began)
        return minutiae

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
    """Return a print with description and vector; `sample`: set, finger, impression."""
    began = time.process_time()
    description = describe(minutiae)
    costs.add("describe", began)
    began = time.process_time()
    values = vectors.of_description(description)
    costs.add("vector", began)
    return Print(*sample, minutiae, description, values)


def by_finger(prints: Sequence[Print]) -> dict[str, dict[int, list[Print]]]:
    """Return the prints of each finger of each set, in order."""
    found: dict[str, dict[int, list[Print]]] = {}
    for one in prints:
        found.setdefault(one.data, {}).setdefault(one.finger, []).append(one)
    return found
