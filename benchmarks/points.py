"""Point pairs against the rule of an identification: `python -m benchmarks points --data DIR`.

True pairs of two impressions of a finger ought to support it; minutiae of two fingers taken at
random, and what the page marked when Enter alone was pressed, ought not to. The bounds were chosen
on some of the sets and are reported on the others.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import beta

from benchmarks.machine import described_run, write_result
from benchmarks.markdown import table
from benchmarks.printing.extracting import Costs, Extracting, grey_image
from benchmarks.printing.folders import ppi_options, samples_of
from benchmarks.printing.pointing import (
    Marked,
    Passed,
    Rule,
    entered_sets,
    passed,
    random_sets,
    true_sets,
)
from domain.finding_policy import FindingPolicy
from domain.point_geometry import BOUNDS
from service.adapters.extraction.extractors import EXTRACTOR_NAMES, minutia_extractor
from service.adapters.library_threads import use_one_thread_each
from service.usecases.policy import CasePolicy

CHOSEN_ON = ("2002-DB1", "2004-DB1")
"""Parts of the names of the sets that the bounds were chosen on."""

RULE = Rule(FindingPolicy().mark_point_pairs, CasePolicy().point_area_mm2)
KINDS = ("true", "random", "enter", "enter, shuffled")
_LEVEL = 0.95


def main(arguments: Sequence[str]) -> int:
    """Measure and print, set by set; the exit code is 1 where a share misses its aim."""
    options = _parser().parse_args(arguments)
    use_one_thread_each()
    sets = _sets(options)
    rows = [_row(name, prints, options) for name, prints in sorted(sets.items())]
    reported = [row for row in rows if not row["is_chosen_on"]]
    rows += [_joined(reported)] if len(reported) > 1 else []
    _say(rows, options.extractor)
    command = ["python", "-m", "benchmarks", "points", *arguments]
    result = {
        "benchmark": "points",
        **described_run(command, seed=options.seed, dataset_digest=_digest(sets)),
        "units": "counts of sets of pairs; millimetres",
        "extractor": options.extractor,
        "bounds": asdict(BOUNDS),
        "rule": asdict(RULE),
        "rows": rows,
    }
    write_result(options.json, result)
    return 0 if _is_met(rows[-1]) else 1


def _sets(options: argparse.Namespace) -> dict[str, list[Marked]]:
    extracting = Extracting(minutia_extractor(options.extractor), options.cache, Costs())
    sets: dict[str, list[Marked]] = {}
    for sample in samples_of(options.data, ppi_options(options.ppi)):
        minutiae = extracting.minutiae(grey_image(sample.path), sample.ppi)
        sets.setdefault(sample.data, []).append(Marked(sample.data, sample.finger, minutiae))
    return sets


def _row(name: str, prints: Sequence[Marked], options: argparse.Namespace) -> dict[str, Any]:
    def rng(kind: str) -> np.random.Generator:
        return np.random.default_rng([options.seed, KINDS.index(kind)])

    count = options.false_sets
    made = {
        "true": true_sets(prints, rng("true")),
        "random": random_sets(prints, count, rng("random")),
        "enter": entered_sets(prints, count, rng("enter"), is_shuffled=False),
        "enter, shuffled": entered_sets(prints, count, rng("enter, shuffled"), is_shuffled=True),
    }
    is_chosen_on = any(part.lower() in name.lower() for part in CHOSEN_ON)
    found = {kind: _told(passed(sets, RULE)) for kind, sets in made.items()}
    return {"data": name, "is_chosen_on": is_chosen_on, **found}


def _told(found: Passed) -> dict[str, Any]:
    return asdict(found) | {"interval": interval(found.passed, found.count)}


def interval(passed_count: int, count: int) -> tuple[float, float]:
    """Return the exact 95 % interval of a share (Clopper and Pearson)."""
    tail = (1 - _LEVEL) / 2
    low = beta.ppf(tail, passed_count, count - passed_count + 1) if passed_count else 0.0
    failed = count - passed_count
    high = beta.ppf(1 - tail, passed_count + 1, failed) if failed else 1.0
    return float(low), float(high)


def _joined(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    joined: dict[str, Any] = {"data": "reported, together", "is_chosen_on": False}
    for kind in KINDS:
        hits = sum(row[kind]["passed"] for row in rows)
        count = sum(row[kind]["count"] for row in rows)
        joined[kind] = {"passed": hits, "count": count, "interval": interval(hits, count)}
        joined[kind]["possible"] = sum(row[kind]["possible"] for row in rows)
    return joined


def _is_met(row: Mapping[str, Any]) -> bool:
    """Whether at least 99 % of the true sets pass, and at most 1 % of each other kind."""
    shares = {kind: row[kind]["passed"] / row[kind]["count"] for kind in KINDS}
    return bool(shares.pop("true") >= 0.99 and max(shares.values()) <= 0.01)


def _digest(sets: Mapping[str, Sequence[Marked]]) -> str:
    return ", ".join(f"{name}: {len(prints)} prints" for name, prints in sorted(sets.items()))


def _say(rows: Sequence[Mapping[str, Any]], extractor: str) -> None:
    lines = [
        [
            row["data"],
            "bounds chosen here" if row["is_chosen_on"] else "reported",
            *(_share(row[kind]) for kind in KINDS),
        ]
        for row in rows
    ]
    print(f"minutiae by {extractor}; passed of sets, share in %, exact 95 % interval\n")
    print(table(["data", "", *KINDS], lines))
    for row in rows:
        told = row["true"]
        print(f"{row['data']}: {told['possible']} of {told['count']} true sets at any area")
        if "rms_mm" in told:
            print(
                f"  rms {told['rms_mm']} mm (least, median, largest), largest residual"
                f" {told['residual_mm']} mm, scale {told['scale']}"
            )
    print(f"twice as far as the true sets that bounds are chosen on: {_twice_as_far(rows)}")


def _twice_as_far(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the bounds that follow from the sets that they are chosen on."""
    seen = [row["true"] for row in rows if row["is_chosen_on"]]
    if not seen:
        return "none are here"
    size = max(max(one["scale"][1], 1 / one["scale"][0]) for one in seen)
    residual_mm = max(one["residual_mm"] for one in seen)
    least_mm, most_mm = (
        min(one["rms_mm"][0] for one in seen),
        max(one["rms_mm"][2] for one in seen),
    )
    return (
        f"scale {2 * size - 1:.3f}, residual {2 * residual_mm:.2f} mm,"
        f" rms {least_mm / 2:.3f} to {2 * most_mm:.2f} mm"
    )


def _share(found: Mapping[str, Any]) -> str:
    low, high = (100 * end for end in found["interval"])
    share = 100 * found["passed"] / found["count"]
    return f"{found['passed']}/{found['count']}, {share:.2f} ({low:.2f}-{high:.2f})"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks points", description=__doc__)
    add = parser.add_argument
    add("--data", type=Path, required=True, help="folder with a folder of images for each set")
    add("--ppi", action="append", default=[], metavar="NAME=PPI", help="of a set, if not 500")
    add("--extractor", choices=EXTRACTOR_NAMES, default="nbis", help="of minutiae (nbis)")
    add("--false-sets", type=int, default=5000, help="of each kind, for each set (5000)")
    add("--seed", type=int, default=1, help="of the sets that are drawn (1)")
    add("--cache", type=Path, help="directory that keeps minutiae of images")
    add("--json", type=Path, help="file for the result")
    return parser
