"""The benchmark notebook: well formed, and its cells run in their order to what they say."""

from __future__ import annotations

import ast
import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOK = Path(__file__).parents[3] / "docs/notebooks/candidate-search.ipynb"


def cells() -> list[dict[str, Any]]:
    found = json.loads(NOTEBOOK.read_text("utf-8"))
    assert (found["nbformat"], found["nbformat_minor"]) == (4, 5)
    assert len({one["id"] for one in found["cells"]}) == len(found["cells"])
    return list(found["cells"])


def test_what_it_imports_is_there() -> None:
    """Found here also where the cells do not run, since they take a while."""
    code = ["".join(one["source"]) for one in cells() if one["cell_type"] == "code"]
    imports = [
        one for one in ast.walk(ast.parse("\n".join(code))) if isinstance(one, ast.ImportFrom)
    ]

    assert len(imports) == 3
    exec("\n".join(map(ast.unparse, imports)), {})  # noqa: S102


@pytest.mark.slow
def test_its_cells_run_in_their_order() -> None:
    place: dict[str, Any] = {}
    printed = io.StringIO()

    with contextlib.redirect_stdout(printed):
        for number, cell in enumerate(cells()):
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), f"cell {number}", "exec"), place)  # noqa: S102

    assert place["lost"] == []
    assert 0.5 < place["in_exact"] <= place["in_list"] <= 1
    assert printed.getvalue().endswith("lost by the codes: []\n")


def test_it_holds_no_output_of_one_machine() -> None:
    code = [one for one in cells() if one["cell_type"] == "code"]

    assert len(code) == 5
    assert all(one["outputs"] == [] and one["execution_count"] is None for one in code)
