"""Package docstrings: the first line, and the list of modules below it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from benchmarks.house.layout import ROOT
from benchmarks.house.sources import Source

_LISTED = re.compile(r"^- `(?P<name>\w+)`: \S", re.MULTILINE)


def first_lines(files: Iterable[Source]) -> dict[str, str]:
    """Return the first paragraph of the docstring of each package, by dotted name."""
    return {file.module: first_line(file) for file in files if file.is_package}


def first_line(file: Source) -> str:
    """Return the first paragraph of the docstring of a module, on one line."""
    return " ".join(file.docstring.split("\n\n")[0].split())


def listed(package: Source) -> list[str]:
    """Return the names that a package docstring lists, one a line: "- `name`: its content"."""
    return [found["name"] for found in _LISTED.finditer(package.docstring)]


def members(package: Source) -> list[str]:
    """Return the modules and packages directly in a package, sorted; `__main__` is no module."""
    inner = (ROOT / package.path.parent).iterdir()
    files = {
        file.stem for file in inner if file.suffix == ".py" or (file / "__init__.py").exists()
    }
    return sorted(files - {"__init__", "__main__"})


def faults(files: Iterable[Source]) -> list[str]:
    """Return a sentence for each package whose list and modules differ.

    A package need not list its modules: their own first lines say what they are.
    """
    return [
        fault
        for package in files
        if package.is_package
        for fault in _faults_of(package, members(package))
    ]


def _faults_of(package: Source, modules: list[str]) -> list[str]:
    names = listed(package)
    if not names:
        return []
    missing = [f"{package.path} does not list `{name}`." for name in modules if name not in names]
    unknown = [
        f"{package.path} lists `{name}`, which is not in it."
        for name in names
        if name not in modules
    ]
    order = (
        [] if names == sorted(names) else [f"{package.path} does not list in alphabetical order."]
    )
    return missing + unknown + order
