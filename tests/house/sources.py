"""Python files, read and parsed once, with their imports and the first lines of
their docstrings.
"""

import ast
import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.house.layout import ROOT, is_counted


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file of the checkout."""

    module: str
    """Dotted name of the module. A package is named without `__init__`."""
    path: Path
    """Path relative to the checkout."""
    text: str
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        """Whether this is the `__init__` of a package."""
        return self.path.name == "__init__.py"

    @property
    def docstring(self) -> str:
        """The docstring of the module, or an empty text."""
        return ast.get_docstring(self.tree) or ""


@cache
def sources(package: str) -> tuple[Source, ...]:
    """Return the measured files of a top-level package, sorted; none if the package does not
    exist.
    """
    files = sorted(file.relative_to(ROOT) for file in (ROOT / package).rglob("*.py"))
    with _uncollected():
        return tuple(_source(file) for file in files if is_counted(file))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Switch off garbage collection while trees are made, because it would take
    most of the time.
    """
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


def imports(files: Sequence[Source]) -> frozenset[tuple[str, str]]:
    """Return the pairs (importing module, imported module) among these files."""
    known = frozenset(file.module for file in files)
    return frozenset(
        (file.module, target)
        for file in files
        for target in _targets(file, known)
        if target != file.module
    )


_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")


def statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """Yield every statement of a file; not expressions, which hold none and are nine in ten."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        inner = [one for block in _BLOCKS for one in getattr(node, block, ())]
        yield from (one for one in inner if isinstance(one, ast.stmt))
        waiting += inner


def _targets(file: Source, known: frozenset[str]) -> Iterator[str]:
    for node in statements(file.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                if inner in known:
                    yield inner
                elif node.module in known:
                    yield node.module


def arrows(
    pairs: Iterable[tuple[str, str]], place: Callable[[str], str | None]
) -> Counter[tuple[str, str]]:
    """Return how many imports lead from one place to another. Modules without a place are left
    out.
    """
    found = ((place(source), place(target)) for source, target in pairs)
    return Counter((a, b) for a, b in found if a is not None and b is not None and a != b)


def first_lines(files: Iterable[Source]) -> dict[str, str]:
    """Return the first paragraph of the docstring of each package, by dotted name."""
    return {file.module: first_line(file) for file in files if file.is_package}


def first_line(file: Source) -> str:
    """Return the first paragraph of the docstring of a module, on one line."""
    return " ".join(file.docstring.split("\n\n")[0].split())
