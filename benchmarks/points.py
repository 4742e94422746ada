"""Point pairs against the rule for an identification: `python -m benchmarks points --data DIR`.

True pairs from two impressions of a finger should support an identification. Random minutiae of
two fingers, and the points that the page marks if only Enter is pressed, should not. The bounds
were chosen on some of the sets and are reported on the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from benchmarks.printing import pointing
from benchmarks.printing.extracting import (
    Costs,
    Extracting,
    FolderOptions,
    ppi_options,
    samples_of,
)
from benchmarks.runner import Benchmark, Result, rows_table
from domain.conversion.acceptance import interval
from domain.examination.finding_policy import FindingPolicy
from domain.examination.point_geometry import BOUNDS
from prints.blank_paper import LEAST_PART, variation
from service.adapters.extraction.extractors import EXTRACTOR_NAMES, minutia_extractor
from service.adapters.surroundings import use_one_thread_each
from service.cli.training.print_sets import grey_image
from service.usecases.policy import CasePolicy

CHOSEN_ON = ("2002-DB1", "2004-DB1")
"""Parts of the names of the sets on which the bounds were chosen."""

RULE = pointing.Rule(FindingPolicy().mark_point_pairs, CasePolicy().point_area_mm2)
KINDS = ("true", "random", "enter", "enter, shuffled")


@dataclass(frozen=True, kw_only=True)
class PointsOptions(FolderOptions):
    """The options of `python -m benchmarks points`."""

    data: Annotated[Path, "folder with a folder of images for each set", {"required": True}]
    extractor: Annotated[str, "of minutiae", {"choices": EXTRACTOR_NAMES}] = "nbis"
    false_sets: Annotated[int, "of each kind, for each set"] = 5_000
    seed: Annotated[int, "seed of the sets that are drawn"] = 1


def points(options: PointsOptions) -> Result:
    """Return a row for each set, then one for all sets that the bounds were not chosen on."""
    use_one_thread_each()
    sets = _sets(options)
    rows = [_row(name, prints, options) for name, prints in sorted(sets.items())]
    reported = [row for row in rows if not row["is_chosen_on"]]
    rows += [_joined(reported)] if len(reported) > 1 else []
    return {
        "dataset_digest": _digest(sets),
        "units": "counts of sets of pairs; millimetres",
        "extractor": options.extractor,
        "bounds": asdict(BOUNDS),
        "rule": asdict(RULE),
        "rows": rows,
    }


def _sets(options: PointsOptions) -> dict[str, list[pointing.Marked]]:
    extracting = Extracting(minutia_extractor(options.extractor), options.cache, Costs())
    sets: dict[str, list[pointing.Marked]] = {}
    for sample in samples_of(options.data, ppi_options(options.ppi or ())):
        grey = grey_image(sample.path)
        minutiae = extracting.minutiae(grey, sample.ppi)
        places = np.rint(minutiae.places_px).astype(int).tolist()
        varied = tuple(variation(grey, x_px, y_px, ppi=sample.ppi) for x_px, y_px in places)
        marked = pointing.Marked(sample.data, sample.finger, minutiae, varied)
        sets.setdefault(sample.data, []).append(marked)
    return sets


def _row(name: str, prints: Sequence[pointing.Marked], options: PointsOptions) -> dict[str, Any]:
    def rng(kind: str) -> np.random.Generator:
        return np.random.default_rng([options.seed, KINDS.index(kind)])

    count = options.false_sets
    made = {
        "true": pointing.true_sets(prints, rng("true")),
        "random": pointing.random_sets(prints, count, rng("random")),
        "enter": pointing.entered_sets(prints, count, rng("enter"), is_shuffled=False),
        "enter, shuffled": pointing.entered_sets(
            prints, count, rng("enter, shuffled"), is_shuffled=True
        ),
    }
    is_chosen_on = any(part.lower() in name.lower() for part in CHOSEN_ON)
    found = {kind: _told(asdict(pointing.passed(sets, RULE))) for kind, sets in made.items()}
    return {"data": name, "is_chosen_on": is_chosen_on, **found, "paper": _paper(prints)}


def _paper(prints: Sequence[pointing.Marked]) -> dict[str, Any]:
    """Return how many minutiae lie where the picture is judged blank, and the least variation."""
    varied = [one for print_ in prints for one in print_.variations]
    blank = sum(one <= LEAST_PART for one in varied)
    return {"count": len(varied), "blank": blank, "least": round(min(varied), 3)}


def _told(found: Mapping[str, Any]) -> dict[str, Any]:
    passed, count = found["passed"], found["count"]
    return {**found, "share": passed / count, "interval": interval(passed, count)}


def _joined(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    joined: dict[str, Any] = {"data": "reported, together", "is_chosen_on": False}
    for kind in KINDS:
        counts = ("passed", "possible", "count")
        joined[kind] = _told({name: sum(row[kind][name] for row in rows) for name in counts})
    papers = [row["paper"] for row in rows]
    joined["paper"] = {key: sum(one[key] for one in papers) for key in ("count", "blank")}
    joined["paper"]["least"] = min(one["least"] for one in papers)
    return joined


def _is_met(row: Mapping[str, Any]) -> bool:
    """Whether at least 99 % of the true sets pass, and at most 1 % of each other kind."""
    shares = {kind: row[kind]["share"] for kind in KINDS}
    return bool(shares.pop("true") >= 0.99 and max(shares.values()) <= 0.01)


def _digest(sets: Mapping[str, Sequence[pointing.Marked]]) -> str:
    return ", ".join(f"{name}: {len(prints)} prints" for name, prints in sorted(sets.items()))


def _shown(result: Result) -> str:
    return (
        f"minutiae by {result['extractor']}; passed of sets, share, exact 95 % interval\n\n"
        f"{rows_table('points', result['rows'])}\n"
        f"twice as far as the true sets that bounds are chosen on: {_twice_as_far(result['rows'])}"
    )


def _twice_as_far(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the bounds that follow from the sets on which they are chosen."""
    seen = [row["true"] for row in rows if row["is_chosen_on"]]
    if not seen:
        return "none are here"
    size = max(max(one["scale"][1], 1 / one["scale"][0]) for one in seen)
    residual_mm = max(one["residual_mm"] for one in seen)
    least_part = min(row["paper"]["least"] for row in rows if row["is_chosen_on"])
    least_mm, most_mm = (
        min(one["rms_mm"][0] for one in seen),
        max(one["rms_mm"][2] for one in seen),
    )
    return (
        f"scale {2 * size - 1:.3f}, residual {2 * residual_mm:.2f} mm,"
        f" rms {least_mm / 2:.3f} to {2 * most_mm:.2f} mm,"
        f" variation of blank paper {least_part / 2:.3f}"
    )


main = Benchmark(
    measure=points,
    show=_shown,
    is_met=lambda result: _is_met(result["rows"][-1]),
).main
