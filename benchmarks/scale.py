"""Candidate search as the gallery grows: is the time linear in the number of people, and the
memory as planned?

The index grows in one directory from size to size. At each size a new process on one thread opens
the index and only searches, with warm and with cold pages. Straight lines through the sizes are
extrapolated to ten million people, and the arithmetic is shown. With `--directory` the index is
kept, and an interrupted run continues where the index stopped.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

from benchmarks.machine import Watch, clocked, folder_of, in_one_thread
from benchmarks.runner import DASH, Benchmark, Options, Result, columns, table
from benchmarks.search.datasets import CHUNK, Dataset, encounters, opened_index
from benchmarks.search.timing import probes_of, reading_of

TARGET_PERSONS = 10_000_000
TOLD_EVERY = 500_000
_KINDS = ("tenprint", "unenrolled", "mark_known", "mark_unknown")
_LINES = {
    **{f"{kind}_{what}_ms": "ms" for what in ("p50", "cpu_p50") for kind in _KINDS},
    "private_mb_tenprint": "MB",
    "private_mb_with_marks": "MB",
    "bytes_on_disk": "bytes",
    "open_s": "s",
    "tenprint_cold_p50_ms": "ms",
    "mark_unknown_cold_p50_ms": "ms",
}


@dataclass(frozen=True, kw_only=True)
class ScaleOptions(Options):
    """The options of `python -m benchmarks scale`."""

    persons: Annotated[str, "sizes, separated by commas"] = "20000,60000"
    queries: Annotated[int, "searches of each kind"] = 200
    seed: Annotated[int, "seed of the population"] = 2
    directory: Annotated[Path | None, "directory that keeps the index; default: temporary"] = None


def measured(options: ScaleOptions) -> Result:
    """Return the rows of all sizes, and the lines through them."""
    rows = []
    with folder_of(options.directory) as folder:
        for size in _sizes(options):
            print(f"{size} people", file=sys.stderr, flush=True)
            growth = in_one_thread(grow, folder / "index", options.seed, size)
            probes = probes_of(Dataset(size, options.seed), options.queries)
            reading = in_one_thread(reading_of, folder / "index", probes)
            rows.append(reading | growth)
    lines = {name: extrapolated(rows, name, unit) for name, unit in _LINES.items()}
    return {"rows": rows, "extrapolation": lines}


def _sizes(options: ScaleOptions) -> list[int]:
    return sorted({int(size) for size in options.persons.split(",")})


def grow(directory: Path, seed: int, stop: int) -> dict[str, float]:
    """Enrol persons until there are `stop`, then compact. Continues where the index stopped.

    `persons_per_s` includes the compaction.
    """
    population = Dataset(stop, seed).population
    index = opened_index(directory)
    start, adding = min(index.statistics().persons, stop), Watch()
    for first in range(start, stop, CHUNK):
        batch = encounters(population.templates(first, min(first + CHUNK, stop)))
        with adding:
            index.add(batch, cursor=index.cursor + 1)
        if first % TOLD_EVERY == 0 and first:
            print(f"{first:,} people are in the index", file=sys.stderr, flush=True)
    compacting = clocked(index.compact)
    index.close()
    return {
        "added_persons": stop - start,
        "add_s": adding.wall_s,
        "compact_s": compacting.wall_s,
        "persons_per_s": (stop - start) / max(adding.wall_s + compacting.wall_s, 1e-9),
    }


def extrapolated(rows: Sequence[dict[str, Any]], name: str, unit: str) -> dict[str, Any]:
    """Return the least-squares line of a figure over the number of people, and its extrapolation.

    With only one size, the figure is taken as proportional to the number of people.
    """
    persons = np.array([row["persons"] for row in rows], dtype=np.float64)
    values = np.array([row[name] for row in rows], dtype=np.float64)
    if len(rows) == 1:
        slope, fixed = float(values[0] / persons[0]), 0.0
    else:
        slope, fixed = (float(part) for part in np.polyfit(persons, values, 1))
    fitted = fixed + slope * persons
    spread = float(np.abs(values - fitted).max() / max(values.max(), 1e-12))
    at_target = fixed + slope * TARGET_PERSONS
    return {
        "fixed": fixed,
        "per_million_persons": slope * 1e6,
        "largest_deviation_share": spread,
        "at_10_million": at_target,
        "unit": unit,
        "arithmetic": (
            f"{fixed:.6g} + {slope * 1e6:.6g} x {TARGET_PERSONS / 1e6:g} = {at_target:.6g} {unit}"
        ),
    }


def scale_table(result: Result) -> str:
    """Return a row for each size, and the value at ten million people on the straight line."""
    lines, shown = result["extrapolation"], columns("scale")
    at_10_million = {name: line["at_10_million"] for name, line in lines.items()}
    cells = [
        *((f"{row['persons']:,}", *(one.of(row) for one in shown)) for row in result["rows"]),
        ("10,000,000, by the line", *(one.of(at_10_million) for one in shown)),
        ("largest deviation from it", *(_deviation(lines.get(one.name)) for one in shown)),
    ]
    return table(("persons", *(one.title for one in shown)), cells)


def _deviation(line: Result | None) -> str:
    return DASH if line is None else f"{line['largest_deviation_share']:.1%}"


def draw_growth(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw p50 against the number of people enrolled."""
    figure = Figure(figsize=(7, 4.6), layout="constrained")
    axes = figure.add_subplot()
    names = {
        "tenprint_p50_ms": "tenprint, enrolled",
        "unenrolled_p50_ms": "tenprint, stranger",
        "mark_known_p50_ms": "mark, known finger",
        "mark_unknown_p50_ms": "mark, any finger",
    }
    for name, label in names.items():
        axes.plot(
            [row["persons"] for row in rows],
            [row[name] for row in rows],
            marker="o",
            label=label,
        )
    axes.set(xscale="log", yscale="log", xlabel="persons (log)", ylabel="p50, ms (log)")
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.grid(alpha=0.3)
    axes.legend()
    # With a fixed salt and no date, the same figures give the same file.
    with mpl.rc_context({"svg.hashsalt": "identlink", "svg.fonttype": "none"}):
        figure.savefig(path, format="svg", metadata={"Date": None})


def _shown(result: Result) -> str:
    lines = [
        f"{name:22} at 10 million: {line['arithmetic']}"
        for name, line in result["extrapolation"].items()
    ]
    return "\n".join([scale_table(result), "", *lines])


main = Benchmark(
    measure=measured,
    show=_shown,
    digest=lambda options: Dataset(_sizes(options)[0], options.seed).digest,
).main
