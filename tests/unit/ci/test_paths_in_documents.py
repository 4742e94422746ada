"""A path that a document names is there: files move more often than sentences."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
_TOPS = "benchmarks|clients|data|deploy|domain|indexing|matching|prints|rules|service|tests"
_PATH = re.compile(rf"`((?:{_TOPS})/[\w./-]+)`")


def test_every_path_that_a_document_names_is_there() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    named = {
        (one.name, path) for one in documents for path in _PATH.findall(one.read_text("utf-8"))
    }

    assert len(named) > 50
    assert sorted(pair for pair in named if not _is_there(pair[1])) == []


def _is_there(path: str) -> bool:
    """Return whether a folder or file is there; a module may be named without its ending."""
    return (ROOT / path).exists() or (ROOT / f"{path}.py").exists()
