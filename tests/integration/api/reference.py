"""The tables of docs/api-reference.md, made from the application itself.

`python -m tests.integration.api.reference` writes them anew; a test fails while they differ.
"""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path
from typing import Any

from service.api.problems import PROBLEM_TYPES
from service.app import create_app
from service.bootstrap import open_runtime
from service.logs import build_logger
from service.settings import load_settings

REFERENCE = Path(__file__).parents[3] / "docs" / "api-reference.md"


def endpoint_table(document: dict[str, Any]) -> str:
    """Return one row for each call of an OpenAPI document."""
    rows = [
        f"| `{method.upper()} {path}` | {_scope(operation)} | {_sentence(operation)} |"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    return "\n".join(["| Call | Scope | What it does |", "|---|---|---|", *rows])


def problem_table() -> str:
    """Return one row for each problem type."""
    rows = [
        f"| `{kind.code}` | {kind.status} | {' '.join(kind.explanation.split())} |"
        for kind in sorted(PROBLEM_TYPES.values(), key=lambda kind: (kind.status, kind.code))
    ]
    return "\n".join(["| Type | Status | When |", "|---|---|---|", *rows])


def with_tables(text: str, document: dict[str, Any]) -> str:
    """Return the text with its tables made anew between their markers."""
    tables = {"calls": endpoint_table(document), "problems": problem_table()}
    for name, table in tables.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        between = re.compile(f"{begin}.*?{end}", re.DOTALL)
        text = between.sub(lambda _, t=table, b=begin, e=end: f"{b}\n{t}\n{e}", text)
    return text


def _scope(operation: dict[str, Any]) -> str:
    security = operation.get("security")
    return f"`{security[0]['client'][0]}`" if security else "none"


def _sentence(operation: dict[str, Any]) -> str:
    return str(operation["description"]).split("\n\n", maxsplit=1)[0].replace("\n", " ")


def main() -> None:
    """Write the tables."""
    with (
        tempfile.TemporaryDirectory() as store,
        open_runtime(load_settings(store=Path(store), database_url=None)) as runtime,
    ):
        document = create_app(runtime, logger=build_logger(io.StringIO())).openapi()
    REFERENCE.write_text(with_tables(REFERENCE.read_text("utf-8"), document), "utf-8")


if __name__ == "__main__":
    main()
