"""Writes the tables and plots of docs/benchmarks.md and docs/evaluation*.md from result files.

Each table is between two markers, `<!-- begin NAME -->` and `<!-- end NAME -->`. In
docs/benchmarks.md NAME is a result file; its section has the command, the machine, the table and a
link to the whole result. docs/evaluation.md has several sections of `evidence.json`.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from benchmarks.candidates import candidates_tables
from benchmarks.evidencing.report import EVIDENCE
from benchmarks.integrity import integrity_tables
from benchmarks.load import load_table
from benchmarks.log import log_table
from benchmarks.runner import figures_table, filled, parsed
from benchmarks.scale import draw_growth, scale_table
from benchmarks.scale_out import scale_out_table
from benchmarks.serving.report import memory_table, rates_table, served_tables, service_tables
from benchmarks.workbench import slow_pages_table, workbench_table

_ROOT = Path(__file__).parent.parent
_EVALUATION = tuple(_ROOT / "docs" / f"evaluation{part}.md" for part in ("", "-names"))


@dataclass(frozen=True, kw_only=True)
class ReportOptions:
    """The options of `python -m benchmarks report`."""

    document: Annotated[Path, "document of the benchmarks"] = _ROOT / "docs" / "benchmarks.md"
    evaluation: Annotated[Sequence[Path], "documents of the evaluation", {"nargs": "+"}] = (
        _EVALUATION
    )
    results: Annotated[Path, "directory of the results"] = _ROOT / "benchmarks" / "results"


def main(arguments: Sequence[str]) -> int:
    """Fill in the documents; return 1 if a result that they name is missing."""
    given = parsed(ReportOptions, "report", __doc__, arguments)
    missing: list[str] = []
    for document in filter(Path.is_file, (given.document, *given.evaluation)):
        text, absent = filled_text(document.read_text(), given.results)
        document.write_text(text)
        _draw(text, given.results, document.parent)
        missing += absent
    for name in dict.fromkeys(missing):
        print(f"no result {name}.json: its section is left as it was")
    return 1 if missing else 0


def filled_text(text: str, results: Path) -> tuple[str, list[str]]:
    """Return a document with its tables filled in, and the names of missing results."""
    missing = []

    def body(name: str) -> str | None:
        path = results / f"{'evidence' if name in EVIDENCE else name}.json"
        if path.is_file():
            return section(name, json.loads(path.read_text()))
        missing.append(path.stem)
        return None

    return filled(text, body), missing


def section(name: str, result: dict[str, Any]) -> str:
    """Return the section for the result `name`. Its plot is linked, not drawn."""
    if name in EVIDENCE:
        return EVIDENCE[name](result)
    kind = result["benchmark"]
    make = _EXCERPTS.get(name) or _TABLES.get(kind)
    if make is None:
        raise SystemExit(f"The result comes from the benchmark {kind}, which has no table.")
    parts = [provenance(name, result), make(result)]
    if kind in _PLOTS:
        parts.append(f"![{kind}]({_IMAGES}/{name}.svg)")
    return "\n\n".join(parts)


def provenance(name: str, result: dict[str, Any]) -> str:
    """Return the command of a result, the machine, and a link to the whole result."""
    machine = result["machine"]
    return (
        f"```\n{result['command']}\n```\n\n"
        f"{machine['processor']}, {machine['cores']} cores,"
        f" Python {machine['python']}, {result['measured_at'][:10]}, load average before"
        f" {result['load_before']:.1f}; [all results](../benchmarks/results/{name}.json)."
    )


def _draw(text: str, results: Path, directory: Path) -> None:
    """Draw the plots that the document shows, if their results exist."""
    (directory / _IMAGES).mkdir(parents=True, exist_ok=True)
    for name in re.findall(rf"\({_IMAGES}/([\w-]+)\.svg\)", text):
        path = results / f"{name}.json"
        if path.is_file():
            result = json.loads(path.read_text())
            _PLOTS[result["benchmark"]](result["rows"], directory / _IMAGES / f"{name}.svg")


_TABLES: Mapping[str, Callable[[dict[str, Any]], str]] = {
    "candidates": candidates_tables,
    "scale": scale_table,
    "scale-out": scale_out_table,
    "integrity": integrity_tables,
    "load": load_table,
    "log": log_table,
    "names": partial(figures_table, "names", ("figure", "value")),
    "served": served_tables,
    "service": service_tables,
    "workbench": workbench_table,
}
_EXCERPTS = {
    "service-1m": rates_table,
    "service-memory": memory_table,
    "workbench-100k": slow_pages_table,
}
"""Sections that show only a part of their result. The link leads to the rest."""

_IMAGES = "images/benchmarks"
_PLOTS = {"scale": draw_growth}
