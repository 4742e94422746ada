"""The tables of docs/evaluation.md, written from result files.

The text between `<!-- begin NAME -->` and `<!-- end NAME -->` is replaced by the table NAME.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.evidencing.strata import FINGER_IN_COMMON

_MARKED = re.compile(r"(<!-- begin (?P<name>\w+) -->\n).*?(<!-- end (?P=name) -->)", re.DOTALL)
_MAIN_STRATA = ("all", "honest", "false identity")
_MISSES_STRATA = (*_MAIN_STRATA, FINGER_IN_COMMON, f"honest, {FINGER_IN_COMMON}")
_LEAST_FOR_FLOOR = 500
_MOST_CALIBRATION_LOSS = 0.05
Row = dict[str, Any]


def fill(document: Path, evidence: Row, names: Row | None) -> None:
    """Write the tables of these results into the document; other tables stay as they are."""
    rows: list[Row] = evidence["rows"]
    tables: dict[str, Callable[[], str]] = {
        "run": lambda: _run(evidence),
        "misses": lambda: _misses(rows),
        "ranks": lambda: _ranks(rows),
        "ratios": lambda: _ratios(rows),
        "strata": lambda: _strata(rows),
        "exceptions": lambda: _exceptions(rows),
    }
    if "febrl" in evidence:
        tables |= {
            "febrl": lambda: _febrl(evidence["febrl"]),
            "speed": lambda: _speed(evidence["speed"]),
        }
    if names is not None:
        tables["names"] = lambda: _names(names)

    def replaced(found: re.Match[str]) -> str:
        table = tables.get(found["name"])
        return found[0] if table is None else f"{found[1]}{table()}\n{found[3]}"

    document.write_text(_MARKED.sub(replaced, document.read_text()))


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _run(result: Row) -> str:
    machine = result["machine"]
    return (
        f"```\n{result['command']}\n```\n\n{machine['processor']}, {machine['cores']} cores; "
        f"{result['duration_s']:.0f} s; measured {result['measured_at']}, load average at the "
        f"start {result['load_before']:.1f}; model `{result['model']['digest'][:12]}`, seed "
        f"{result['seed']}, {result['persons']:,} people in the gallery."
    )


def _with_interval(row: Row, name: str) -> str:
    low, high = row[f"{name}_interval"]
    return f"{row[name]:.4f} ({low:.4f}-{high:.4f})"


def _misses(rows: Sequence[Row]) -> str:
    names = ("fnir_at_fpir_001", "fnir_at_fpir_005", "fnir_at_fpir_01")
    cells = [
        (
            *(str(row[name]) for name in ("search", "evidence", "stratum", "mated", "nonmated")),
            *(_with_interval(row, name) for name in names),
        )
        for row in rows
        if row["stratum"] in _MISSES_STRATA
    ]
    header = ("search", "evidence", "people", "mated", "non-mated")
    return _table((*header, "FNIR at FPIR .001", "at .005", "at .01"), cells)


def _ranks(rows: Sequence[Row]) -> str:
    ranks = (1, 2, 5, 10, 50, 100)
    cells = [
        (row["search"], row["evidence"], *(f"{row[f'rank{rank}']:.4f}" for rank in ranks))
        for row in rows
        if row["stratum"] == "all"
    ]
    return _table(("search", "evidence", *(f"rank {rank}" for rank in ranks)), cells)


def _ratios(rows: Sequence[Row]) -> str:
    cells = [
        (
            *(row[name] for name in ("search", "evidence", "stratum")),
            *(_with_interval(row, name) for name in ("cllr", "cllr_min", "cllr_cal")),
        )
        for row in rows
        if row["stratum"] in _MAIN_STRATA
    ]
    return _table(("search", "evidence", "people", "Cllr", "Cllr_min", "Cllr_cal"), cells)


def _strata(rows: Sequence[Row]) -> str:
    shown = {("one finger", "prints"), ("one finger", "fused"), ("marks", "prints")}
    shown.add(("names", "details"))
    cells = [
        (
            row["search"],
            row["evidence"],
            row["stratum"],
            f"{row['mated']}",
            f"{row['fnir_at_fpir_001']:.4f}",
            f"{row['fnir_at_fpir_01']:.4f}",
            f"{row['rank1']:.4f}",
            f"{row['cllr_cal']:.4f}",
        )
        for row in rows
        if (row["search"], row["evidence"]) in shown and row["stratum"] not in _MAIN_STRATA
    ]
    header = ("search", "evidence", "stratum", "mated", "FNIR at .001", "at .01", "rank 1")
    return _table((*header, "Cllr_cal"), cells)


def _exceptions(rows: Sequence[Row]) -> str:
    worst = [
        f"- {row['search']}, {row['evidence']}, {row['stratum']}: {row['cllr_cal']:.3f} "
        f"({row['mated']} mated searches)"
        for row in rows
        if row["mated"] >= _LEAST_FOR_FLOOR and row["cllr_cal"] > _MOST_CALIBRATION_LOSS
    ]
    return "\n".join(worst) if worst else "None."


def _febrl(rows: Sequence[Row]) -> str:
    cells = [
        (
            row["dataset"],
            row["method"],
            *(f"{row[name]:.4f}" for name in ("f1", "precision", "recall", "blocking_recall")),
            f"{row['pairs']:,}",
        )
        for row in rows
    ]
    header = ("data", "method", "F1", "precision", "recall", "reach of the pairs", "pairs")
    return _table(header, cells)


def _speed(rows: Sequence[Row]) -> str:
    splink_ms = {
        row["candidates"]: row["median_ms"] for row in rows if row["what"].startswith("Splink")
    }
    cells = [
        (
            row["what"],
            f"{row['candidates']:,}",
            f"{row['least_ms']:.2f}",
            f"{row['median_ms']:.2f}",
            f"{splink_ms[row['candidates']] / row['median_ms']:.1f}",
        )
        for row in rows
    ]
    header = ("what", "candidates", "least CPU ms", "median CPU ms", "Splink takes times")
    return _table(header, cells)


def _names(result: Row) -> str:
    left_out = ("benchmark", "machine", "versions", "command")
    cells = [
        (name.replace("_", " "), f"{value:,}" if isinstance(value, int) else f"{value}")
        for name, value in result.items()
        if name not in left_out and isinstance(value, int | float)
    ]
    return f"```\n{result['command']}\n```\n\n{_table(('what', 'value'), cells)}"
