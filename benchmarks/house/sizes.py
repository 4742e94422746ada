"""Folders, lines and functions: how large they are."""

from __future__ import annotations

import ast
import math
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.house.sources import Source


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
