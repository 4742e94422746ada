"""Rounds of searches in one tree, one for each line that comes; printed is the time of a search.

`python -m benchmarks search_cost` starts this file once with its own tree and once with that of an
earlier commit, so that it takes nothing but what `benchmarks.log` has had in both.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import log as log_module

# Names that it imports itself: they had other places in earlier commits.
log: Any = log_module


def main(options: argparse.Namespace) -> None:
    """Enrol people, then search; each probe is another person's."""
    population = log.Population(options.seed)
    with tempfile.TemporaryDirectory() as directory:
        runtime = log._opened(log.load_settings(store=Path(directory)))
        people = log.Enrolment(population, options.persons)
        log.enrol_chunks(runtime, people.source_digest, people.chunks(), advance=lambda _: None)
        numbers = iter(np.random.default_rng(options.seed).permutation(options.persons))
        for _ in sys.stdin:
            probes = log._probes(population, numbers, options)
            _, cpu_s = log._timed(lambda: log._search_all(runtime.services, probes))  # noqa: B023
            sys.stdout.write(f"{1_000 * cpu_s / options.calls}\n")
            sys.stdout.flush()
        runtime.close()


if __name__ == "__main__":
    persons, calls, seed = map(int, sys.argv[1:])
    main(argparse.Namespace(persons=persons, calls=calls, seed=seed))
