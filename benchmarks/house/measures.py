"""Folders, lines, functions and words of docstrings: how large, how many, and the limits."""

from __future__ import annotations

import ast
import math
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.house.layout import MEASURED, PRODUCT, floor_of, room_of
from benchmarks.house.sources import Source, arrows, imports, sources, sources_of


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


FOLDER_FILES_MOST = 20
"""Python files in any folder of `service/`, `__init__` not counted."""

FOLDER_FILES_MEDIAN = 10


WALK_FUNCTIONS = 307
"""Distinct functions of one served search; 300 before counts of the gallery weighed each."""

WALK_MOVES = 134
"""Moves between rooms of one served search."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How a size is spread over many things."""

    count: int
    median: float
    p90: int
    """Nine in ten are at most as large."""
    longest: int

    @classmethod
    def of(cls, sizes: Sequence[int]) -> Spread:
        """Return the spread of these sizes; zeros if there are none."""
        if not sizes:
            return cls(0, 0, 0, 0)
        ranked = sorted(sizes)
        ninth = ranked[math.ceil(0.9 * len(ranked)) - 1]
        return cls(len(ranked), statistics.median(ranked), ninth, ranked[-1])


def folder_sizes(files: Iterable[Source]) -> dict[str, int]:
    """Return the number of Python files in each folder, `__init__` not counted."""
    return dict(
        sorted(Counter(str(file.path.parent) for file in files if not file.is_package).items())
    )


def line_count(files: Iterable[Source]) -> int:
    """Return the lines of these files, blank ones included."""
    return sum(file.lines for file in files)


def function_sizes(files: Iterable[Source]) -> dict[str, int]:
    """Return the lines of each function, from `def` to its end: `path:line name` -> lines."""
    return {
        f"{file.path}:{node.lineno} {node.name}": _lines(node)
        for file in files
        for node in ast.walk(file.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


PERSON_WORDS = ("who", "whom", "whoever", "nobody", "somebody")
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
_CODE = re.compile(r"`[^`]*`")


@dataclass(frozen=True, slots=True)
class Prose:
    """Words of docstrings, and how many of them are avoided."""

    words: int
    person_words: int
    """`PERSON_WORDS`."""
    whats: int
    """Occurrences of `what`."""

    @property
    def person_words_per_1000(self) -> float:
        """`PERSON_WORDS` in 1,000 words."""
        return 1000 * self.person_words / max(1, self.words)

    @property
    def whats_per_1000(self) -> float:
        """Occurrences of `what` in 1,000 words."""
        return 1000 * self.whats / max(1, self.words)


def count_prose(files: Iterable[Source]) -> Prose:
    """Count the words of all docstrings of these files; code between backticks is no prose."""
    words = [
        word.lower()
        for file in files
        for text in file.docstrings()
        for word in _WORD.findall(_CODE.sub(" ", text))
    ]
    return Prose(len(words), sum(map(words.count, PERSON_WORDS)), words.count("what"))
