"""Python files, read and parsed once."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.house.layout import ROOT, is_counted


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file of the checkout."""

    module: str
    """Its dotted name; a package is named without `__init__`."""
    path: Path
    """Relative to the checkout."""
    text: str
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        """Whether this is the `__init__` of a package."""
        return self.path.name == "__init__.py"

    @property
    def lines(self) -> int:
        """Lines of the file, blank ones included."""
        return len(self.text.splitlines())

    @property
    def docstring(self) -> str:
        """The docstring of the module, empty if it has none."""
        return ast.get_docstring(self.tree) or ""

    def docstrings(self) -> Iterator[str]:
        """Yield the docstrings of the module, its classes, functions and attributes."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Expr) and _is_text(node.value):
                yield ast.literal_eval(node.value)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@cache
def sources(package: str) -> tuple[Source, ...]:
    """Return the measured files of a top-level package, sorted; none if it does not exist."""
    files = sorted(file.relative_to(ROOT) for file in (ROOT / package).rglob("*.py"))
    with _uncollected():
        return tuple(_source(file) for file in files if is_counted(file))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector, which would do most of the work, away from the trees made inside."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


def sources_of(packages: Sequence[str]) -> tuple[Source, ...]:
    """Return the measured files of several top-level packages."""
    return tuple(source for package in packages for source in sources(package))


def _source(file: Path) -> Source:
    text = (ROOT / file).read_text(encoding="utf-8")
    parts = file.with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Source(name, file, text, ast.parse(text))
