"""All measurements, as a table and as JSON."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.house.arrows import arrows, imports
from benchmarks.house.layout import MEASURED, PRODUCT, floor_of, room_of
from benchmarks.house.limits import FOLDER_FILES_MEDIAN, FOLDER_FILES_MOST
from benchmarks.house.prose import Prose, count_prose
from benchmarks.house.sizes import Spread, folder_sizes, function_sizes, line_count
from benchmarks.house.sources import Source, sources, sources_of


@dataclass(frozen=True, slots=True)
class PackageMeasures:
    """One top-level package, or several together."""

    files: int
    lines: int
    functions: Spread
    prose: Prose

    @classmethod
    def of(cls, files: tuple[Source, ...]) -> PackageMeasures:
        """Measure these files."""
        sizes = list(function_sizes(files).values())
        return cls(len(files), line_count(files), Spread.of(sizes), count_prose(files))


@dataclass(frozen=True, slots=True)
class House:
    """Everything that is measured."""

    folders: dict[str, int]
    """Python files of each folder of `service/`."""
    packages: dict[str, PackageMeasures]
    product: PackageMeasures
    """All packages but the benchmarks."""
    measured: PackageMeasures
    """The benchmarks too: the docstrings that the style is counted over."""
    floor_arrows: dict[str, int]
    """`floor -> floor`: imports."""
    room_arrows: dict[str, int]
    """`floor/room -> floor/room` on one floor: imports."""

    @property
    def folder_median(self) -> float:
        """The median number of files in a folder."""
        return statistics.median(self.folders.values())

    def as_json(self) -> dict[str, Any]:
        """Return the measurements as JSON can hold them."""
        return asdict(self)


def measure() -> House:
    """Measure the code of this checkout."""
    product = sources_of(PRODUCT)
    pairs = imports(product)
    present = {package: sources(package) for package in MEASURED if sources(package)}
    return House(
        folders=folder_sizes(sources("service")),
        packages={name: PackageMeasures.of(files) for name, files in present.items()},
        product=PackageMeasures.of(product),
        measured=PackageMeasures.of(sources_of(MEASURED)),
        floor_arrows=_named(arrows(pairs, floor_of)),
        room_arrows=_named(arrows(_on_one_floor(pairs), _room_path)),
    )


def _named(found: dict[tuple[str, str], int]) -> dict[str, int]:
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return {f"{source} -> {target}": count for (source, target), count in ranked}


def _on_one_floor(pairs: frozenset[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(a, b) for a, b in pairs if floor_of(a) == floor_of(b)]


def _room_path(module: str) -> str | None:
    room = room_of(module)
    return f"{floor_of(module)}/{room}" if room else None


def lines(house: House) -> Iterator[str]:
    """Yield the measurements as a person reads them."""
    yield from _folder_lines(house)
    yield from _package_lines(house)
    yield f"\nArrows between floors: {len(house.floor_arrows)}"
    yield from (f"  {count:>5}  {arrow}" for arrow, count in house.floor_arrows.items())
    yield f"\nArrows between rooms of one floor: {len(house.room_arrows)}"
    yield from (f"  {count:>5}  {arrow}" for arrow, count in house.room_arrows.items())


def _folder_lines(house: House) -> Iterator[str]:
    yield (
        f"Python files in folders of service/: at most {max(house.folders.values())} "
        f"(limit {FOLDER_FILES_MOST}), median {house.folder_median:g} "
        f"(limit {FOLDER_FILES_MEDIAN}), in {len(house.folders)} folders"
    )
    for folder, files in house.folders.items():
        yield f"  {files:>5}  {folder}{'  <- too many' if files > FOLDER_FILES_MOST else ''}"


def _package_lines(house: House) -> Iterator[str]:
    yield "\n                                functions: lines      in 1,000 words of docstrings"
    yield "package        files    lines   median  p90  longest   who, nobody ...      what"
    measured = {"product": house.product, "with benchmarks": house.measured}
    for name, found in (house.packages | measured).items():
        spread, prose = found.functions, found.prose
        yield (
            f"{name:<15}{found.files:>5} {found.lines:>8,} {spread.median:>8g} {spread.p90:>4}"
            f" {spread.longest:>8} {prose.person_words_per_1000:>17.1f}"
            f" {prose.whats_per_1000:>9.1f}"
        )
