"""Accuracy and calibration of evidence: `python -m benchmarks evidence`.

Searches by people unknown to every model, one third of them on record: misses at set false
positive rates, ranks, and the cost of the ratios, by kind of search, evidence and stratum.
`--pairs` adds FEBRL beside Splink and recordlinkage, and the speed of scoring beside Splink's.
`python -m benchmarks report` writes the tables of docs/evaluation.md from the result.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.evidencing.accuracy import BY_DETAILS_TURNS, TURNS, observe_all
from benchmarks.evidencing.fusing import fusion_rows, print_fusion
from benchmarks.evidencing.laws import LAWS
from benchmarks.evidencing.other_laws import LawRun, law_rows, print_laws
from benchmarks.evidencing.report import draw_plots, evaluation_rows
from benchmarks.evidencing.watching import print_watch, watch_rows
from benchmarks.machine import described_run
from matching.scorer import load_scorer

WATCHED_PEOPLE = 6_000
"""People whose searches the watch sees, four kinds each."""


def main(arguments: Sequence[str]) -> int:
    """Measure, print a table, and write the result to the requested file."""
    options = _parser().parse_args(arguments)
    command = ["python", "-m", "benchmarks", "evidence", *arguments]
    if options.law:
        return _on_laws(options, command)
    alone = next((run for name, run in _ALONE.items() if getattr(options, name)), None)
    if alone is not None:
        alone(options)
        return 0
    scorer, began = load_scorer(), time.perf_counter()
    result: dict[str, Any] = {
        "benchmark": "evidence",
        **described_run(command, seed=options.seed, dataset_digest=""),
        "persons": options.persons,
        "model": {"version": scorer.version, "digest": scorer.digest},
    }
    turns = BY_DETAILS_TURNS if options.by_details else TURNS
    observed = observe_all(options.persons, options.seed, turns)
    rows = evaluation_rows(observed, options.seed)
    result["rows"] = rows
    _print_rows(rows)
    if options.plots is not None:
        draw_plots(observed, options.plots)
    if options.pairs:
        result |= _pairs(options.seed)
    result["duration_s"] = round(time.perf_counter() - began, 1)
    if options.json is not None:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(_written(result))
    return 0


def _time_as_the_service(options: argparse.Namespace) -> None:
    # Splink, pandas and recordlinkage, here and below, are for development only.
    from benchmarks.evidencing.service_speed import (  # noqa: PLC0415
        print_service_speed,
        service_speed,
    )

    print_service_speed(service_speed(options.seed))


def _run_febrl(_options: argparse.Namespace) -> None:
    from benchmarks.evidencing.febrl import febrl_rows, print_febrl  # noqa: PLC0415

    print_febrl(febrl_rows())


def _compare_rules(options: argparse.Namespace) -> None:
    print_fusion(fusion_rows(options.seed, options.unseen, load_scorer(options.model)))


def _time_the_watch(options: argparse.Namespace) -> None:
    print_watch(watch_rows(options.seed, min(options.persons, WATCHED_PEOPLE)))


_ALONE: Mapping[str, Callable[[argparse.Namespace], None]] = {
    "febrl": _run_febrl,
    "fusion": _compare_rules,
    "watch": _time_the_watch,
    "speed": _time_as_the_service,
}
"""Parts that run by themselves, by the name of their option."""


def _on_laws(options: argparse.Namespace, command: list[str]) -> int:
    """Measure a model on other laws of templates, and print the table."""
    scorer = load_scorer(options.model)
    names = tuple(LAWS) if options.law == "all" else (options.law,)
    persons = options.persons
    run = LawRun(persons, options.seed, mated=persons // 8, unseen=persons // 4)
    rows = law_rows(names, run, scorer)
    print_laws(rows)
    if options.json is not None:
        result = {
            "benchmark": "evidence on other laws",
            **described_run(command, seed=options.seed, dataset_digest=""),
            "persons": persons,
            "model": {"version": scorer.version, "digest": scorer.digest},
            "rows": rows,
        }
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(_written(result))
    return 0


def _written(result: dict[str, Any]) -> str:
    """Return the result as JSON with one row a line, so that two results can be compared."""
    lines = ",\n".join(json.dumps(row) for row in result["rows"])
    head = json.dumps(result | {"rows": "ROWS"}, indent=1)
    return head.replace('"ROWS"', f"[\n{lines}\n]") + "\n"


def _pairs(seed: int) -> dict[str, object]:
    # Splink, pandas and recordlinkage are for development only.
    from benchmarks.evidencing.febrl import febrl_rows, print_febrl  # noqa: PLC0415
    from benchmarks.evidencing.speed import print_speed, scoring_speed  # noqa: PLC0415

    febrl, speed = febrl_rows(), scoring_speed(seed)
    print_febrl(febrl)
    print_speed(speed)
    return {"febrl": febrl, "speed": speed}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks evidence", description=__doc__)
    parser.add_argument("--persons", type=int, default=50_000, help="people in the gallery")
    parser.add_argument("--seed", type=int, default=11, help="seed of the people")
    parser.add_argument("--json", type=Path, help="file for the result")
    parser.add_argument("--plots", type=Path, help="directory for DET, CMC, Tippett, reliability")
    parser.add_argument("--law", choices=["all", *LAWS], help="prints of another law, no plots")
    parser.add_argument("--model", type=Path, help="directory of a model for --law")
    parser.add_argument("--febrl", action="store_true", help="run FEBRL 1 to 4 alone")
    parser.add_argument("--fusion", action="store_true", help="compare rules of proposing")
    parser.add_argument(
        "--unseen", type=int, default=20_000, help="searches that set thresholds for --fusion"
    )
    parser.add_argument("--watch", action="store_true", help="time the watch on the law")
    parser.add_argument("--speed", action="store_true", help="time scoring as the service does")
    parser.add_argument("--pairs", action="store_true", help="add FEBRL, and speed beside Splink")
    parser.add_argument(
        "--by-details",
        action="store_true",
        help="run only searches by one and two fingers, with details proposing people too",
    )
    return parser


def _print_rows(rows: Sequence[dict[str, object]]) -> None:
    print(
        f"{'search':<29}{'evidence':<9}{'stratum':<22}{'mated':>7}{'FNIR@.001':>11}{'FNIR@.01':>10}"
        f"{'rank 1':>8}{'Cllr':>9}{'min':>9}{'cal':>9}"
    )
    for row in rows:
        print(
            f"{row['search']:<29}{row['evidence']:<9}{row['stratum']:<22}{row['mated']:>7}"
            f"{row['fnir_at_fpir_001']:>11.4f}{row['fnir_at_fpir_01']:>10.4f}{row['rank1']:>8.4f}"
            f"{row['cllr']:>9.4f}{row['cllr_min']:>9.4f}{row['cllr_cal']:>9.4f}"
        )
