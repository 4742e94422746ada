"""Accuracy of extractors, matcher and vectors: `python -m benchmarks prints`.

`--data DIR` measures sets of real prints, shaped as those of the fingerprint verification
competitions; `--drawn N` measures N drawn fingers, which show that the chain works and nothing
about real prints.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import described_run, one_thread_each, write_result
from benchmarks.markdown import table
from benchmarks.printing.distractors import real_like
from benchmarks.printing.drawn import drawn_images
from benchmarks.printing.extracting import Costs, Extracting, Print, as_print, grey_image
from benchmarks.printing.folders import ppi_options, samples_of
from benchmarks.printing.joining import joined
from benchmarks.printing.measuring import measured, rows_of
from prints.features.tools import feature_tools
from service.adapters.extraction.extractors import EXTRACTOR_NAMES, minutia_extractor
from service.adapters.library_threads import use_one_thread_each
from service.ports.extraction import GreyImage

_FINGER_COUNTS = (1, 2, 4, 10)
_NOBODY = "nobody"

Image = tuple[tuple[str, int, int], GreyImage, float]
"""Set, finger and impression; the image; pixels an inch."""

_DRAWN = 20


def main(arguments: Sequence[str]) -> int:
    """Measure and print, extractor by extractor."""
    options = _parser().parse_args(arguments)
    use_one_thread_each()
    images = list(_images(options))
    rows: list[dict[str, Any]] = []
    costs: dict[str, dict[str, float]] = {}
    with one_thread_each():
        for name in options.extractor or EXTRACTOR_NAMES:
            found, spent = _measured(name, images, options)
            rows += found
            costs[name] = spent
            _say(found, spent)
    command = ["python", "-m", "benchmarks", "prints", *arguments]
    result = {
        "benchmark": "prints",
        **described_run(command, seed=options.seed, dataset_digest=_digest(images)),
        "units": "rates and ranks are parts of 1",
        "vectors": feature_tools().vectors().tool.digest,
        "depth": options.depth,
        "persons": options.persons,
        "cpu_ms_each": costs,
        "rows": rows,
    }
    write_result(options.json, result)
    return 0


def _measured(
    extractor_name: str, images: Sequence[Image], options: argparse.Namespace
) -> tuple[list[dict[str, Any]], dict[str, float]]:
    costs = Costs()
    extractor = minutia_extractor(extractor_name)
    vectors = feature_tools().vectors()
    extracting = Extracting(extractor, options.cache, costs)
    prints = [
        as_print(sample, extracting.minutiae(grey, ppi), vectors, costs)
        for sample, grey, ppi in images
    ]
    rng = np.random.default_rng([options.seed, 1])
    distractors = [
        as_print((_NOBODY, number, 1), minutiae, vectors, costs)
        for number, minutiae in enumerate(real_like(prints, options.distractors, rng))
    ]
    found = measured(prints, distractors, depth=options.depth, costs=costs)
    rows = rows_of(found, np.random.default_rng([options.seed, 2]))
    stated = {"extractor": extractor.tool.label, "matcher": feature_tools().matcher.label}
    for row in rows:
        row.update(stated)
    rows[-1]["joined"] = _joined(prints, distractors, options)
    return rows, costs.each_ms()


def _joined(
    prints: Sequence[Print], distractors: Sequence[Print], options: argparse.Namespace
) -> dict[str, dict[str, Any]]:
    """Return searches by vectors alone, by the number of fingers of a probe."""
    rng = np.random.default_rng([options.seed, 3])
    return {
        str(fingers): joined(
            prints, distractors, fingers=fingers, persons=options.persons, rng=rng
        ).told()
        for fingers in _FINGER_COUNTS
    }


def _images(options: argparse.Namespace) -> Iterator[Image]:
    if options.data is None:
        yield from drawn_images(options.drawn)
        return
    for sample in samples_of(options.data, ppi_options(options.ppi)):
        named = (sample.data, sample.finger, sample.impression)
        yield named, grey_image(sample.path), sample.ppi


def _digest(images: Sequence[Image]) -> str:
    total = hashlib.sha256()
    for sample, grey, ppi in images:
        total.update(f"{sample} {grey.shape} {ppi}".encode() + grey.tobytes())
    return total.hexdigest()


def _say(rows: Sequence[dict[str, Any]], costs: dict[str, float]) -> None:
    columns = (
        "eer",
        "fnmr_at_fmr_1",
        "fnmr_at_fmr_01",
        "cllr",
        "hit20",
        "rank1",
        "rank1_in_depth",
    )
    lines = [
        [row["data"], row["extractor"], *(_told(row, column) for column in columns)]
        for row in rows
    ]
    print(table(["data", "extractor", *columns], lines))
    print(f"gallery: {rows[-1]['gallery']:,} fingers; parts of 1, in brackets 95 % intervals")
    shares = ", ".join(f"{n}: {one['rank1']:.3f}" for n, one in rows[-1]["joined"].items())
    print(f"first among persons, by vectors of so many fingers: {shares}")
    stages = ", ".join(f"{stage} {ms:.2f}" for stage, ms in costs.items())
    print(f"processor time each, ms: {stages}\n")


def _told(row: dict[str, Any], column: str) -> str:
    value, interval = row[column], row.get(f"{column}_interval")
    if value is None:
        return "-"
    if interval is None:
        return f"{value:.3f}"
    return f"{value:.4f} ({interval[0]:.3f}-{interval[1]:.3f})"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks prints", description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", type=Path, help="folder with a folder of images for each set")
    source.add_argument(
        "--drawn",
        type=int,
        nargs="?",
        const=_DRAWN,
        metavar="N",
        help=f"measure N drawn fingers instead ({_DRAWN})",
    )
    add = parser.add_argument
    add("--ppi", action="append", default=[], metavar="NAME=PPI", help="of a set, if not 500")
    add(
        "--extractor",
        action="append",
        choices=EXTRACTOR_NAMES,
        help="may be given twice (both)",
    )
    add("--distractors", type=int, default=4000, help="fingers beside those of the sets (4000)")
    add("--persons", type=int, default=5000, help="persons of ten fingers made of them (5000)")
    add("--depth", type=int, default=100, help="prints matched after the vector (100)")
    add("--seed", type=int, default=1, help="of the distractors (1)")
    add("--cache", type=Path, help="directory that keeps minutiae of images")
    add("--json", type=Path, help="file for the result")
    return parser
