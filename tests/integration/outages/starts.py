"""Finds in the code every refusal that a start can make: no list of them is kept by hand.

A start is followed call by call. Each `raise` that stands in a function which a start called, and
whose class tells an operator of something to correct, is a refusal that this start could make.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from domain.errors import (
    InvalidInputError,
    InvalidNoteError,
    LinkingError,
    LogDamagedError,
    NotFoundError,
    PayloadErasedError,
    VaultDamagedError,
)

ROOT = Path(__file__).parents[3]
ROOMS = ("domain", "indexing", "matching", "prints", "rules", "service")

TOLD_ELSEWHERE: dict[type[Exception], str] = {
    LogDamagedError: "`identlink log verify` finds changed rows",
    VaultDamagedError: "`identlink log verify --deep` finds changed payloads",
    PayloadErasedError: "tells of one payload",
    NotFoundError: "tells of one row",
    InvalidNoteError: "whoever reads a note says which setting or file it came from",
    InvalidInputError: "a caller's mistake, or one of the program",
}
"""Classes that tell of contents. What an operator can correct before a start has another class."""


class Site(NamedTuple):
    """A `raise` in the code."""

    module: str
    function: str
    error: str
    number: int
    """Which of the raises of this class in this function it is, from 1."""


@dataclass(slots=True)
class Starts:
    """What the starts that were followed have called, and where they were refused."""

    called: set[tuple[str, int]] = field(default_factory=set)
    """File and first line of functions."""
    raised: set[tuple[str, int]] = field(default_factory=set)
    """File and line."""

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Follow this thread as long as the context lasts."""
        before = sys.gettrace()
        sys.settrace(self._on_call)
        try:
            yield
        finally:
            sys.settrace(before)

    def possible(self) -> set[Site]:
        """Return the refusals that the starts could have made."""
        files = {file for file, _ in self.called}
        return {
            site
            for file in files
            for site, function, _ in _raises(file)
            if (file, function) in self.called
        }

    def seen(self) -> set[Site]:
        """Return the refusals that the starts made."""
        return {
            site
            for file in {file for file, _ in self.raised}
            for site, _, lines in _raises(file)
            if any((file, line) in self.raised for line in lines)
        }

    def _on_call(self, frame: FrameType, _event: str, _given: Any) -> Any:
        code = frame.f_code
        if not code.co_filename.startswith(tuple(f"{ROOT}/{room}/" for room in ROOMS)):
            return None
        self.called.add((code.co_filename, code.co_firstlineno))
        frame.f_trace_lines = False
        return self._on_event

    def _on_event(self, frame: FrameType, event: str, _given: Any) -> Any:
        if event == "exception":
            self.raised.add((frame.f_code.co_filename, frame.f_lineno))
        return self._on_event


@cache
def _raises(file: str) -> tuple[tuple[Site, int, range], ...]:
    """Return each refusal of a file, with the first line of its function and its own lines."""
    module = ".".join(Path(file).relative_to(ROOT).with_suffix("").parts)
    found: list[tuple[Site, int, range]] = []
    for function in ast.walk(ast.parse(Path(file).read_text())):
        if not isinstance(function, ast.FunctionDef):
            continue
        first = min([function.lineno, *(one.lineno for one in function.decorator_list)])
        raises = [one for one in _own(function) if isinstance(one, ast.Raise) and one.exc]
        names: list[str] = []
        for one in sorted(raises, key=lambda each: each.lineno):
            name = _name(one.exc)
            if _concerns_operators(module, name):
                # An error may be named through its module.
                name = name.rpartition(".")[2]
                names.append(name)
                site = Site(module, function.name, name, names.count(name))
                found.append((site, first, range(one.lineno, (one.end_lineno or 0) + 1)))
    return tuple(found)


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function, without those of functions inside it."""
    for node in ast.iter_child_nodes(function):
        if not isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            yield node
            yield from _own(node)


def _name(raised: ast.expr | None) -> str:
    """Return the name of what is raised: of `outage(SomeError, ...)`, that of the error."""
    called = raised.func if isinstance(raised, ast.Call) else raised
    name = ast.unparse(called) if called else ""
    if isinstance(raised, ast.Call) and name == "outage" and raised.args:
        return ast.unparse(raised.args[0])
    return name


def _concerns_operators(module: str, name: str) -> bool:
    """Return whether a name is a class that tells operators of something to correct.

    A name that is no class, such as that of a function which chooses the error, is one.
    """
    *through, last = name.split(".")
    where: Any = import_module(module)
    for part in through:
        where = getattr(where, part, None)
    raised = getattr(where, last, None) or getattr(builtins, name, None)
    if not isinstance(raised, type):
        return "." not in name
    return issubclass(raised, LinkingError | OSError) and raised not in TOLD_ELSEWHERE
