"""Accuracy and calibration of evidence: `python -m benchmarks evidence`.

Searches for people unknown to every model, one third of them on record. Reports misses at fixed
false positive rates, ranks, and the cost of the ratios, by kind of search, evidence and stratum.
`python -m benchmarks report` writes the tables of docs/evaluation.md from the result.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from benchmarks.evidencing.accuracy import observe_all
from benchmarks.evidencing.other_laws import LAWS, LawRun, law_rows, law_table
from benchmarks.evidencing.report import draw_plots, evaluation_rows
from benchmarks.evidencing.service_speed import service_speed
from benchmarks.evidencing.watching import watch_rows, watch_text
from benchmarks.machine import Watch
from benchmarks.runner import Benchmark, Column, Options, Result, rows_table
from matching.scorer import Scorer, load_scorer

WATCHED_PEOPLE = 6_000
"""People whose searches the watch receives, four kinds of search for each."""


@dataclass(frozen=True, kw_only=True)
class EvidenceOptions(Options):
    """The options of `python -m benchmarks evidence`."""

    persons: Annotated[int, "people in the gallery"] = 50_000
    seed: Annotated[int, "seed of the people"] = 11
    plots: Annotated[Path | None, "directory for DET, CMC, Tippett, reliability"] = None
    law: Annotated[str, "prints of another law, no plots", {"choices": ["all", *LAWS]}] = ""
    model: Annotated[Path | None, "directory of a model for --law"] = None
    watch: Annotated[bool, "time the watch on the law"] = False
    speed: Annotated[bool, "time scoring as the service does"] = False


def measured(options: EvidenceOptions) -> Result:
    """Return the rows of all searches, and draw plots if a directory is given."""
    with Watch() as spent:
        observed = observe_all(options.persons, options.seed)
        result = _head(options, load_scorer()) | {"rows": evaluation_rows(observed, options.seed)}
        if options.plots is not None:
            draw_plots(observed, options.plots)
    return result | {"duration_s": round(spent.wall_s, 1)}


def _head(options: EvidenceOptions, scorer: Scorer) -> Result:
    model = {"version": scorer.version, "digest": scorer.digest}
    return {"persons": options.persons, "model": model}


def _as_the_service(options: EvidenceOptions) -> Result:
    return {"speed": service_speed(options.seed)}


def _on_laws(options: EvidenceOptions) -> Result:
    """Return the rows of a model for templates with other distributions."""
    scorer, persons = load_scorer(options.model), options.persons
    names = tuple(LAWS) if options.law == "all" else (options.law,)
    run = LawRun(persons, options.seed, mated=persons // 8, unseen=persons // 4)
    return _head(options, scorer) | {"rows": law_rows(names, run, scorer)}


def _watch(options: EvidenceOptions) -> Result:
    return {"rows": watch_rows(options.seed, min(options.persons, WATCHED_PEOPLE))}


_ROWS = (
    *(Column(name, name) for name in ("search", "evidence", "stratum", "mated")),
    Column("FNIR@.001", "fnir_at_fpir_001", ".4f"),
    Column("FNIR@.01", "fnir_at_fpir_01", ".4f"),
    Column("rank 1", "rank1", ".4f"),
    *(Column(name, name, ".4f") for name in ("cllr", "cllr_min", "cllr_cal")),
)
_SPEED = (
    *(Column(name, name) for name in ("what", "candidates")),
    Column("least CPU ms", "least_ms", ".2f"),
    Column("median CPU ms", "median_ms", ".2f"),
)


def _shown(result: Result) -> str:
    parts = {"rows": _ROWS, "speed": _SPEED}
    return "\n\n".join(
        rows_table(columns, result[name]) for name, columns in parts.items() if name in result
    )


_EVIDENCE = Benchmark(name="evidence", options=EvidenceOptions, measure=measured, show=_shown)
main = replace(
    _EVIDENCE,
    modes={
        "law": replace(
            _EVIDENCE,
            kind="evidence on other laws",
            measure=_on_laws,
            show=lambda result: law_table(result["rows"]),
        ),
        "watch": replace(
            _EVIDENCE, measure=_watch, show=lambda result: watch_text(result["rows"])
        ),
        "speed": replace(_EVIDENCE, measure=_as_the_service),
    },
).main
