from __future__ import annotations

import pytest

from benchmarks.house.packages import faults, first_line, listed
from benchmarks.house.sources import sources
from tests.unit.benchmarks.house.builders import source

pytestmark = pytest.mark.shares("parsed sources")

TEXT = """State in memory,
for one process.

- `b`: one thing, and
  more of it
- `a`: another
"""
SHOWN = source("service.live", f'"""{TEXT}"""', is_package=True)


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
