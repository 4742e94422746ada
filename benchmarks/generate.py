"""The speed of generating people and templates, on one thread: `python -m benchmarks generate`."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.machine import one_thread_each
from data.synthetic.names.tables import names_digest
from data.synthetic.parameters import GENERATOR_VERSION, Parameters, PopulationParameters
from data.synthetic.population import CHUNK, Population

FLOOR_PEOPLE_PER_S = 5_000
"""The floor for one core: people with records and one enrolled ten-finger capture each."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One way of making the population, timed."""

    name: str
    people: int
    templates: int
    wall_s: float
    """Median over the rounds."""
    cpu_s: float
    """Median over the rounds: the cost of the same work on an idle machine."""

    @property
    def people_per_s(self) -> float:
        """People per second of wall time."""
        return self.people / self.wall_s

    @property
    def templates_per_s(self) -> float:
        """Finger templates per second of wall time."""
        return self.templates / self.wall_s


def main(arguments: Sequence[str]) -> int:
    """Measure in a separate process with one thread; 1 if below the floor."""
    options = _parser().parse_args(arguments)
    with one_thread_each(), ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        work = pool.submit(measure, options.persons, options.seed, options.rounds)
        rates = work.result()
    result = _result(rates, options)
    print(json.dumps(result, indent=1) if options.json else _table(rates, options))
    floor = next(rate for rate in rates if rate.name == "one capture each")
    # By CPU time, so that other load on the machine does not count.
    return 0 if floor.people / floor.cpu_s >= FLOOR_PEOPLE_PER_S else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks generate", description=__doc__)
    parser.add_argument("--persons", type=int, default=20_000, help="people in a round (20000)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, after one of warm-up (3)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the population (0)")
    parser.add_argument("--json", action="store_true", help="print JSON with machine and versions")
    return parser


def measure(persons: int, seed: int, rounds: int) -> list[Rate]:
    """Return the rates of the ways to make `persons` people of this seed."""
    usual = Population(seed)
    single = Population(
        seed, Parameters(population=PopulationParameters(repeat_booking_shares=(0.0, 0.0)))
    )
    return [
        _timed("one capture each", persons, rounds, work=lambda: _make_blocks(single, persons)),
        _timed("as enrolled", persons, rounds, work=lambda: _make_blocks(usual, persons)),
        _timed("templates only", persons, rounds, work=lambda: _make_templates(usual, persons)),
        _timed("records only", persons, rounds, work=lambda: _make_records(usual, persons)),
    ]


def _timed(name: str, persons: int, rounds: int, *, work: Callable[[], int]) -> Rate:
    templates = work()
    walls, cpus = [], []
    for _ in range(rounds):
        wall_ns, cpu_ns = time.perf_counter_ns(), time.process_time_ns()
        work()
        cpus.append((time.process_time_ns() - cpu_ns) / 1e9)
        walls.append((time.perf_counter_ns() - wall_ns) / 1e9)
    return Rate(name, persons, templates, statistics.median(walls), statistics.median(cpus))


def _make_blocks(population: Population, persons: int) -> int:
    return sum(
        int(block.enrolled.prints.presence.sum()) for block in population.blocks(0, persons)
    )


def _make_templates(population: Population, persons: int) -> int:
    return sum(
        int(population.templates(start, min(start + CHUNK, persons)).prints.presence.sum())
        for start in range(0, persons, CHUNK)
    )


def _make_records(population: Population, persons: int) -> int:
    for start in range(0, persons, CHUNK):
        population.records(start, min(start + CHUNK, persons))
    return 0


def _table(rates: list[Rate], options: argparse.Namespace) -> str:
    head = f"{'way':<18}{'people/s':>10}{'templates/s':>13}{'people/CPU s':>14}"
    lines = [f"{options.persons} people, seed {options.seed}, one thread", head]
    lines.extend(
        f"{rate.name:<18}{rate.people_per_s:>10,.0f}{rate.templates_per_s:>13,.0f}"
        f"{rate.people / rate.cpu_s:>14,.0f}"
        for rate in rates
    )
    return "\n".join(lines)


def _result(rates: list[Rate], options: argparse.Namespace) -> dict[str, object]:
    return {
        "benchmark": "generate",
        "seed": options.seed,
        "persons": options.persons,
        "rounds": options.rounds,
        "threads": 1,
        "floor_people_per_s": FLOOR_PEOPLE_PER_S,
        "generator_version": GENERATOR_VERSION,
        "parameters_digest": Parameters().digest,
        "names_digest": names_digest(),
        "machine": {"processor": _processor(), "cores": os.cpu_count(), "load": os.getloadavg()},
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "faker": version("faker"),
        },
        "rates": [
            {
                **asdict(rate),
                "people_per_s": rate.people_per_s,
                "templates_per_s": rate.templates_per_s,
                "people_per_cpu_s": rate.people / rate.cpu_s,
            }
            for rate in rates
        ],
    }


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
