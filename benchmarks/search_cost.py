"""Processor time of a search here and in another tree: `python -m benchmarks search_cost`.

Each tree gets a process of its own with a store of its own, made from the same people. They search
for the same probes in alternating rounds, so that a machine that others use is equally slow for
both. The other tree is a checkout of an earlier commit: `git worktree add DIR COMMIT`.
"""

from __future__ import annotations

import statistics
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from benchmarks.runner import Benchmark, Options, Result
from benchmarks.serving.trees import HERE, Tree


@dataclass(frozen=True, kw_only=True)
class SearchCostOptions(Options):
    """The options of `python -m benchmarks search_cost`."""

    other: Annotated[Path, "tree of the other commit", {"required": True}]
    persons: Annotated[int, "people enrolled"] = 1_000
    calls: Annotated[int, "searches in a round"] = 30
    rounds: Annotated[int, "rounds of each tree"] = 12
    seed: Annotated[int, "seed of the people"] = 51


def measured(options: SearchCostOptions) -> Result:
    """Run the rounds and return both times and their ratio."""
    times_ms = _in_turns(options)
    ratios = [here / other for here, other in zip(*times_ms.values(), strict=True)]
    return {
        "persons": options.persons,
        "searches_in_a_round": options.calls,
        "processor_ms_a_search": times_ms,
        "medians_ms": {name: statistics.median(kept) for name, kept in times_ms.items()},
        "ratio": statistics.median(ratios),
        "ratios": ratios,
    }


def _in_turns(options: SearchCostOptions) -> dict[str, list[float]]:
    """Return the milliseconds of a search in each round, after one of warm-up."""
    people = (options.persons, options.calls, options.seed)
    paths = {"here": HERE, "other": options.other.resolve()}
    times_ms: dict[str, list[float]] = {name: [] for name in paths}
    with tempfile.TemporaryDirectory() as directory, ExitStack() as held:
        trees = {name: Tree(name, path, Path(directory) / name) for name, path in paths.items()}
        for tree in trees.values():
            tree.run("fill", str(options.persons), str(options.seed))
        searching = {
            name: held.enter_context(tree.searching(*people)) for name, tree in trees.items()
        }
        for name in paths:
            searching[name]("")
        for number in range(options.rounds):
            for name in sorted(paths, reverse=number % 2 == 1):
                times_ms[name].append(searching[name](""))
    return times_ms


main = Benchmark(name="search_cost", options=SearchCostOptions, measure=measured).main
