"""The tables of docs/evaluation.md and docs/evaluation-names.md, made from result files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.evidencing.strata import FINGER_IN_COMMON
from benchmarks.markdown import MISSING, Column, rows_table, table

_STRATA_OF_CALIBRATION = ("honest", "false identity")
_MISSES_STRATA = ("all", "honest", f"honest, {FINGER_IN_COMMON}", "false identity")
_KINDS_BY_STRATUM = (
    ("one finger", "fused"),
    ("marks", "prints"),
    ("names", "details"),
)
_NAMES_FIGURES = (
    "persons",
    "enquiries",
    "blocking_recall",
    "rank1",
    "top20",
    "blocking_p50_ms",
    "blocking_p95_ms",
    "p50_ms",
    "p95_ms",
    "p99_ms",
    "bytes_per_person",
)
_LEAST_FOR_FLOOR = 500
_MOST_CALIBRATION_LOSS = 0.05
Row = dict[str, Any]


def evaluation_tables(evidence: Row | None, names: Row | None) -> dict[str, str]:
    """Return the text of each marked place that these results fill."""
    bodies = {} if evidence is None else _evidence_tables(evidence)
    return bodies if names is None else bodies | {"names": _names(names)}


def _evidence_tables(evidence: Row) -> dict[str, str]:
    rows: list[Row] = evidence["rows"]
    bodies = {
        "run": _run(evidence),
        "misses": _misses(rows),
        "ranks": _ranks(rows),
        "ratios": _ratios(rows),
        "strata": _strata(rows),
        "exceptions": _exceptions(rows),
    }
    if "febrl" in evidence:
        bodies |= {
            "febrl": rows_table(_FEBRL, evidence["febrl"]),
            "speed": _speed(evidence["speed"]),
        }
    return bodies


def _run(result: Row) -> str:
    machine = result["machine"]
    return (
        f"```\n{result['command']}\n```\n\n{machine['processor']}, {machine['cores']} cores; "
        f"{result['duration_s']:.0f} s; measured {result['measured_at']}, load average at the "
        f"start {result['load_before']:.1f}; model `{result['model']['digest'][:12]}`, seed "
        f"{result['seed']}, {result['persons']:,} people in the gallery. Every row: "
        "[evidence.json](../benchmarks/results/evidence.json)."
    )


def _with_interval(row: Row | None, name: str) -> str:
    """Return a figure and its interval; a dash for a stratum too small to be in the result."""
    if row is None:
        return MISSING
    low, high = row[f"{name}_interval"]
    return f"{row[name]:.4f} ({low:.4f}-{high:.4f})"


def _misses(rows: Sequence[Row]) -> str:
    """Return a row for each kind of search, with FNIR at .001 of each group of people."""
    cells = [
        (
            ", ".join(kind),
            f"{groups['all']['mated']}/{groups['all']['nonmated']}",
            *(_with_interval(groups.get(name), "fnir_at_fpir_001") for name in _MISSES_STRATA),
            _with_interval(groups["all"], "fnir_at_fpir_01"),
        )
        for kind, groups in _by_kind(rows).items()
    ]
    header = ("search, evidence", "mated/non-mated", *_MISSES_STRATA, "all, at FPIR .01")
    return table(header, cells)


def _by_kind(rows: Sequence[Row]) -> dict[tuple[str, str], dict[str, Row]]:
    """Return the rows by kind of search (search, evidence), and in each by stratum."""
    kinds: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows:
        kinds.setdefault((row["search"], row["evidence"]), {})[row["stratum"]] = row
    return kinds


_RANKS = tuple(Column(f"rank {n}", f"rank{n}", ".4f") for n in (1, 10, 100))


def _ranks(rows: Sequence[Row]) -> str:
    kinds = [
        row | {"kind": f"{row['search']}, {row['evidence']}"}
        for row in rows
        if row["stratum"] == "all"
    ]
    return rows_table((Column("search, evidence", "kind"), *_RANKS), kinds)


def _ratios(rows: Sequence[Row]) -> str:
    """Return Cllr and Cllr_cal of each kind of search; the least Cllr is their difference."""
    cells = [
        (
            ", ".join(kind),
            *(_with_interval(groups["all"], name) for name in ("cllr", "cllr_cal")),
            *(_alone(groups.get(name), "cllr_cal") for name in _STRATA_OF_CALIBRATION),
        )
        for kind, groups in _by_kind(rows).items()
    ]
    header = ("search, evidence", "Cllr", "Cllr_cal", *_STRATA_OF_CALIBRATION)
    return table(header, cells)


def _alone(row: Row | None, name: str) -> str:
    return MISSING if row is None else f"{row[name]:.4f}"


def _strata(rows: Sequence[Row]) -> str:
    """Return FNIR at FPIR .01 of each stratum, a column for each kind of search."""
    kinds = _by_kind(rows)
    shown = [kinds.get(kind, {}) for kind in _KINDS_BY_STRATUM]
    names = dict.fromkeys(name for groups in shown for name in groups)
    cells = [
        (
            name,
            *(
                f"{groups[name]['fnir_at_fpir_01']:.4f} ({groups[name]['mated']})"
                if name in groups
                else MISSING
                for groups in shown
            ),
        )
        for name in names
        if name not in (*_MISSES_STRATA, FINGER_IN_COMMON)
    ]
    return table(("stratum", *(", ".join(kind) for kind in _KINDS_BY_STRATUM)), cells)


def _exceptions(rows: Sequence[Row]) -> str:
    worst = [
        f"- {row['search']}, {row['evidence']}, {row['stratum']}: {row['cllr_cal']:.3f} "
        f"({row['mated']} mated searches)"
        for row in rows
        if row["mated"] >= _LEAST_FOR_FLOOR and row["cllr_cal"] > _MOST_CALIBRATION_LOSS
    ]
    return "\n".join(worst) if worst else "None."


_FEBRL = (
    Column("data", "dataset"),
    Column("method", "method"),
    Column("F1", "f1", ".4f"),
    *(Column(name, name, ".4f") for name in ("precision", "recall")),
    Column("reach of the pairs", "blocking_recall", ".4f"),
    Column("pairs", "pairs", ","),
)


def _speed(rows: Sequence[Row]) -> str:
    """Return median CPU time by number of candidates, and how much longer Splink takes."""
    medians: dict[str, dict[int, float]] = {}
    for row in rows:
        medians.setdefault(row["what"], {})[row["candidates"]] = row["median_ms"]
    splink = next(found for what, found in medians.items() if what.startswith("Splink"))
    cells = [
        (
            what,
            *(
                f"{found[size]:.2f} ms, {splink[size] / found[size]:.1f}x"
                if size in found
                else MISSING
                for size in splink
            ),
        )
        for what, found in medians.items()
    ]
    header = ("scored", *(f"{size:,} candidates: median CPU, Splink takes" for size in splink))
    return table(header, cells)


def _names(result: Row) -> str:
    cells = [
        (name.replace("_", " "), f"{value:,}" if isinstance(value, int) else f"{value}")
        for name, value in result.items()
        if name in _NAMES_FIGURES
    ]
    link = "All figures: [names.json](../benchmarks/results/names.json)."
    return f"```\n{result['command']}\n```\n\n{link}\n\n{table(('figure', 'value'), cells)}"
