"""Every way to seal an outcome: two store an evaluation, and both hold it against the points.

What the two demand is tested through the API (`tests/integration/api/test_placed_points.py`). This
test finds a third way that somebody adds.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import service

SOURCES = Path(service.__file__).parent
STORES = ("cases.seal_comparison", "revisions.seal", "cases.seal_decision")
SEALING, RESOLUTION = "usecases/examination/sealing.py", "usecases/examination/resolution.py"


def _calls(function: ast.FunctionDef) -> set[str]:
    """Return what a function calls, each by its last two names."""
    called = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {".".join(ast.unparse(one).split(".")[-2:]) for one in called}


def _ways() -> Iterator[tuple[str, str, set[str]]]:
    """Yield the file, the name and the calls of each function that stores an outcome."""
    for path in sorted(SOURCES.rglob("*.py")):
        text = path.read_text()
        if not any(f".{store}(" in text for store in STORES):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and _calls(node) & set(STORES):
                yield path.relative_to(SOURCES).as_posix(), node.name, _calls(node)


def test_an_outcome_is_stored_in_four_places_and_an_evaluation_only_once_it_is_founded() -> None:
    ways = {(file, name): calls for file, name, calls in _ways()}

    assert set(ways) == {
        (SEALING, "seal_comparison"),
        (SEALING, "revise_comparison"),
        (SEALING, "seal_decision"),
        (RESOLUTION, "resolve"),
    }
    for name in ("seal_comparison", "revise_comparison"):
        assert {"evaluation", "cases.check_points"} <= ways[SEALING, name]
    # A decision follows from sealed evaluations, and a supervisor upholds a sealed decision.
    assert "_decision" in ways[SEALING, "seal_decision"]
    assert {"_upheld", "_check_seen"} <= ways[RESOLUTION, "resolve"]


def test_an_evaluation_is_made_in_one_place_of_the_use_cases() -> None:
    made = [
        path.relative_to(SOURCES).as_posix()
        for path in sorted((SOURCES / "usecases").rglob("*.py"))
        if any(_makes_a_comparison(node) for node in ast.walk(ast.parse(path.read_text())))
    ]

    assert made == [SEALING]


def _makes_a_comparison(node: ast.AST) -> bool:
    """Whether a comparison is made here: by its class, or from a value with the same fields."""
    if not isinstance(node, ast.Call):
        return False
    called, *given = (ast.unparse(one).split(".")[-1] for one in (node.func, *node.args))
    return called == "Comparison" or (called == "made_from" and given[:1] == ["Comparison"])
