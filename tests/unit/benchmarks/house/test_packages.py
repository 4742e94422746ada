from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from benchmarks.house.layout import ROOT
from benchmarks.house.sources import Source, first_line, sources
from tests.unit.benchmarks.house.builders import source

pytestmark = pytest.mark.shares("parsed sources")

TEXT = """State in memory,
for one process.

- `b`: one thing, and
  more of it
- `a`: another
"""
SHOWN = source("service.live", f'"""{TEXT}"""', is_package=True)


_LISTED = re.compile(r"^- `(?P<name>\w+)`: \S", re.MULTILINE)


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


def test_packages_that_list_modules_list_them_all() -> None:
    house = [file for file in sources("benchmarks") if file.module == "benchmarks.house"]

    assert faults([*sources("service"), *house]) == []


def test_missing_unknown_and_unordered_names_are_faults() -> None:
    package = source("benchmarks.house", f'"""{TEXT}"""', is_package=True)

    found = faults([package])

    assert "benchmarks/house/__init__.py does not list `walk`." in found
    assert "benchmarks/house/__init__.py lists `b`, which is not in it." in found
    assert found[-1] == "benchmarks/house/__init__.py does not list in alphabetical order."


def test_a_package_without_a_list_has_no_fault() -> None:
    package = source("benchmarks.house", '"""The house."""', is_package=True)

    assert faults([package]) == []


def test_a_docstring_gives_its_first_paragraph_and_its_list() -> None:
    assert first_line(SHOWN) == "State in memory, for one process."
    assert listed(SHOWN) == ["b", "a"]
