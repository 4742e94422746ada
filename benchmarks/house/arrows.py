"""Imports between files, floors and rooms, read from the code."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from benchmarks.house.sources import Source


def imports(files: Sequence[Source]) -> frozenset[tuple[str, str]]:
    """Return the pairs (importing module, imported module) among these files."""
    known = frozenset(file.module for file in files)
    return frozenset(
        (file.module, target)
        for file in files
        for target in _targets(file, known)
        if target != file.module
    )


def _targets(file: Source, known: frozenset[str]) -> Iterator[str]:
    for node in ast.walk(file.tree):
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
    """Return how many imports lead from one place to another one; modules without are left out."""
    found = ((place(source), place(target)) for source, target in pairs)
    return Counter((a, b) for a, b in found if a is not None and b is not None and a != b)
