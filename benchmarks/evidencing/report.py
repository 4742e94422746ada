"""Rows, plots and tables of an evaluation for docs/evaluation.md and docs/evaluation-names.md."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.evidencing.accuracy import FINGER_IN_COMMON, Observed
from benchmarks.runner import DASH, Column, rows_table, table
from matching.evaluation import FPIRS, RANKS, EvaluationRow, evaluate
from matching.evaluation import Figure as Measured
from matching.metrics import det_curve, reliability, tippett, zero_error_bound

LEAST_MATED = 100
"""Strata with fewer mated searches are left out, because their figures are too uncertain."""

_DET_RATES = np.logspace(-3.3, -0.5, 40)


def evaluation_rows(observed: list[Observed], seed: int) -> list[dict[str, object]]:
    """Return the figures of every kind of search, evidence and stratum as plain data."""
    rng = np.random.default_rng(seed)
    rows = []
    for one in observed:
        mated = one.observations.is_mated
        large = {
            name: members
            for name, members in one.strata.items()
            if (members & mated).sum() >= LEAST_MATED
        }
        rows += [_plain(row) for row in evaluate(one.observations, large, rng=rng)]
    return rows


def _plain(row: EvaluationRow) -> dict[str, object]:
    named = {
        f"fnir_at_fpir_{_digits(fpir)}": one for fpir, one in zip(FPIRS, row.fnir, strict=True)
    }
    named |= {"cllr": row.cllr, "cllr_min": row.cllr_min, "cllr_cal": row.cllr_cal}
    data: dict[str, object] = {
        "search": row.search,
        "evidence": row.evidence,
        "stratum": row.stratum,
        "mated": row.mated,
        "nonmated": row.nonmated,
    }
    for name, figure in named.items():
        data |= _with_interval(name, figure, row.mated)
    return data | {f"rank{rank}": rate for rank, rate in zip(RANKS, row.hit_rates, strict=True)}


def _digits(fpir: float) -> str:
    return f"{fpir:g}".partition(".")[2]


def _with_interval(name: str, figure: Measured, mated: int) -> dict[str, object]:
    # No error in n trials does not prove a rate of 0, so 3 / n is used as the upper end.
    high = (
        zero_error_bound(mated) if name.startswith("fnir") and figure.value == 0 else figure.high
    )
    return {name: figure.value, f"{name}_interval": [figure.low, high]}


def draw_plots(observed: list[Observed], directory: Path) -> list[Path]:
    """Draw DET, CMC, Tippett and reliability plots as SVG, and return their files."""
    directory.mkdir(parents=True, exist_ok=True)
    drawn = {"det": _det, "tippett": _tippett, "reliability": _reliability, "cmc": _cmc}
    files = []
    for name, draw in drawn.items():
        figure = Figure(figsize=(7.5, 5.0), layout="constrained")
        axes = figure.subplots()
        for one in observed:
            draw(axes, one)
        axes.legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
        axes.grid(visible=True, alpha=0.3)
        files.append(directory / f"{name}.svg")
        with rc_context({"svg.hashsalt": "identlink"}):
            figure.savefig(files[-1], metadata={"Date": None})
    return files


def _name(one: Observed) -> str:
    return f"{one.observations.search}, {one.observations.evidence}"


def _det(axes: Axes, one: Observed) -> None:
    scores = one.observations.scores(one.strata["all"])
    rates = np.maximum(det_curve(scores, _DET_RATES.tolist()), 0.3 / len(scores.mate_bits))
    axes.loglog(_DET_RATES, rates, label=_name(one))
    axes.set_xlabel("FPIR: searches of people not on record that find anybody")
    axes.set_ylabel("FNIR: people on record not found")


def _cmc(axes: Axes, one: Observed) -> None:
    ranks = np.arange(1, 101)
    found = one.observations.mate_ranks[one.observations.is_mated]
    axes.plot(ranks, [(found <= rank).mean() for rank in ranks], label=_name(one))
    axes.set_xscale("log")
    axes.set_xlabel("rank")
    axes.set_ylabel("share of people on record found up to this rank")


def _tippett(axes: Axes, one: Observed) -> None:
    bits = np.linspace(-15, 30, 181)
    mated, others = tippett(one.observations.sample(one.strata["all"]), bits)
    (line,) = axes.plot(bits, mated, label=_name(one))
    axes.plot(bits, others, color=line.get_color(), linestyle="--")
    axes.set_xlabel("bits; solid: same person, dashed: different people")
    axes.set_ylabel("share of comparisons with more")


def _reliability(axes: Axes, one: Observed) -> None:
    """Draw the probability quoted for the strongest candidate of each search against the truth."""
    seen = one.observations
    posteriors = 1.0 / (1.0 + np.exp2(-np.clip(seen.lead_odds, -60, 60)))
    bins = reliability(posteriors, seen.lead_is_mate, np.linspace(0, 1, 11))
    quoted, observed = [b.posterior for b in bins], [b.observed for b in bins]
    axes.plot(quoted, observed, marker="o", label=_name(one))
    axes.axline((0, 0), (1, 1), color="black", linewidth=0.6)
    axes.set_xlabel("probability quoted for the strongest candidate")
    axes.set_ylabel("share that is the person")


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
Row = dict[str, Any]


def evaluation_tables(evidence: Row | None, names: Row | None) -> dict[str, str]:
    """Return the text for each marked place that these results fill."""
    bodies = {} if evidence is None else _evidence_tables(evidence)
    return bodies if names is None else bodies | {"names": _names(names)}


def _evidence_tables(evidence: Row) -> dict[str, str]:
    rows: list[Row] = evidence["rows"]
    return {
        "run": _run(evidence),
        "misses": _misses(rows),
        "ranks": _ranks(rows),
        "ratios": _ratios(rows),
        "strata": _strata(rows),
    }


def _run(result: Row) -> str:
    machine = result["machine"]
    return (
        f"```\n{result['command']}\n```\n\n{machine['processor']}, {machine['cores']} cores; "
        f"{result['duration_s']:.0f} s; measured {result['measured_at']}, load average at the "
        f"start {result['load_before']:.1f}; model `{result['model']['digest'][:12]}`, seed "
        f"{result['seed']}, {result['persons']:,} people in the gallery. Every row: "
        "[evidence.json](../benchmarks/results/evidence.json)."
    )


def _figure(row: Row | None, name: str) -> str:
    """Return a figure and its interval, or a dash if its stratum was too small for the result."""
    if row is None:
        return DASH
    low, high = row[f"{name}_interval"]
    return f"{row[name]:.4f} ({low:.4f}-{high:.4f})"


def _misses(rows: Sequence[Row]) -> str:
    """Return a row for each kind of search, with the FNIR at FPIR .001 of each group of people."""
    cells = [
        (
            ", ".join(kind),
            f"{groups['all']['mated']}/{groups['all']['nonmated']}",
            *(_figure(groups.get(name), "fnir_at_fpir_001") for name in _MISSES_STRATA),
            _figure(groups["all"], "fnir_at_fpir_01"),
        )
        for kind, groups in _by_kind(rows).items()
    ]
    header = ("search, evidence", "mated/non-mated", *_MISSES_STRATA, "all, at FPIR .01")
    return table(header, cells)


def _by_kind(rows: Sequence[Row]) -> dict[tuple[str, str], dict[str, Row]]:
    """Return the rows by kind of search (search, evidence), and within each kind by stratum."""
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
    """Return Cllr and Cllr_cal of each kind of search. Their difference is the minimum Cllr."""
    cells = [
        (
            ", ".join(kind),
            *(_figure(groups["all"], name) for name in ("cllr", "cllr_cal")),
            *(_alone(groups.get(name), "cllr_cal") for name in _STRATA_OF_CALIBRATION),
        )
        for kind, groups in _by_kind(rows).items()
    ]
    header = ("search, evidence", "Cllr", "Cllr_cal", *_STRATA_OF_CALIBRATION)
    return table(header, cells)


def _alone(row: Row | None, name: str) -> str:
    return DASH if row is None else f"{row[name]:.4f}"


def _strata(rows: Sequence[Row]) -> str:
    """Return the FNIR at FPIR .01 of each stratum, with a column for each kind of search."""
    kinds = _by_kind(rows)
    shown = [kinds.get(kind, {}) for kind in _KINDS_BY_STRATUM]
    names = dict.fromkeys(name for groups in shown for name in groups)
    cells = [
        (
            name,
            *(
                f"{groups[name]['fnir_at_fpir_01']:.4f} ({groups[name]['mated']})"
                if name in groups
                else DASH
                for groups in shown
            ),
        )
        for name in names
        if name not in (*_MISSES_STRATA, FINGER_IN_COMMON)
    ]
    return table(("stratum", *(", ".join(kind) for kind in _KINDS_BY_STRATUM)), cells)


def _names(result: Row) -> str:
    cells = [
        (name.replace("_", " "), f"{value:,}" if isinstance(value, int) else f"{value}")
        for name, value in result.items()
        if name in _NAMES_FIGURES
    ]
    link = "All figures: [names.json](../benchmarks/results/names.json)."
    return f"```\n{result['command']}\n```\n\n{link}\n\n{table(('figure', 'value'), cells)}"
