"""The table of migrations in docs/releases.md, made from the migrations themselves.

`python -m tests.unit.service.migrations` writes it anew; a test fails while they differ.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "docs" / "releases.md"
BASELINE = "0047"
_BETWEEN = re.compile(
    r"(?<=<!-- migrations: begin -->\n).*?(?=<!-- migrations: end -->)", re.DOTALL
)
_DEMANDS = "add a column that has to be filled"
"""Servers of the release before do not know the column, and could add no row."""
_ADDS = {"create_table", "create_index", "add_column", "get_bind", "execute"}
_IN_SQL = re.compile(r"\b(?:TABLE|UPDATE|INTO|FROM) (\w+)")


def table() -> str:
    """Return one row for each migration after the baseline."""
    rows = (row_of(path.read_text("utf-8"), path.name[1:5]) for path in _after_the_baseline())
    head = "| Migration | For | It adds | Blocks or rewrites what is there |\n|---|---|---|---|"
    return "\n".join([head, *rows]) + "\n"


def _after_the_baseline() -> Iterator[Path]:
    folder = ROOT / "service/storage/migrations/versions"
    return (path for path in sorted(folder.glob("v*.py")) if path.name[1:5] > BASELINE)


def row_of(source: str, number: str) -> str:
    """Return the row of a migration: what it is for, adds, and does to tables that are in use."""
    tree = ast.parse(source)
    done = [_done(call) for call in ast.walk(tree) if _is_operation(call)]
    made = [name for operation, name in done if operation == "create_table"]
    columns = [name for operation, name in done if operation in {"add_column", _DEMANDS}]
    added = [f"`{name}`" for name in made] + [f"a column of `{name}`" for name in columns]
    touched = sorted({name for operation, name in done if _disturbs(operation, name, made)})
    words = (ast.get_docstring(tree) or "").splitlines()[0].rstrip(".")
    return f"| {number} | {words} | {', '.join(added)} | {', '.join(touched) or 'no'} |"


def _is_operation(node: ast.AST) -> bool:
    """Whether a node calls `op.something`."""
    function = node.func if isinstance(node, ast.Call) else None
    return isinstance(function, ast.Attribute) and getattr(function.value, "id", "") == "op"


def _is_required(call: ast.Call) -> bool:
    """Whether a call adds a column that may not be empty, and that the database does not fill."""
    if getattr(call.func, "attr", "") != "add_column":
        return False
    columns = (one for one in call.args if isinstance(one, ast.Call))
    told = [{each.arg: each.value for each in one.keywords} for one in columns]
    return any(
        getattr(one.get("nullable"), "value", True) is False and "server_default" not in one
        for one in told
    )


def _done(call: ast.AST) -> tuple[str, str]:
    """Return an operation and the table on which it works, "" where the code computes it."""
    assert isinstance(call, ast.Call)
    assert isinstance(call.func, ast.Attribute)
    operation = _DEMANDS if _is_required(call) else call.func.attr
    texts = [one.value for one in call.args if isinstance(one, ast.Constant)]
    if operation == "execute":
        return operation, "".join(_IN_SQL.findall(str(texts[0]))[:1]) if texts else ""
    return operation, str(
        (texts[1:] if operation == "create_index" else texts)[0]
    ) if texts else ""


def _disturbs(operation: str, table: str, made: list[str]) -> bool:
    """Whether an operation keeps a table that holds rows from being written, or writes it anew."""
    if operation not in _ADDS:
        return table not in made
    return operation in {"create_index", "execute"} and bool(table) and table not in made


def with_table(text: str) -> str:
    """Return the document with its table made anew."""
    return _BETWEEN.sub(lambda _: table(), text)


if __name__ == "__main__":
    DOCUMENT.write_text(with_table(DOCUMENT.read_text("utf-8")), "utf-8")
