"""Rows, plots and tables of an evaluation for docs/evaluation.md."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.evidencing.accuracy import FINGER_IN_COMMON, Observed
from benchmarks.runner import columns, rows_table
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


Row = dict[str, Any]


def _kinds(evidence: Row) -> dict[str, dict[str, Row]]:
    """Return the rows of each stratum, by kind of search."""
    kinds: dict[str, dict[str, Row]] = {}
    for row in evidence["rows"]:
        kinds.setdefault(f"{row['search']}, {row['evidence']}", {})[row["stratum"]] = row
    return kinds


def _by_kind(table: str, evidence: Row) -> str:
    rows = ({"kind": kind, **groups} for kind, groups in _kinds(evidence).items())
    return rows_table(table, rows)


def _run(result: Row) -> str:
    machine = result["machine"]
    return (
        f"```\n{result['command']}\n```\n\n{machine['processor']}, {machine['cores']} cores; "
        f"{result['duration_s']:.0f} s; measured {result['measured_at']}, load average at the "
        f"start {result['load_before']:.1f}; model `{result['model']['digest'][:12]}`, seed "
        f"{result['seed']}, {result['persons']:,} people in the gallery. Every row: "
        "[evidence.json](../benchmarks/results/evidence.json)."
    )


def _strata(evidence: Row) -> Iterator[Row]:
    """Yield the rows of each stratum that no other table shows, by kind of search."""
    kinds = _kinds(evidence)
    shown = {one.title: kinds.get(one.title, {}) for one in columns("strata")[1:]}
    others = {FINGER_IN_COMMON, *(one.title for one in columns("misses"))}
    for name in dict.fromkeys(name for groups in shown.values() for name in groups):
        if name not in others:
            rows = {kind: groups[name] for kind, groups in shown.items() if name in groups}
            yield {"stratum": name, **rows}


EVIDENCE: Mapping[str, Callable[[Row], str]] = {
    "run": _run,
    **{name: partial(_by_kind, name) for name in ("misses", "ranks", "ratios")},
    "strata": lambda evidence: rows_table("strata", _strata(evidence)),
}
"""The sections of docs/evaluation.md: the run, and for each kind of search FNIR at FPIR .001 of
each group of people, ranks, ratios (Cllr is Cllr_cal and the minimum Cllr), and FNIR at FPIR .01
of each stratum."""
