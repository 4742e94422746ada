"""Processor time of a search here and in another tree: `python -m benchmarks search_cost`.

Each tree gets a process of its own with a store of its own, made from the same people. They search
for the same probes in alternating rounds, so that a machine that others use is equally slow for
both. The other tree is a checkout of an earlier commit: `git worktree add DIR COMMIT`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.machine import described_run, write_result

_ROUNDS = Path(__file__).with_name("search_rounds.py")
HERE = Path(__file__).resolve().parents[1]


def main(arguments: Sequence[str]) -> int:
    """Run the rounds and print both times and their ratio; returns the exit code."""
    options = _options(arguments)
    trees = {"here": HERE, "other": options.other.resolve()}
    running = {name: _Tree(path, options) for name, path in trees.items()}
    try:
        times_ms: dict[str, list[float]] = {name: [] for name in trees}
        for number in range(options.rounds):
            for name in sorted(trees, reverse=number % 2 == 1):
                times_ms[name].append(running[name].round_ms())
    finally:
        for tree in running.values():
            tree.close()
    ratios = [here / other for here, other in zip(*times_ms.values(), strict=True)]
    result: dict[str, Any] = {
        "benchmark": "search_cost",
        **described_run(sys.argv, seed=options.seed, dataset_digest=""),
        "persons": options.persons,
        "searches_in_a_round": options.calls,
        "processor_ms_a_search": times_ms,
        "medians_ms": {name: statistics.median(kept) for name, kept in times_ms.items()},
        "ratio": statistics.median(ratios),
        "ratios": ratios,
    }
    shown = ("persons", "searches_in_a_round", "medians_ms", "ratio", "ratios")
    print(json.dumps({key: result[key] for key in shown}, indent=1))
    write_result(options.json, result)
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks search_cost", description=__doc__)
    parser.add_argument("--other", type=Path, required=True, help="tree of the other commit")
    parser.add_argument("--persons", type=int, default=1_000, help="people enrolled")
    parser.add_argument("--calls", type=int, default=30, help="searches in a round")
    parser.add_argument("--rounds", type=int, default=12, help="rounds of each tree")
    parser.add_argument("--seed", type=int, default=51, help="seed of the people")
    parser.add_argument("--json", type=Path, help="file for the result")
    return parser.parse_args(arguments)


class _Tree:
    """A process that searches with the code of one tree."""

    def __init__(self, path: Path, options: argparse.Namespace) -> None:
        given = [str(number) for number in (options.persons, options.calls, options.seed)]
        # -P: the folder of that file must not hide modules of the standard library.
        self._process = subprocess.Popen(  # noqa: S603  # our own program
            [sys.executable, "-P", str(_ROUNDS), *given],
            env={**os.environ, "PYTHONPATH": str(path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.round_ms()

    def round_ms(self) -> float:
        """Have one round searched; return the processor time of a search in it."""
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("the process was started with pipes")
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def close(self) -> None:
        """End the process."""
        self._process.communicate()
