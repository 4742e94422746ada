"""Python files that exist in tests alone."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house.sources import Source


def source(module: str, text: str = "", *, is_package: bool = False) -> Source:
    """Return a file of this module with this text."""
    stem = module.replace(".", "/")
    path = Path(f"{stem}/__init__.py" if is_package else f"{stem}.py")
    return Source(module, path, text, ast.parse(text))
