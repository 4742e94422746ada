"""Every literal error message, so that they can be read once from top to bottom."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.house.committed import Committed
from benchmarks.house.layout import PRODUCT
from benchmarks.house.sources import Source, sources_of

FILE = Path("tests/golden/messages.txt")


def committed_messages() -> Committed:
    """Return the file of messages as the product's code has them: `Error: message`, sorted."""
    lines = sorted(set(messages(sources_of(PRODUCT))))
    return Committed(FILE, "".join(f"{line}\n" for line in lines))


def messages(files: Iterable[Source]) -> Iterator[str]:
    """Yield `Error: message` for each raised error whose message stands beside its `raise`."""
    for file in files:
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                name = ast.unparse(node.exc.func).rpartition(".")[2]
                given = [*node.exc.args, *(keyword.value for keyword in node.exc.keywords)]
                yield from (f"{name}: {text}" for part in given for text in _texts(part))


def _texts(node: ast.expr) -> Iterator[str]:
    """Yield the sentences that an argument may be; codes and names of fields have no space."""
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    else:
        text = _literal(node)
        if text is not None and " " in text:
            yield " ".join(text.split())


def _literal(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_piece(value) for value in node.values)
    return None


def _piece(node: ast.expr) -> str:
    if isinstance(node, ast.FormattedValue):
        return f"{{{ast.unparse(node.value)}}}"
    return _literal(node) or ""
