"""Folders, functions and words of docstrings: how large, and how many."""

from __future__ import annotations

import ast
import math
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.house.sources import Source, statements


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


def function_sizes(files: Iterable[Source]) -> dict[str, int]:
    """Return the lines of each function, from `def` to its end: `path:line name` -> lines."""
    return {
        f"{file.path}:{node.lineno} {node.name}": _lines(node)
        for file in files
        for node in statements(file.tree)
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
        for text in _docstrings(file)
        for word in _WORD.findall(_CODE.sub(" ", text))
    ]
    return Prose(len(words), sum(map(words.count, PERSON_WORDS)), words.count("what"))


def _docstrings(file: Source) -> Iterator[str]:
    """Yield the docstrings of the module, its classes, functions and attributes."""
    for node in statements(file.tree):
        match node:
            case ast.Expr(ast.Constant(str(text))):
                yield text
