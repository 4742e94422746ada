"""Folders of images named as in the fingerprint verification competitions, and their minutiae."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated

import numpy as np

from benchmarks.machine import Watch
from benchmarks.runner import Options
from domain.arrays import Float32s
from domain.errors import InvalidInputError
from domain.prints.minutiae import MinutiaeSet
from prints.features.describing import Description, describe
from prints.features.vectors import FeatureVectors
from service.cli.training import print_sets
from service.cli.training.print_sets import PPI, Sample
from service.ports.print_reading import GreyImage, MinutiaExtractor


@dataclass(frozen=True, kw_only=True)
class FolderOptions(Options):
    """The options of benchmarks that read folders of images."""

    ppi: Annotated[
        Sequence[str] | None,
        "of a set, if not 500",
        {"action": "append", "type": str, "metavar": "NAME=PPI"},
    ] = None
    cache: Annotated[Path | None, "directory that keeps minutiae of images"] = None


@dataclass(frozen=True, slots=True, eq=False)
class Print:
    """One impression in the form that is compared."""

    data: str
    finger: int
    impression: int
    minutiae: MinutiaeSet
    description: Description
    vector: Float32s
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


def samples_of(folder: Path, ppi: Mapping[str, float]) -> list[Sample]:
    """Return the images of all sets in a folder, in order. Ends the process with a message if
    there are none.
    """
    try:
        return print_sets.samples_of(folder, ppi)
    except InvalidInputError as error:
        raise SystemExit(f"--data: {error}") from None


def ppi_options(stated: Sequence[str]) -> dict[str, float]:
    """Return `PPI` with the options `NAME=PPI` added. NAME is a part of a folder's name."""
    table = dict(PPI)
    for option in stated:
        name, _, value = option.partition("=")
        if not name or not value.replace(".", "", 1).isdigit():
            raise SystemExit("--ppi must be NAME=PPI, for example 2002-DB2=569.")
        table[name] = float(value)
    return table
