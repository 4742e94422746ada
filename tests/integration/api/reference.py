"""The tables of docs/api-reference.md, made from the application itself.

`python -m tests.integration.api.reference` writes them anew; a test fails while they differ. So it
does with the list of all fields of bodies and answers, where a person reads what a change shows.
"""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path
from typing import Any

from service.api.problems import PROBLEM_TYPES
from service.app import create_app
from service.bootstrap.runtime import open_runtime
from service.logs import build_logger
from service.settings import load_settings

REFERENCE = Path(__file__).parents[3] / "docs" / "api-reference.md"
FIELDS = Path(__file__).parents[2] / "golden" / "openapi_fields.txt"


def endpoint_table(document: dict[str, Any]) -> str:
    """Return one row for each call of an OpenAPI document."""
    rows = [
        f"| `{method.upper()} {path}` | {_scope(operation)} | {_sentence(operation)} |"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    return "\n".join(["| Call | Scope | What it does |", "|---|---|---|", *rows])


def field_list(document: dict[str, Any]) -> str:
    """Return a line for each field of each body and answer: required or not, and its type."""
    lines = (
        f"{schema}.{name}{'' if name in told.get('required', ()) else '?'} {_kind(field)}\n"
        for schema, told in sorted(document["components"]["schemas"].items())
        for name, field in told.get("properties", {}).items()
    )
    return "".join(lines)


def _kind(field: dict[str, Any]) -> str:
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if parts := field.get("anyOf") or field.get("oneOf") or field.get("allOf"):
        return " or ".join(map(_kind, parts))
    if field.get("type") == "array":
        return f"[{_kind(field.get('items', {}))}]"
    return str(field.get("type", "any"))


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
    return str(operation["summary"])


def document() -> dict[str, Any]:
    """Return the OpenAPI document of the application over an empty store."""
    with (
        tempfile.TemporaryDirectory() as store,
        open_runtime(load_settings(store=Path(store), database_url=None)) as runtime,
    ):
        return create_app(runtime, logger=build_logger(io.StringIO())).openapi()


def main() -> None:
    """Write the tables."""
    made = document()
    REFERENCE.write_text(with_tables(REFERENCE.read_text("utf-8"), made), "utf-8")
    FIELDS.write_text(field_list(made), "utf-8")


if __name__ == "__main__":
    main()
