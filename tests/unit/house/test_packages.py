"""A module's own first line says what it is: no package says it again."""

from __future__ import annotations

import re

import pytest

from tests.house.layout import PRODUCT
from tests.house.sources import Source, first_line, sources_of
from tests.unit.house.builders import source

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


def test_no_package_lists_its_modules() -> None:
    packages = [file for file in sources_of([*PRODUCT, "benchmarks"]) if file.is_package]

    assert len(packages) > 80
    assert {package.path: listed(package) for package in packages if listed(package)} == {}


def test_every_module_says_what_it_is() -> None:
    silent = [file.path for file in sources_of([*PRODUCT, "benchmarks"]) if not first_line(file)]

    assert silent == []


def test_a_docstring_gives_its_first_paragraph_and_its_list() -> None:
    assert first_line(SHOWN) == "State in memory, for one process."
    assert listed(SHOWN) == ["b", "a"]
